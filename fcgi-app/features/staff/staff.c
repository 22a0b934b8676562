/*
 * What the staff judges: reports, and the accounts of people.
 *
 * The reports of a thing are one case.  What is decided of it is done by one
 * function of the database (sql/migrations/0022_staff.sql), which also writes
 * it into the log of the staff; a trigger of that tells the owner.
 *
 * Taken down is a visibility that the rule shows to nobody; what it was
 * before is kept for when it comes back.  Somebody who is suspended is as
 * somebody who closed the account, but that the staff opens it again.
 */
#include "app.h"
#include "accounts/accounts.h"

struct list {
	struct str state;
	struct page page;
};

static const char *
check_state(struct arena *a, struct str *state)
{
	(void)a;
	return str_eq(*state, STR("open")) || str_eq(*state, STR("closed")) ?
	    NULL : "use open or closed";
}

static const struct field reports_fields[] = {
	QUERY_TEXT_OPT(struct list, state, 10, check_state),
	QUERY_PAGE(struct list, page, 40, 200),
	FIELD_END,
};
static const struct field log_fields[] = {
	QUERY_PAGE(struct list, page, 40, 200),
	FIELD_END,
};

struct users {
	struct str query;
	struct page page;
};

static const struct field users_fields[] = {
	QUERY_TEXT_OPT(struct users, query, 254, NULL),
	QUERY_PAGE(struct users, page, 40, 200),
	FIELD_END,
};

struct which {
	int64_t id;
	struct str action, note, username;
};

static const char *
check_action(struct arena *a, struct str *action)
{
	static const char *const known[] = { "dismiss", "take_down",
		"restore", "warn", "suspend" };
	size_t i;

	(void)a;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(*action, str_of(known[i])))
			return NULL;
	return "use dismiss, take_down, restore, warn or suspend";
}

static const struct field which_fields[] = {
	PATH_ID(struct which, id),
	FIELD_END,
};
static const struct field resolve_fields[] = {
	PATH_ID(struct which, id),
	BODY_TEXT(struct which, action, 1, 20, check_action),
	BODY_PROSE_OPT(struct which, note, 0, 500),
	FIELD_END,
};
static const struct field person_fields[] = {
	PATH_TEXT(struct which, username, 20, NULL),
	FIELD_END,
};

/* 200 a page of cases; 403. */
static enum err
reports(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_page(rq, str_eq(in->state, STR("closed")) ?
	    q_staff_closed(&in->page) : q_staff_open(&in->page), &in->page);
}

/* 200 a case with its reports; 403; 404. */
static enum err
report(struct req *rq)
{
	const struct which *in = rq->in;

	return reply_one(rq, q_staff_one(in->id));
}

/* Why the database did not do it. */
static enum err
refuse(struct req *rq, struct str why)
{
	if (str_eq(why, STR("person")))
		return fail(rq, ERR_CONFLICT,
		    "a person cannot be taken down");
	if (str_eq(why, STR("down")))
		return fail(rq, ERR_CONFLICT, "this is taken down already");
	if (str_eq(why, STR("up")))
		return fail(rq, ERR_CONFLICT, "this is not taken down");
	if (str_eq(why, STR("judged")))
		return fail(rq, ERR_CONFLICT, "this was judged already");
	if (str_eq(why, STR("staff")))
		return fail(rq, ERR_CONFLICT, "staff cannot be suspended");
	if (str_eq(why, STR("closed")))
		return fail(rq, ERR_CONFLICT, "this account is closed already");
	return fail(rq, ERR_CONFLICT, "this account is not suspended");
}

/* 200 the case; 403; 404; 409 it is so already, or cannot be. */
static enum err
resolve(struct req *rq)
{
	const struct which *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_staff_resolve(in->id, rq->user, in->action,
	    in->note.p == NULL ? STR("") : in->note), &row);

	if (e == OK && !row_is_null(&row, "reason"))
		return refuse(rq, row_text(&row, "reason"));
	if (e == OK && str_eq(in->action, STR("suspend")))
		e = accounts_end_others(rq, row_int(&row, "person"), 0);
	return e == OK ? reply_one(rq, q_staff_one(in->id)) : e;
}

/* 200 the account is open again; 403; 404; 409 it was not suspended. */
static enum err
unsuspend(struct req *rq)
{
	const struct which *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_staff_unsuspend(in->username, rq->user),
	    &row);

	if (e == OK && !row_is_null(&row, "reason"))
		return refuse(rq, row_text(&row, "reason"));
	return e == OK ? reply_detail(rq, 200, "this account is open again") :
	    e;
}

/* 200 a page; 403. */
static enum err
users(struct req *rq)
{
	const struct users *in = rq->in;

	return reply_page(rq, in->query.n > 0 ?
	    q_staff_users_like(in->query, &in->page) :
	    q_staff_users(&in->page), &in->page);
}

/* 200 a page; 403. */
static enum err
staff_log(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_page(rq, q_staff_log(&in->page), &in->page);
}

#define PERSON_TOUCHES "person", "names"

static const struct route routes[] = {
	{ GET, "/staff/reports", reports, reports_fields, AUTH_STAFF,
	    .shape = SHAPE_PAGE, .columns = q_staff_open_columns,
	    .doc = "What was reported, open or closed: one row a thing." },
	{ GET, "/staff/reports/{id}", report, which_fields, AUTH_STAFF,
	    .shape = SHAPE_ROW, .columns = q_staff_one_columns,
	    .doc = "A thing that was reported, by whom and why, and what was "
	    "done." },
	{ POST, "/staff/reports/{id}/resolve", resolve, resolve_fields,
	    AUTH_STAFF, .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_staff_one_columns, .slow = true,
	    .touches = { PERSON_TOUCHES, "hidden_of", "counts", "pin",
	    "pins", "pins_by", "item", "talk", "board", "boards",
	    "boards_by", "tag", "tags", "tag_pins" },
	    .doc = "Decide: dismiss, take_down, restore, warn or suspend." },
	{ POST, "/staff/users/{username}/unsuspend", unsuspend, person_fields,
	    AUTH_STAFF, .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .slow = true, .touches = { PERSON_TOUCHES },
	    .doc = "Open an account again that was suspended." },
	{ GET, "/staff/users", users, users_fields, AUTH_STAFF,
	    .shape = SHAPE_PAGE, .columns = q_staff_users_columns,
	    .doc = "People by the beginning of their name or address." },
	{ GET, "/staff/log", staff_log, log_fields, AUTH_STAFF,
	    .shape = SHAPE_PAGE, .columns = q_staff_log_columns,
	    .doc = "What the staff did, the last first." },
	ROUTE_END,
};

const struct feature feature_staff = { "staff", routes };
