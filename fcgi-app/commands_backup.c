/* `pinwall backup` and `pinwall restore`. */
#include "backup.h"
#include "commands.h"
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Takes `name VALUE` out of the arguments; NULL: it is not there. */
static const char *
take_value(struct command_line *line, const char *name)
{
	int i, j;
	const char *value;

	for (i = 0; i + 1 < line->argc; i++) {
		if (strcmp(line->argv[i], name) != 0)
			continue;
		value = line->argv[i + 1];
		line->argc -= 2;
		for (j = i; j < line->argc; j++)
			line->argv[j] = line->argv[j + 2];
		return value;
	}
	return NULL;
}

static bool
take_flag(struct command_line *line, const char *name)
{
	int i, j;

	for (i = 0; i < line->argc; i++) {
		if (strcmp(line->argv[i], name) != 0)
			continue;
		line->argc--;
		for (j = i; j < line->argc; j++)
			line->argv[j] = line->argv[j + 1];
		return true;
	}
	return false;
}

/* What is left must be a folder's name. */
static const char *
take_dir(const struct command_line *line)
{
	if (line->argc == 1 && line->argv[0][0] != '-')
		return line->argv[0];
	fprintf(stderr, "which folder?  See --help\n");
	return NULL;
}

int
command_backup(const struct command_line *whole)
{
	struct command_line line = *whole;
	bool verify = take_flag(&line, "--verify");
	bool list = !verify && take_flag(&line, "--list");
	const char *keep = take_value(&line, "--keep"), *dir;
	int64_t n = 0;
	int status;

	if (keep != NULL && (verify || list ||
	    !str_int(str_of(keep), &n) || n < 1)) {
		fprintf(stderr, "--keep is a number of backups, 1 at least, "
		    "when one is made\n");
		return 2;
	}
	dir = take_dir(&line);
	if (dir == NULL)
		return 2;
	umask(077);
	if (list)
		return backup_print(dir);
	status = verify ? backup_verify(dir, progress_draw) :
	    backup_make(dir, n, progress_draw);
	progress_end();
	return status;
}

int
command_restore(const struct command_line *whole)
{
	struct command_line line = *whole;
	struct backup_restore how = {
		.replace = take_flag(&line, "--replace"),
		.end_sessions = take_flag(&line, "--end-sessions"),
		.name = take_value(&line, "--backup"),
	};
	const char *dir = take_dir(&line);
	int status;

	if (dir == NULL)
		return 2;
	status = backup_restore(dir, &how, progress_draw);
	progress_end();
	return status;
}
