/*
 * A temporary folder with a secret in it, for tests of what is signed.
 * The folder is removed at the end of the process that made it.
 */
#ifndef UNIT_PLACE_H
#define UNIT_PLACE_H

#include "conf.h"
#include "secret.h"

#include <assert.h>
#include <dirent.h>

static char place[] = "/tmp/pinwall-test-XXXXXX";
static char place_secret[64];
static pid_t place_owner;

static inline void
place_remove(void)
{
	struct dirent *entry;
	char path[512];
	DIR *d;

	if (getpid() != place_owner || (d = opendir(place)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", place, entry->d_name);
		unlink(path); /* . and .. refuse */
	}
	closedir(d);
	rmdir(place);
}

static inline void
place_make(void)
{
	char *made = mkdtemp(place);

	assert(made != NULL);
	place_owner = getpid();
	atexit(place_remove);
	snprintf(place_secret, sizeof(place_secret), "%s/secret.key", place);
	conf.secret_file = place_secret;
}

#endif
