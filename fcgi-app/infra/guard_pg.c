/* What the guardian does in Postgres.  See guard_pg.h. */
#include "guard_pg.h"

#include "ftc_guard.h"
#include "pg_args.h"
#include "pg_link.h"
#include "pg_side.h"

static PGconn *conn;

static bool
identify(struct arena *mem, uint64_t *who)
{
	PGresult *r = pg_side_run(conn, mem, q_guard_identity());
	bool good = r != NULL && PQntuples(r) == 1;

	if (good)
		*who = ftc_guard_database(
		    (uint64_t)pg_get_int8(PQgetvalue(r, 0, 0)),
		    (uint64_t)pg_get_int4(PQgetvalue(r, 0, 1)),
		    (uint64_t)pg_get_time(PQgetvalue(r, 0, 2)));
	PQclear(r);
	return good;
}

static bool
read_switch(struct arena *mem, struct ftc_switch *cache)
{
	PGresult *r = pg_side_run(conn, mem, q_guard_switched());
	bool good = r != NULL && PQntuples(r) == 1;

	if (good)
		*cache = (struct ftc_switch){ PQgetvalue(r, 0, 0)[0] != 0,
			pg_get_int8(PQgetvalue(r, 0, 1)) };
	PQclear(r);
	return good;
}

bool
guard_pg_connect(struct arena *mem, uint64_t *who, struct ftc_switch *cache)
{
	guard_pg_close();
	conn = pg_side_open("pinwall-guard", 5000);
	if (conn != NULL && pg_link_listen(conn, "guard") &&
	    identify(mem, who) && read_switch(mem, cache))
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

void
guard_pg_wait(int64_t until)
{
	pg_side_wait(conn, until);
}

static struct str
cell(const PGresult *r, int row, int column)
{
	return (struct str){ PQgetvalue(r, row, column),
		(size_t)PQgetlength(r, row, column) };
}

static enum ftc_xact
state_of(struct str text)
{
	if (str_eq(text, STR("committed")))
		return FTC_WAS_COMMITTED;
	if (str_eq(text, STR("aborted")))
		return FTC_WAS_ABORTED;
	return str_eq(text, STR("in progress")) ? FTC_IN_PROGRESS : FTC_LOST;
}

bool
guard_pg_states(struct arena *mem, const uint64_t *xids, size_t n,
    enum ftc_xact *states)
{
	struct int8s list = { (const int64_t *)xids, (int)n };
	PGresult *r = pg_side_run(conn, mem, q_guard_states(list));
	bool good = r != NULL && PQntuples(r) == (int)n;
	size_t i;

	for (i = 0; good && i < n; i++)
		states[i] = state_of(cell(r, (int)i, 0));
	PQclear(r);
	return good;
}

/* Tags, a line each. */
static void
read_tags(struct arena *mem, struct str all, struct ftc_row *row)
{
	const char *prefix = row->xid != 0 ? "" : "t:";
	struct str *tags;
	size_t from, to, n = 1;

	for (from = 0; from < all.n; from++)
		n += all.p[from] == '\n';
	tags = arena_alloc(mem, n * sizeof(*tags));
	row->n = 0;
	for (from = 0; from < all.n; from = to + 1) {
		to = str_find(all, '\n', from);
		tags[row->n++] = arena_printf(mem, "%s%.*s", prefix,
		    STR_ARG(str_sub(all, from, to)));
	}
	row->tags = tags;
}

static struct ftc_row
read_row(struct arena *mem, const PGresult *r, int i)
{
	struct ftc_row row = { .id = pg_get_int8(PQgetvalue(r, i, 0)),
		.xid = (uint64_t)pg_get_int8(PQgetvalue(r, i, 1)),
		.state = state_of(cell(r, i, 2)),
		.fenced = PQgetvalue(r, i, 3)[0] != 0 };

	read_tags(mem, cell(r, i, 4), &row);
	return row;
}

bool
guard_pg_rows(struct arena *mem, struct ftc_event *e)
{
	PGresult *r = pg_side_run(conn, mem, q_guard_rows(FTC_GUARD_BATCH));
	struct ftc_row *rows = arena_alloc(mem,
	    FTC_GUARD_BATCH * sizeof(*rows)), row;
	bool switched = false;
	int i;

	for (i = 0; r != NULL && i < PQntuples(r); i++) {
		row = read_row(mem, r, i);
		if (str_eq(cell(r, i, 2), STR("switch"))) {
			e->cache = (struct ftc_switch){ row.fenced, row.id };
			switched = true;
		} else if (e->n < FTC_GUARD_BATCH) {
			rows[e->n++] = row;
		} else {
			e->more = true;
		}
	}
	PQclear(r);
	e->rows = rows;
	return switched;
}

bool
guard_pg_switch_on(struct arena *mem)
{
	PGresult *r = pg_side_run(conn, mem, q_guard_switch_on());

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

struct batch {
	const struct ftc_row *at;
	size_t n;
};

/* Runs a statement for the ids of those rows that are of a sort. */
static bool
mark(struct arena *mem, struct query (*statement)(struct int8s ids),
    const struct batch *rows, bool (*is_one)(const struct ftc_row *))
{
	int64_t ids[FTC_GUARD_BATCH];
	struct int8s list = { ids, 0 };
	PGresult *r;
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (is_one(&rows->at[i]))
			ids[list.n++] = rows->at[i].id;
	if (list.n == 0)
		return true;
	r = pg_side_run(conn, mem, statement(list));
	PQclear(r);
	return r != NULL;
}

bool
guard_pg_done(struct arena *mem, const struct ftc_row *rows, size_t n)
{
	struct batch all = { rows, n };

	return mark(mem, q_guard_outbox_done, &all, is_of_outbox) &&
	    mark(mem, q_guard_fenced, &all, is_in_progress) &&
	    mark(mem, q_guard_fence_done, &all, is_over);
}

bool
guard_pg_barrier(struct arena *mem, int64_t *xid)
{
	return pg_side_number(conn, mem, q_guard_barrier(), xid);
}

bool
guard_pg_oldest(struct arena *mem, int64_t *xid)
{
	return pg_side_number(conn, mem, q_guard_oldest(), xid);
}
