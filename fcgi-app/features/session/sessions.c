/*
 * One's logins, on whatever device: a list, and their ends.
 *
 * What ends a login is accounts_session_end and accounts_end_others: its tokens
 * are refused at once, everywhere.
 */
#include "accounts/accounts.h"

/* 200 a list, at most 200; the one of this call first. */
static enum err
list(struct req *rq)
{
	return reply_rows(rq, q_session_page(rq->user, rq->session));
}

/* 204 it has ended; 404 no login of the viewer. */
static enum err
end_one(struct req *rq)
{
	const struct fields_id *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_session_own(in->id, rq->user), &row);

	if (e == OK)
		e = accounts_session_end(rq, in->id);
	return e == OK ? reply_empty(rq) : e;
}

/* 204 all others have ended. */
static enum err
end_others(struct req *rq)
{
	enum err e = accounts_end_others(rq, rq->user, rq->session);

	return e == OK ? reply_empty(rq) : e;
}

static const struct route routes[] = {
	{ GET, "/sessions", list, NULL, AUTH_USER, .shape = SHAPE_ARRAY,
	    .columns = q_session_page_columns,
	    .doc = "One's logins; current is the one of this call." },
	{ DELETE, "/sessions", end_others, NULL, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches_nothing = true,
	    .doc = "End all one's logins but the one of this call." },
	{ DELETE, "/sessions/{id}", end_one, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches_nothing = true,
	    .doc = "End one of one's logins." },
	ROUTE_END,
};

const struct feature feature_sessions = { "sessions", routes };
