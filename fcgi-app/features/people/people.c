/*
 * People: anybody's page, and one's own account.
 *
 * Only the person themselves may change an account, and only name, address
 * and avatar; whom somebody follows is changed by following.  A new address
 * needs the password, and is to be proved anew.
 */
#include "accounts/accounts.h"
#include "media.h"
#include "outbox.h"

struct edit {
	struct str name; /* of the path */
	struct str username, email, password;
	struct upload avatar;
};

/* What both ways to an account take. */
#define EDIT_FIELDS(required) \
	FIELD_STR(struct edit, username, FROM_BODY, TYPE_TEXT, required, 1, \
	    20, accounts_check_username), \
	FIELD_STR(struct edit, email, FROM_BODY, TYPE_TEXT, required, 3, 254, \
	    accounts_check_email), \
	BODY_SECRET_OPT(struct edit, password, 1, 1000), \
	BODY_FILE_OPT(struct edit, avatar)

static const struct field put_fields[] = {
	EDIT_FIELDS(true),
	FIELD_END,
};
static const struct field patch_fields[] = {
	EDIT_FIELDS(false),
	FIELD_END,
};
static const struct field named_put_fields[] = {
	PATH_TEXT(struct edit, name, 20, NULL),
	EDIT_FIELDS(true),
	FIELD_END,
};
static const struct field named_patch_fields[] = {
	PATH_TEXT(struct edit, name, 20, NULL),
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

/* A new address: the password must prove whose account it is, the old address
 * is told, the new one is asked. */
static enum err
change_email(struct req *rq, const struct edit *in, struct str old)
{
	enum err e = accounts_prove(rq, "password", in->password);

	if (e == OK)
		e = accounts_send_verification(rq, rq->user, in->email);
	if (e != OK)
		return e;
	return mail_later(rq, old,
	    words_in(rq->lang, "Your e-mail address was changed"),
	    arena_printf(rq->mem, words_in(rq->lang,
	    "The e-mail address of your account at Pinwall was changed.\n\n"
	    "If it was not you, set a new password at once:\n"
	    "%s/reset-password\n"), conf.public_url));
}

/* 200 the changed account; 400 taken, wrong password, no picture. */
static enum err
edit(struct req *rq)
{
	const struct edit *in = rq->in;
	struct media media;
	struct row row;
	struct str old;
	int64_t avatar = 0;
	enum err e = OK;

	if (in->avatar.fd >= 0)
		e = media_prepare(rq, "avatar", in->avatar.fd, &media);
	if (e == OK)
		e = pg_row(rq, q_accounts_by_id(rq->user), &row);
	if (e != OK)
		return e;
	old = row_text(&row, "email");
	if (in->email.p != NULL && !str_eq(in->email, old))
		e = change_email(rq, in, old);
	if (e == OK && in->avatar.fd >= 0)
		e = media_add(rq, rq->user, &media, &avatar);
	if (e == OK)
		e = pg_row(rq, q_people_edit(rq->user, in->username,
		    in->email, avatar), &row);
	return e == OK ? me(rq) : e;
}

/* The published way names the account in the path: 403 another's. */
static enum err
edit_named(struct req *rq)
{
	const struct edit *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_people_named(in->name), &row);

	if (e == OK && row_int(&row, "id") != rq->user)
		return ERR_FORBIDDEN;
	if (e == OK)
		e = pg_commit(rq); /* a picture is decoded outside of it */
	return e == OK ? edit(rq) : e;
}

/* An avatar is a picture of its owner, as those of pins are. */
#define EDIT_TOUCHES { "person", "names", "pins_by" }

static const struct route routes[] = {
	{ GET, "/rest-auth/user", me, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_people_one_columns,
	    .doc = "One's own account." },
	{ PUT, "/rest-auth/user", edit, put_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_one_columns,
	    .touches = EDIT_TOUCHES,
	    .doc = "Change one's account; a new address needs the password." },
	{ PATCH, "/rest-auth/user", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_one_columns,
	    .touches = EDIT_TOUCHES,
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
	    .touches = EDIT_TOUCHES,
	    .doc = "Change one's account, by its name." },
	{ PATCH, "/pinterestAccounts/user/{name}", edit_named,
	    named_patch_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .shape = SHAPE_ROW,
	    .slow = true, .columns = q_people_one_columns,
	    .touches = EDIT_TOUCHES,
	    .doc = "Change parts of one's account, by its name." },
	ROUTE_END,
};

const struct feature feature_people = { "people", routes };
