/* `pinwall export` and `pinwall import`: one account. */
#include "commands.h"
#include "portable/portable.h"
#include "store.h"
#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY (128 << 20) /* one picture, in all its sizes */
#define STATEMENT_MS 600000
#define TRIES 600

/* As a backup does it, so that no file goes that is to be packed. */
static bool
hold_files(struct work *w)
{
	struct req rq;
	struct row row;
	bool held = false;
	int i;

	for (i = 0; i < TRIES && !held; i++) {
		if (i > 0)
			usleep(100000);
		work_begin(w, &rq, "export");
		if (pg_finish(&rq, pg_row(&rq, q_backup_lock(), &row)) != OK)
			return false;
		held = row_bool(&row, "held");
	}
	if (!held)
		fprintf(stderr, "export: a backup is at work\n");
	return held;
}

/* It has its name when it is whole. */
static bool
write_file(int64_t account, const char *path)
{
	char draft[4096];
	int fd, n = snprintf(draft, sizeof(draft), "%s.new", path);
	enum err e = ERR_STORAGE;
	bool good;

	if (n < 0 || n >= (int)sizeof(draft))
		return false;
	fd = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0) {
		e = portable_export(account, fd);
		good = e == OK && fsync(fd) == 0;
		close(fd);
		if (good && rename(draft, path) == 0)
			return true;
	}
	fprintf(stderr, "export: %s: %s\n", path, e == OK || fd < 0 ?
	    strerror(errno) : err_code(e));
	unlink(draft);
	return false;
}

static int
export_account(struct work *w, const char *name, const char *path)
{
	static struct req rq;
	struct row row;
	enum err e;

	if (!hold_files(w))
		return 1;
	work_begin(w, &rq, "export");
	e = pg_finish(&rq, pg_row(&rq, q_portable_account(str_of(name)),
	    &row));
	if (e == ERR_NOT_FOUND)
		fprintf(stderr, "export: nobody has this name\n");
	return e == OK && write_file(row_int(&row, "id"), path) ? 0 : 1;
}

int
command_export(const struct command_line *line)
{
	struct work w;
	int status = 1;

	if (line->argc != 2) {
		fprintf(stderr, "export: a name and a file; see --help\n");
		return 2;
	}
	umask(077);
	work_open(&w, MEMORY);
	if (store_open() && pg_open(STATEMENT_MS))
		status = export_account(&w, line->argv[0], line->argv[1]);
	work_close(&w);
	pg_close();
	return status;
}

int
command_import(const struct command_line *line)
{
	struct work w;
	int status = 1;

	if (line->argc != 2 || strcmp(line->argv[0], "account") != 0) {
		fprintf(stderr, "import: account and a file; see --help\n");
		return 2;
	}
	work_open(&w, MEMORY);
	if (store_open() && pg_open(STATEMENT_MS))
		status = portable_import(&w, line->argv[1]) ? 0 : 1;
	work_close(&w);
	pg_close();
	return status;
}
