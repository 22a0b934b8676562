/* What the guardian does in Postgres.  See guard_pg.h. */
#include "guard_pg.h"

#include "clock.h"
#include "conf.h"
#include "ftc_guard.h"
#include "log.h"

#include <libpq-fe.h>
#include <poll.h>

#define BATCH FTC_GUARD_BATCH

static PGconn *conn;

/* One statement with texts as arguments; NULL: logged. */
static PGresult *
ask(const char *text, const char *const *args, int n)
{
	PGresult *r = conn == NULL ? NULL :
	    PQexecParams(conn, text, n, NULL, args, NULL, NULL, 0);
	ExecStatusType how = PQresultStatus(r);

	if (how == PGRES_TUPLES_OK || how == PGRES_COMMAND_OK)
		return r;
	log_warn("guard postgres=%s", r != NULL ? PQresultErrorMessage(r) :
	    "not connected");
	PQclear(r);
	return NULL;
}

static uint64_t
number(const PGresult *r, int row, int column)
{
	return strtoull(PQgetvalue(r, row, column), NULL, 10);
}

static bool
ask_number(const char *text, uint64_t *out)
{
	PGresult *r = ask(text, NULL, 0);
	bool good = r != NULL && PQntuples(r) == 1;

	if (good)
		*out = number(r, 0, 0);
	PQclear(r);
	return good;
}

static bool
identify(uint64_t *who)
{
	PGresult *r = ask("select s.system_identifier, c.timeline_id, "
	    "(extract(epoch from pg_postmaster_start_time()) * 1000000)::int8 "
	    "from pg_control_system() s, pg_control_checkpoint() c "
	    "where not pg_is_in_recovery()", NULL, 0);
	bool good = r != NULL && PQntuples(r) == 1;

	if (good)
		*who = ftc_guard_database(number(r, 0, 0), number(r, 0, 1),
		    number(r, 0, 2));
	PQclear(r);
	return good;
}

bool
guard_pg_connect(uint64_t *who)
{
	const char *keys[] = { "dbname", "options", "connect_timeout",
		"application_name", "client_encoding", NULL };
	const char *values[] = { conf.database, "-c statement_timeout=5000 "
		"-c search_path=public -c timezone=UTC", "2", "pinwall-guard",
		"UTF8", NULL };
	PGresult *r;

	guard_pg_close();
	conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(conn) != CONNECTION_OK) {
		guard_pg_close();
		return false;
	}
	r = ask("listen guard", NULL, 0);
	PQclear(r);
	if (r != NULL && identify(who))
		return true;
	guard_pg_close();
	return false;
}

void
guard_pg_close(void)
{
	PQfinish(conn);
	conn = NULL;
}

static bool
take_notifications(void)
{
	PGnotify *one;
	bool any = false;

	while (conn != NULL && (one = PQnotifies(conn)) != NULL) {
		PQfreemem(one);
		any = true;
	}
	return any;
}

void
guard_pg_wait(int64_t until)
{
	struct pollfd p = { .events = POLLIN };
	int64_t left = until - clock_mono();

	/* what was read with an answer is not seen by poll */
	if (left <= 0 || take_notifications())
		return;
	p.fd = conn != NULL ? PQsocket(conn) : -1;
	(void)poll(&p, 1, (int)((left + 999) / 1000));
	if (conn != NULL)
		(void)PQconsumeInput(conn);
	(void)take_notifications();
}

static enum ftc_xact
state_of(const char *text)
{
	if (strcmp(text, "committed") == 0)
		return FTC_WAS_COMMITTED;
	if (strcmp(text, "aborted") == 0)
		return FTC_WAS_ABORTED;
	return strcmp(text, "in progress") == 0 ? FTC_IN_PROGRESS : FTC_LOST;
}

/* Numbers as the text of an array. */
static void
list(struct buf *b, const int64_t *ids, size_t n)
{
	size_t i;

	buf_byte(b, '{');
	for (i = 0; i < n; i++)
		buf_printf(b, "%s%lld", i > 0 ? "," : "", (long long)ids[i]);
	buf_add(b, "}", 2);
}

