/*
 * What the staff sees of the site's own work: its jobs and its cache.
 *
 * A job that failed too often is dead, and waits here for somebody to try it
 * again or to give it up.  The numbers of the cache are those of /metrics.
 */
#include "app.h"
#include "cache_count.h"

struct jobs {
	struct str state;
	struct page page;
};

static const char *
check_state(struct arena *a, struct str *state)
{
	(void)a;
	return str_eq(*state, STR("waiting")) || str_eq(*state, STR("dead")) ?
	    NULL : "use waiting or dead";
}

static const struct field jobs_fields[] = {
	QUERY_TEXT_OPT(struct jobs, state, 10, check_state),
	QUERY_PAGE(struct jobs, page, 40, 200),
	FIELD_END,
};

/* 200 a page; 403. */
static enum err
jobs(struct req *rq)
{
	const struct jobs *in = rq->in;

	return reply_page(rq, str_eq(in->state, STR("dead")) ?
	    q_staff_dead(&in->page) : q_staff_jobs(&in->page), &in->page);
}

/* 204 it is due now; 403; 404 no dead job. */
static enum err
retry(struct req *rq)
{
	const struct fields_id *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_staff_retry(in->id, rq->user), &row);

	return e == OK ? reply_empty(rq) : e;
}

/* 204 it is gone; 403; 404 no dead job. */
static enum err
drop(struct req *rq)
{
	const struct fields_id *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_staff_drop(in->id, rq->user), &row);

	return e == OK ? reply_empty(rq) : e;
}

static void
reads_of(struct buf *b, const char *route)
{
	int i;

	buf_printf(b, "%s{\"route\":\"%s\"",
	    b->n > 0 && b->p[b->n - 1] == '}' ? "," : "", route);
	for (i = 0; i < CACHE_READS; i++)
		buf_printf(b, ",\"%s\":%" PRIu64, cache_read_names[i],
		    cache_reads(str_of(route), (enum cache_read)i));
	buf_byte(b, '}');
}

/* 200 how the answers of each route were come by; 403. */
static enum err
caches(struct req *rq)
{
	struct buf *b = reply_json(rq, 200);
	const struct feature *const *f;
	const struct route *r;

	buf_str(b, STR("{\"results\":["));
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (r->reads[0] != NULL)
				reads_of(b, r->path);
	reads_of(b, "similar");
	buf_str(b, STR("]}"));
	return OK;
}

static const struct route routes[] = {
	{ GET, "/staff/jobs", jobs, jobs_fields, AUTH_STAFF,
	    .shape = SHAPE_PAGE, .columns = q_staff_jobs_columns,
	    .doc = "Jobs that wait, or that failed too often and are dead." },
	{ POST, "/staff/jobs/{id}/retry", retry, fields_id, AUTH_STAFF,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches_nothing = true, .doc = "Try a dead job again." },
	{ DELETE, "/staff/jobs/{id}", drop, fields_id, AUTH_STAFF,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches_nothing = true, .doc = "Give a dead job up." },
	{ GET, "/staff/caches", caches, NULL, AUTH_STAFF,
	    .shape = SHAPE_OTHER, .doc = "How the answers of each route were "
	    "come by: from the cache (hit, stale) or made (miss, fenced, "
	    "bypass)." },
	ROUTE_END,
};

const struct feature feature_staff_site = { "staff_site", routes };
