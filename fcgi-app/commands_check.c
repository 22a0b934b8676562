/* `pinwall check`: its options and its order.  See check.h. */
#include "check.h"
#include "commands.h"

#include <stdio.h>
#include <sys/stat.h>

static void
complain(bool is_fault, const char *where, const char *why)
{
	if (is_fault)
		check_error(where, "`pinwall conf` prints all settings", "%s",
		    why);
	else
		check_warning(where, "remove it", "%s", why);
}

/* The file itself: what it says is secret as soon as a password is in it. */
static void
look_at_file(bool good)
{
	bool secret = strstr(conf.database, "password=") != NULL;
	struct stat st;

	if (conf.file == NULL) {
		check_ok("settings", "no file is given (--conf, PINWALL_CONF): "
		    "defaults and the environment");
		return;
	}
	if (stat(conf.file, &st) == 0 && (st.st_mode & 022) != 0)
		check_error(conf.file, "chmod go-w", "others than its owner "
		    "may write it");
	else if (secret && (st.st_mode & 004) != 0)
		check_error(conf.file, "use passfile=, or chmod o-r",
		    "everybody may read the password in it");
	else if (good)
		check_ok(conf.file, "every line can be read");
}

int
command_check(const struct command_line *line)
{
	bool json = line->argc == 1 && strcmp(line->argv[0], "--json") == 0;

	if (line->argc > (json ? 1 : 0)) {
		fprintf(stderr, "check takes --json or nothing; see --help\n");
		return 2;
	}
	check_open(json);
	look_at_file(conf_read(line->file, complain));
	conf.log_level = 0; /* what is wrong is told here */
	check_settings();
	check_mail();
	check_files();
	check_bucket();
	check_machine();
	check_nginx();
	check_postgres();
	check_redis();
	return check_close();
}
