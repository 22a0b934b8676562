/* Is the database there, and is the role what it should be?  See check.h. */
#include "check.h"

#include "arena.h"
#include "clock.h"
#include "conf.h"
#include "migrate.h"
#include "pg_side.h"
#include "schemes.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WAIT_MS 5000
#define OLDEST 150000
#define MIGRATIONS 200
#define APART_US (2 * SECOND_US)
/* Of the jobs, the index, the guardian, and what an administrator opens. */
#define CONNECTIONS_BESIDE 10

static PGconn *conn;
static struct arena *mem;

/* Asks for one number or bool; false, told, when there is no answer. */
static bool
ask(const char *what, struct query q, int64_t *out)
{
	if (pg_side_number(conn, mem, q, out))
		return true;
	check_error(what, "look at the log of Postgres", "the database does "
	    "not answer %s", q.of->file);
	return false;
}

static void
look_at_server(void)
{
	int64_t version, now, is;

	if (ask("Postgres", q_check_version(), &version)) {
		if (version < OLDEST)
			check_error("Postgres", "upgrade it", "it is version "
			    "%lld, and 15 is needed",
			    (long long)(version / 10000));
		else
			check_ok("Postgres", "version %lld",
			    (long long)(version / 10000));
	}
	if (ask("Postgres", q_check_utf8(), &is) && !is)
		check_error("Postgres", "make the database anew, with encoding "
		    "UTF8", "it does not keep text as UTF-8");
	if (ask("Postgres", q_check_durable(), &is) && !is)
		check_warning("Postgres", "fsync, full_page_writes and "
		    "synchronous_commit on", "what was acknowledged can be "
		    "lost in a crash");
	if (ask("clock", q_check_clock(), &now) &&
	    llabs(now - clock_now()) > APART_US)
		check_warning("clock", "run an NTP client on both", "that of "
		    "Postgres differs by %lld s",
		    (long long)(llabs(now - clock_now()) / SECOND_US));
}

static void
look_at_room(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t most, fast = conf.fast_workers > 0 ? conf.fast_workers :
	    2 * (cores > 0 ? cores : 1);
	/* a worker may need a second one */
	int64_t need = 2 * (fast + conf.slow_workers) + conf.job_workers +
	    CONNECTIONS_BESIDE;

	if (!ask("Postgres", q_check_connections(), &most))
		return;
	if (most < need)
		check_error("Postgres", "raise max_connections, or have fewer "
		    "workers", "it allows %lld connections, and %lld may be "
		    "needed", (long long)most, (long long)need);
	else
		check_ok("Postgres", "%lld connections, of which %lld may be "
		    "needed", (long long)most, (long long)need);
}

static void
look_at_role(void)
{
	int64_t much, ddl, closed, writes;

	if (!ask("database", q_check_rights(), &much) ||
	    !ask("database", q_check_ddl(), &ddl) ||
	    !ask("database", q_check_closed(), &closed) ||
	    !ask("database", q_check_writable(), &writes))
		return;
	if (much)
		check_error("database", "a role of its own, with login and no "
		    "more", "the role is a superuser, or may make roles or "
		    "databases");
	else if (ddl)
		check_error("database", "let another role own the schema, and "
		    "revoke create", "the role may change tables; it needs "
		    "rows only");
	else if (closed > 0 || !writes)
		check_error("database", "grant select, insert, update and "
		    "delete on all tables, usage on all sequences", "the role "
		    "may not change what it has to (%lld tables are closed to "
		    "it)", (long long)closed);
	else
		check_ok("database", "the role may change rows, not tables");
}

static void
look_at_schema(void)
{
	struct str names[MIGRATIONS], texts[MIGRATIONS];
	int64_t missing, unknown;
	int n;

	names[0] = STR("schemes"); /* as migrate.c calls the triggers */
	texts[0] = str_of(schemes_triggers);
	for (n = 1; migrations[n - 1].name != NULL; n++) {
		assert(n < MIGRATIONS);
		names[n] = str_of(migrations[n - 1].name);
		texts[n] = str_of(migrations[n - 1].text);
	}
	if (!ask("schema", q_check_missing((struct texts){ names, n },
	    (struct texts){ texts, n }), &missing) ||
	    !ask("schema", q_check_unknown((struct texts){ names, n }),
	    &unknown))
		return;
	if (missing > 0)
		check_error("schema", "pinwall migrate, as its owner", "%lld "
		    "of %d migrations have not run", (long long)missing, n);
	else if (unknown > 0)
		check_error("schema", "install the newer program, or restore a "
		    "backup from before", "it is newer than this program, by "
		    "%lld migrations", (long long)unknown);
	else
		check_ok("schema", "up to date (%d migrations)", n);
}

void
check_postgres(void)
{
	char why[600];
	int64_t has;

	conn = pg_side_try("pinwall check", WAIT_MS, why, sizeof(why));
	if (conn == NULL) {
		check_error("database", "start Postgres; mend host, dbname, "
		    "user and the password", "%s", why);
		return;
	}
	mem = arena_open(16 << 20);
	look_at_server();
	look_at_room();
	if (ask("schema", q_check_tables(), &has)) {
		if (!has) {
			check_error("schema", "pinwall migrate, as its owner",
			    "there is none");
		} else {
			look_at_role();
			look_at_schema();
		}
	}
	arena_close(mem);
	pg_side_close(conn);
}
