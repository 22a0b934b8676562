/* Does the Nginx of this host hold a crowd?  See check.h. */
#include "check.h"

#include "conf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Debian's, and where `pinwall setup` says what it leads to. */
#define MAIN_FILE "/etc/nginx/nginx.conf"
#define SITE_FILE "/etc/nginx/snippets/pinwall-http.conf"
#define DIRECTIVE "worker_connections"
#define USUAL 512
/* A worker may get them all: whoever is idle takes the next. */
#define LEAST 10000

/* Is it the socket of this site that Nginx speaks to? */
static bool
leads_here(void)
{
	char line[4096], address[4096];
	FILE *file = fopen(SITE_FILE, "re");
	bool found = false;

	if (file == NULL)
		return false;
	snprintf(address, sizeof(address), "unix:%s/fast.sock", conf.run_dir);
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = strstr(line, address) != NULL;
	fclose(file);
	return found;
}

/* Comments do not count, and of several the last does. */
static long
connections_of(FILE *file)
{
	char line[4096];
	const char *at;
	long n = USUAL;

	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "#")] = '\0';
		at = strstr(line, DIRECTIVE);
		if (at != NULL && isspace(at[sizeof(DIRECTIVE) - 1]))
			n = strtol(at + sizeof(DIRECTIVE) - 1, NULL, 10);
	}
	return n;
}

void
check_nginx(void)
{
	FILE *file = leads_here() ? fopen(MAIN_FILE, "re") : NULL;
	long n;

	if (file == NULL)
		return;
	n = connections_of(file);
	fclose(file);
	if (n < LEAST)
		check_warning("nginx", "pinwall setup, or " DIRECTIVE " 16384 "
		    "and worker_rlimit_nofile 32768", "a worker of Nginx holds"
		    " %ld connections (" MAIN_FILE "), and each visitor keeps "
		    "one or more", n);
	else
		check_ok("nginx", "%ld connections for each worker", n);
}
