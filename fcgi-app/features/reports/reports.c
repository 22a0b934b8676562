/*
 * Reports: somebody tells the staff what is wrong with a thing or a person.
 *
 * One report of each person is open for each thing; a second one changes
 * nothing and is answered as the first.  Who reported is shown to the staff
 * alone (features/staff), which judges all reports of a thing at once.
 */
#include "app.h"

struct report {
	int64_t item, board;
	struct str username, reason, note;
};

static const char *
check_reason(struct arena *a, struct str *reason)
{
	static const char *const known[] = { "spam", "nudity", "hate",
		"violence", "harassment", "copyright", "other" };
	size_t i;

	(void)a;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(*reason, str_of(known[i])))
			return NULL;
	return "use spam, nudity, hate, violence, harassment, copyright or "
	    "other";
}

static const struct field item_fields[] = {
	PATH_ID(struct report, item),
	BODY_TEXT(struct report, reason, 1, 20, check_reason),
	BODY_PROSE_OPT(struct report, note, 0, 500),
	FIELD_END,
};
static const struct field board_fields[] = {
	PATH_ID(struct report, board),
	BODY_TEXT(struct report, reason, 1, 20, check_reason),
	BODY_PROSE_OPT(struct report, note, 0, 500),
	FIELD_END,
};
static const struct field person_fields[] = {
	PATH_TEXT(struct report, username, 20, NULL),
	BODY_TEXT(struct report, reason, 1, 20, check_reason),
	BODY_PROSE_OPT(struct report, note, 0, 500),
	FIELD_END,
};

static struct str
note_of(const struct report *in)
{
	return in->note.p == NULL ? STR("") : in->note;
}

static enum err
added(struct req *rq, struct query q)
{
	struct row row;
	enum err e = pg_row(rq, q, &row);

	if (e == OK && row_bool(&row, "mine"))
		return fail(rq, ERR_CONFLICT, "this is your own");
	return e == OK ? reply_detail(rq, 200, "you have reported this") : e;
}

/* 200, also if it was so; 404 the viewer sees no such item; 409 one's own. */
static enum err
item(struct req *rq)
{
	const struct report *in = rq->in;

	return added(rq, q_reports_item(in->item, rq->user, in->reason,
	    note_of(in)));
}

/* 200, also if it was so; 404 the viewer sees no such board; 409 one's own. */
static enum err
board(struct req *rq)
{
	const struct report *in = rq->in;

	return added(rq, q_reports_board(in->board, rq->user, in->reason,
	    note_of(in)));
}

/* 200, also if it was so; 404 the viewer sees nobody of this name; 409
 * oneself. */
static enum err
person(struct req *rq)
{
	const struct report *in = rq->in;

	return added(rq, q_reports_person(in->username, rq->user, in->reason,
	    note_of(in)));
}

static const struct route routes[] = {
	{ POST, "/items/{item}/report", item, item_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Tell the staff what is wrong with an item." },
	{ POST, "/boards/{board}/report", board, board_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Tell the staff what is wrong with a board." },
	{ POST, "/users/{username}/report", person, person_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Tell the staff what is wrong with a person." },
	ROUTE_END,
};

const struct feature feature_reports = { "reports", routes };
