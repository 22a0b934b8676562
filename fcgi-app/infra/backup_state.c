/* The site while a backup is made.  See backup_state.h. */
#include "backup_state.h"

#include "arena.h"
#include "pg_args.h"
#include "pg_side.h"
#include "pg_tool.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PAGE 2000
#define PATIENCE_MS 60000
#define STEP_MS 100

static PGconn *conn;
static struct arena *mem;

static bool
ask(struct query q, bool *yes)
{
	int64_t number = 0;

	arena_reset(mem);
	if (!pg_side_number(conn, mem, q, &number))
		return false;
	*yes = number != 0;
	return true;
}

bool
backup_state_lock(void)
{
	bool held = false;
	int waited;

	mem = arena_open(16 << 20);
	conn = pg_side_open("pinwall-backup", 0);
	if (conn == NULL)
		return false;
	for (waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
		if (!ask(q_backup_lock(), &held))
			return false;
		if (held)
			return true;
		usleep(STEP_MS * 1000);
	}
	fprintf(stderr, "another backup of this site is at work, or files "
	    "are being removed, for %d s now\n", PATIENCE_MS / 1000);
	return false;
}

bool
backup_state_held(void)
{
	bool held = false;

	if (ask(q_backup_held(), &held) && held)
		return true;
	fprintf(stderr, "the connection to Postgres was lost, and so perhaps "
	    "files: make the backup again\n");
	return false;
}

void
backup_state_close(void)
{
	PQfinish(conn);
	conn = NULL;
	arena_close(mem);
}

static bool
dump(const struct backup_store *s, const char *snapshot)
{
	char file[4400], name[200];
	/* what is of this moment only stays out */
	const char *const argv[] = { "pg_dump", "--format=custom",
		"--schema=public", "--no-owner", "--no-privileges",
		"--exclude-table-data=public.account_export",
		"--exclude-table-data=public.cache_outbox",
		"--exclude-table-data=public.cache_fence",
		"--exclude-table-data=public.index_outbox", name, file, NULL };
	char path[] = "new/database.dump";

	snprintf(name, sizeof(name), "--snapshot=%s", snapshot);
	snprintf(file, sizeof(file), "--file=%s/%s", s->dir, path);
	return pg_tool_wait(pg_tool_start(argv, -1, -1)) &&
	    backup_store_sync(s, path);
}

static bool
read_migrations(struct backup_manifest *m)
{
	PGresult *r = pg_side_run(conn, mem, q_backup_migrations());
	bool good = r != NULL;
	int i;

	for (i = 0; good && i < PQntuples(r); i++)
		good = backup_manifest_ran(m, PQgetvalue(r, i, 0),
		    PQgetvalue(r, i, 1));
	PQclear(r);
	return good;
}

/* One page of rows; *after: the last id, or -1 at the end. */
static bool
read_page(FILE *to, int64_t *after)
{
	PGresult *r;
	bool good = true;
	int i, n;

	arena_reset(mem);
	r = pg_side_run(conn, mem, q_backup_media(*after, PAGE));
	if (r == NULL)
		return false;
	n = PQntuples(r);
	for (i = 0; good && i < n; i++) {
		*after = pg_get_int8(PQgetvalue(r, i, 0));
		good = fprintf(to, "%lld %c %s\n", (long long)*after,
		    PQgetvalue(r, i, 2)[0] != 0 ? 't' : 'f',
		    PQgetvalue(r, i, 1)) > 0;
	}
	PQclear(r);
	if (n < PAGE)
		*after = -1;
	return good;
}

static bool
read_rows(const struct backup_store *s)
{
	int fd = openat(s->fd, "new/rows", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
	int64_t after = 0;
	bool good = to != NULL;

	while (good && after >= 0)
		good = read_page(to, &after);
	if (to != NULL && fclose(to) != 0)
		good = false;
	return good || backup_store_broken(s, "new/rows");
}

static bool
read_facts(struct backup_manifest *m, char snapshot[100])
{
	PGresult *r = pg_side_run(conn, mem, q_backup_facts());
	bool good = r != NULL && PQntuples(r) == 1;

	if (good) {
		snprintf(snapshot, 100, "%s", PQgetvalue(r, 0, 0));
		m->accounts = pg_get_int8(PQgetvalue(r, 0, 1));
		m->items = pg_get_int8(PQgetvalue(r, 0, 2));
		m->media = pg_get_int8(PQgetvalue(r, 0, 3));
		snprintf(m->postgres, sizeof(m->postgres), "%s",
		    PQgetvalue(r, 0, 4));
	}
	PQclear(r);
	return good;
}

bool
backup_state_read(const struct backup_store *s, struct backup_manifest *m)
{
	char snapshot[100];
	bool good;

	arena_reset(mem);
	good = pg_tool_open() && pg_side_begin(conn) &&
	    read_facts(m, snapshot) && read_migrations(m) &&
	    dump(s, snapshot) && read_rows(s);
	/* the copying that follows takes long, and needs no old state */
	return pg_side_end(conn) && good;
}