bool
guard_pg_states(const uint64_t *xids, size_t n, enum ftc_xact *states)
{
	const char *args[1];
	struct buf b;
	PGresult *r;
	size_t i;
	bool good;

	buf_open(&b, 1 << 16);
	list(&b, (const int64_t *)xids, n);
	args[0] = b.p;
	r = ask("select coalesce(cache_state(x::text::xid8), '') "
	    "from unnest($1::int8[]) with ordinality u (x, i) order by i",
	    args, 1);
	buf_close(&b);
	good = r != NULL && PQntuples(r) == (int)n;
	for (i = 0; good && i < n; i++)
		states[i] = state_of(PQgetvalue(r, (int)i, 0));
	PQclear(r);
	return good;
}

/* Tags, a line each. */
static void
read_tags(struct arena *mem, const char *text, struct ftc_row *row,
    bool prefixed)
{
	struct str all = str_of(text), *tags;
	size_t from, to, n = 1;

	for (from = 0; from < all.n; from++)
		n += all.p[from] == '\n';
	tags = arena_alloc(mem, n * sizeof(*tags));
	row->n = 0;
	for (from = 0; from < all.n; from = to + 1) {
		to = str_find(all, '\n', from);
		tags[row->n++] = arena_printf(mem, "%s%.*s",
		    prefixed ? "" : "t:", STR_ARG(str_sub(all, from, to)));
	}
	row->tags = tags;
}

bool
guard_pg_rows(struct arena *mem, const struct ftc_row **rows, size_t *n,
    bool *more)
{
	PGresult *r = ask("(select id, xid::text, "
	    "coalesce(cache_state(xid), ''), fenced, "
	    "array_to_string(tags, e'\\n') from cache_fence where not "
	    "(fenced and coalesce(cache_state(xid), '') = 'in progress') "
	    "order by id limit 65) union all (select id, '0', 'committed', "
	    "false, array_to_string(tags, e'\\n') from cache_outbox "
	    "order by id limit 65)", NULL, 0);
	struct ftc_row *made;
	int i;

	if (r == NULL)
		return false;
	*more = PQntuples(r) > BATCH;
	*n = *more ? BATCH : (size_t)PQntuples(r);
	made = arena_zalloc(mem, (*n + 1) * sizeof(*made));
	for (i = 0; i < (int)*n; i++) {
		made[i].id = (int64_t)number(r, i, 0);
		made[i].xid = number(r, i, 1);
		made[i].state = state_of(PQgetvalue(r, i, 2));
		made[i].fenced = PQgetvalue(r, i, 3)[0] == 't';
		read_tags(mem, PQgetvalue(r, i, 4), &made[i],
		    made[i].xid != 0);
	}
	PQclear(r);
	*rows = made;
	return true;
}

/* Runs a statement for the ids of those rows that are of a sort. */
static bool
mark(const char *text, const struct ftc_row *rows, size_t n,
    bool (*is_one)(const struct ftc_row *row))
{
	int64_t ids[BATCH + 1];
	const char *args[1];
	size_t i, found = 0;
	struct buf b;
	PGresult *r;

	for (i = 0; i < n; i++)
		if (is_one(&rows[i]))
			ids[found++] = rows[i].id;
	if (found == 0)
		return true;
	buf_open(&b, 1 << 16);
	list(&b, ids, found);
	args[0] = b.p;
	r = ask(text, args, 1);
	buf_close(&b);
	PQclear(r);
	return r != NULL;
}

static bool
is_of_outbox(const struct ftc_row *row)
{
	return row->xid == 0;
}

static bool
is_in_progress(const struct ftc_row *row)
{
	return row->xid != 0 && row->state == FTC_IN_PROGRESS;
}

static bool
is_over(const struct ftc_row *row)
{
	return row->xid != 0 && row->state != FTC_IN_PROGRESS;
}

bool
guard_pg_done(const struct ftc_row *rows, size_t n)
{
	return mark("delete from cache_outbox where id = any ($1::int8[])",
	    rows, n, is_of_outbox) &&
	    mark("update cache_fence set fenced = true "
	    "where id = any ($1::int8[])", rows, n, is_in_progress) &&
	    mark("delete from cache_fence where id = any ($1::int8[])",
	    rows, n, is_over);
}

bool
guard_pg_barrier(uint64_t *xid)
{
	return ask_number("select pg_current_xact_id()::text", xid);
}

bool
guard_pg_oldest(uint64_t *xid)
{
	return ask_number(
	    "select pg_snapshot_xmin(pg_current_snapshot())::text",
	    xid);
}
