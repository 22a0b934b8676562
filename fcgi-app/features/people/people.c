/*
 * People: anybody's profile, and one's own account.
 *
 * Only the person themselves may change an account; whom somebody follows is
 * changed by following, and counts count.  What others see is the profile;
 * address, gender, birthday, shoe size and phone number are for the owner.
 *
 * pinterestAccounts/user/ has all of a person at once, with lists of up to a
 * thousand ids, as it was published; users/ has what a profile shows.
 */
#include "people.h"

#include "accounts/accounts.h"

/* All of them, so that what is absent is known to be. */
#define EDIT_FIELDS(required) \
	FIELD_STR(struct people_edit, username, FROM_BODY, TYPE_TEXT, \
	    required, 1, 20, accounts_check_username), \
	FIELD_STR(struct people_edit, email, FROM_BODY, TYPE_TEXT, required, \
	    3, 254, accounts_check_email), \
	BODY_SECRET_OPT(struct people_edit, password, 1, 1000), \
	PEOPLE_NAMES(struct people_edit), \
	PEOPLE_PRIVATE(struct people_edit), \
	PEOPLE_SHOP(struct people_edit), \
	BODY_FILE_OPT(struct people_edit, avatar), \
	PEOPLE_CROP(struct people_edit), \
	BODY_BOOL_OPT(struct people_edit, remove_avatar)

static const struct field put_fields[] = {
	EDIT_FIELDS(true),
	FIELD_END,
};
static const struct field patch_fields[] = {
	EDIT_FIELDS(false),
	FIELD_END,
};
static const struct field named_put_fields[] = {
	PATH_TEXT(struct people_edit, name, 20, NULL),
	EDIT_FIELDS(true),
	FIELD_END,
};
static const struct field named_patch_fields[] = {
	PATH_TEXT(struct people_edit, name, 20, NULL),
	EDIT_FIELDS(false),
	FIELD_END,
};

struct named {
	struct str username;
};

static const struct field named_fields[] = {
	PATH_TEXT(struct named, username, 20, NULL),
	FIELD_END,
};

/* 200 one's own account. */
static enum err
me(struct req *rq)
{
	return reply_one(rq, q_people_one(rq->user, STR_NONE, rq->user));
}

/* 200 the person; 404. */
static enum err
one(struct req *rq)
{
	const struct named *in = rq->in;

	return reply_one(rq, q_people_one(0, in->username, rq->user));
}

/* 200 the changed account; 400 taken, wrong password, no picture. */
static enum err
edit(struct req *rq)
{
	enum err e = people_change(rq, rq->in, "avatar");

	return e == OK ? me(rq) : e;
}

/* The published way names the account in the path: 403 another's. */
static enum err
edit_named(struct req *rq)
{
	const struct people_edit *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_people_named(in->name, rq->user), &row);

	if (e == OK && row_int(&row, "id") != rq->user)
		return ERR_FORBIDDEN;
	if (e == OK)
		e = pg_commit(rq); /* a picture is decoded outside of it */
	return e == OK ? edit(rq) : e;
}

/* 200 the profile; 404 nobody whom the viewer may see has this name. */
static enum err
profile(struct req *rq)
{
	const struct named *in = rq->in;

	return reply_one(rq, q_people_profile(0, in->username, rq->user));
}

/* 200 one's own account with what only its owner sees. */
static enum err
own(struct req *rq)
{
	return reply_one(rq, q_people_me(rq->user));
}

/* 200 the changed account; 400 taken, wrong password, no picture. */
static enum err
edit_own(struct req *rq)
{
	enum err e = people_change(rq, rq->in, "avatar");

	return e == OK ? own(rq) : e;
}

static const struct route routes[] = {
	{ GET, "/rest-auth/user", me, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_people_one_columns,
	    .doc = "One's own account." },
	{ PUT, "/rest-auth/user", edit, put_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_one_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change one's account; a new address needs the password." },
	{ PATCH, "/rest-auth/user", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_one_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change parts of one's account." },
	{ GET, "/pinterestAccounts/user/{username}", one, named_fields,
	    AUTH_OPT, .shape = SHAPE_ROW, .columns = q_people_one_columns,
	    .expensive = true,
	    .reads = { "person:{username}", "boards_by:{username}",
	    "follows_of:{username}", "tag_follows_of:{username}", "names" },
	    .doc = "A person." },
	{ PUT, "/pinterestAccounts/user/{name}", edit_named,
	    named_put_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_one_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change one's account, by its name." },
	{ PATCH, "/pinterestAccounts/user/{name}", edit_named,
	    named_patch_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .shape = SHAPE_ROW,
	    .slow = true, .columns = q_people_one_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change parts of one's account, by its name." },
	{ GET, "/users/me", own, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_people_me_columns,
	    .doc = "One's own account with what only its owner sees." },
	{ PATCH, "/users/me", edit_own, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_me_columns, .touches = PEOPLE_TOUCHES,
	    .doc = "Change parts of one's account; crop_x, crop_y and "
	    "crop_size are a square of the picture, in its pixels." },
	{ GET, "/users/{username}", profile, named_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_people_profile_columns,
	    .reads = { "person:{username}", "follows_of:{username}" },
	    .doc = "A person as a profile shows them." },
	ROUTE_END,
};

const struct feature feature_people = { "people", routes };
