/*
 * Notices: what a person is told of.
 *
 * Jobs write them, after whoever follows, likes or comments; what they mean
 * and how they are grouped is told in sql/migrations/0019_notices.sql.  A
 * notice is known by its newest event: one that grew since it was shown has
 * another id, so that "all up to this one" leaves it unread.
 *
 * Nothing of it is kept in the cache: it is one person's, and changes more
 * often than it is asked for.  The number for the bell is one row by its key.
 */
#include "app.h"

struct list {
	struct page page;
};

static const struct field list_fields[] = {
	QUERY_PAGE(struct list, page, 20, 100),
	FIELD_END,
};

static const struct field up_to_fields[] = {
	BODY_ID(struct fields_id, id),
	FIELD_END,
};

struct kinds {
	int64_t follow, like, comment, reply, mention, invite;
};

static const struct field kinds_fields[] = {
	BODY_BOOL_OPT(struct kinds, follow),
	BODY_BOOL_OPT(struct kinds, like),
	BODY_BOOL_OPT(struct kinds, comment),
	BODY_BOOL_OPT(struct kinds, reply),
	BODY_BOOL_OPT(struct kinds, mention),
	BODY_BOOL_OPT(struct kinds, invite),
	FIELD_END,
};

/* 200 a page. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_page(rq, q_notices_page(rq->user, &in->page), &in->page);
}

/* 200 {"unread"}. */
static enum err
count(struct req *rq)
{
	return reply_one(rq, q_notices_count(rq->user));
}

/* 200 {"unread"}: of those that came since. */
static enum err
read_to(struct req *rq)
{
	const struct fields_id *in = rq->in;
	enum err e = pg_run(rq, q_notices_hold(rq->user), NULL);

	if (e == OK)
		e = pg_run(rq, q_notices_read_to(rq->user, in->id), NULL);
	return e == OK ? count(rq) : e;
}

/* 200 {"unread"}; 404 the viewer has no such notice. */
static enum err
read_one(struct req *rq)
{
	const struct fields_id *in = rq->in;
	struct row row;
	enum err e = pg_run(rq, q_notices_hold(rq->user), NULL);

	if (e == OK)
		e = pg_row(rq, q_notices_read_one(rq->user, in->id), &row);
	return e == OK ? count(rq) : e;
}

/* 200 kinds, and whether the viewer is told of them. */
static enum err
settings(struct req *rq)
{
	return reply_one(rq, q_notices_settings(rq->user));
}

/* 200 as above; what is not given stays as it was. */
static enum err
set(struct req *rq)
{
	const struct kinds *in = rq->in;
	enum err e = pg_run(rq, q_notices_set(rq->user, in->follow, in->like,
	    in->comment, in->reply, in->mention, in->invite), NULL);

	return e == OK ? settings(rq) : e;
}

enum err
notices_write_job(struct req *rq, const struct job_row *job)
{
	return pg_run(rq, q_notices_write(job->id), NULL);
}

/* A thousand at a time, until there are fewer. */
enum err
notices_sweep_job(struct req *rq, const struct job_row *job)
{
	struct row row;
	enum err e = pg_row(rq, q_notices_sweep(), &row);

	(void)job;
	if (e == OK && row_int(&row, "removed") >= 1000)
		e = job_add(rq, JOB_SWEEP_NOTICES, 0, STR_NONE);
	return e;
}

static const struct route routes[] = {
	{ GET, "/notices", list, list_fields, AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_notices_page_columns,
	    .doc = "What the viewer was told of, newest first; what happened "
	    "to one thing while it was unread is one notice." },
	{ GET, "/notices/count", count, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_notices_count_columns,
	    .doc = "How many notices of the list are unread." },
	{ POST, "/notices/read", read_to, up_to_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_notices_count_columns, .touches_nothing = true,
	    .doc = "The viewer has read all up to this one." },
	{ POST, "/notices/{id}/read", read_one, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_notices_count_columns, .touches_nothing = true,
	    .doc = "The viewer has read this one." },
	{ GET, "/notices/settings", settings, NULL, AUTH_USER,
	    .shape = SHAPE_ROW, .columns = q_notices_settings_columns,
	    .doc = "Of what the viewer is told." },
	{ PATCH, "/notices/settings", set, kinds_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_notices_settings_columns, .touches_nothing = true,
	    .doc = "Be told of some kinds, and not of others." },
	ROUTE_END,
};

const struct feature feature_notices = { "notices", routes };
