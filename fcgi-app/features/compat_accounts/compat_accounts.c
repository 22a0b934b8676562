/*
 * Accounts as a shop's clients know them (accounts/registration and beside it).
 *
 * Tokens, passwords and mails are those of accounts; here are the names, the
 * fields and the forms of the answers.  Three things are as they ought to be
 * and not as they were published: a new password asks for the old one; whether
 * an address has an account is told to nobody; and tokens are in the bodies
 * alone, cookies are those of our own pages (session).
 */
#include "compat_accounts.h"

#include "accounts/accounts.h"
#include "form.h"
#include "leaving/leaving.h"

struct registration {
	struct str email, password1, password2, phone_number;
	int64_t shoe_size;
};

static const struct field registration_fields[] = {
	BODY_TEXT(struct registration, email, 3, 254, accounts_check_email),
	BODY_SECRET(struct registration, password1, 1, 128),
	BODY_SECRET(struct registration, password2, 1, 128),
	PEOPLE_SHOP(struct registration),
	FIELD_END,
};

enum err
compat_accounts_set(struct req *rq, int64_t account,
    const struct people_edit *what)
{
	struct row row;

	return pg_row(rq, q_people_edit(account, STR_NONE, STR_NONE, 0,
	    STR_NONE, STR_NONE, STR_NONE, what->gender, what->birthday,
	    what->shoe_size, what->phone_number), &row);
}

/* 201 a mail is on its way; 400 taken, weak, not the same; 429. */
static enum err
registration(struct req *rq)
{
	const struct registration *in = rq->in;
	struct accounts_new new = { in->email, STR_NONE, in->password1,
		in->password2 };
	struct people_edit what = people_edit_nothing;
	struct str stored;
	int64_t account;
	enum err e = accounts_sign_up(rq, &new, "password1", &account,
	    &stored);

	what.shoe_size = in->shoe_size;
	what.phone_number = in->phone_number;
	if (e == OK)
		e = compat_accounts_set(rq, account, &what);
	return e == OK ? reply_detail(rq, 201,
	    "a mail to confirm the address is on its way") : e;
}

struct address {
	struct str email;
};

static const struct field address_fields[] = {
	BODY_TEXT(struct address, email, 3, 254, accounts_check_email),
	FIELD_END,
};

/* 200 always: a job looks whether there is such an account. */
static enum err
resend(struct req *rq)
{
	const struct address *in = rq->in;
	enum err e = accounts_later(rq, JOB_RESEND, in->email);

	return e == OK ? reply_detail(rq, 200, "ok") : e;
}

/* 200 tokens and the person; 400 wrong; 429. */
static enum err
login(struct req *rq)
{
	struct accounts_session s;
	struct row user;
	struct buf *b;
	enum err e = accounts_log_in(rq, rq->in, &s);

	if (e == OK)
		e = pg_row(rq, q_compat_accounts_user(s.account), &user);
	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	json_key(b, "access_token");
	json_str(b, s.access);
	json_key(b, "refresh_token");
	json_str(b, s.refresh);
	json_key(b, "user");
	row_json(b, &user);
	buf_byte(b, '}');
	return OK;
}

struct refresh {
	struct str refresh;
};

static const struct field refresh_fields[] = {
	BODY_TEXT_OPT(struct refresh, refresh, 1, 200, NULL),
	FIELD_END,
};

/* 200 the login has ended; 401 no refresh token, or one of no use; 429. */
static enum err
logout(struct req *rq)
{
	const struct refresh *in = rq->in;
	struct str token = in->refresh;
	int64_t session;
	enum err e;

	if (token.p == NULL)
		token = cookie_find(rq->cookie, STR("__Host-refresh"));
	if (token.p == NULL)
		return fail(rq, ERR_AUTH, "%s", words_in(rq->lang,
		    "Refresh token was not included in request data."));
	e = accounts_session_of(rq, token, &session);
	if (e == ERR_NOT_FOUND)
		return fail(rq, ERR_AUTH, "%s", words_in(rq->lang,
		    "this token is not valid or has expired"));
	if (e == OK)
		e = accounts_session_end(rq, session);
	return e == OK ? reply_detail(rq, 200, "you are logged out") : e;
}

struct shopper {
	struct str phone_number;
	int64_t shoe_size;
};

static const struct field shopper_fields[] = {
	PEOPLE_SHOP(struct shopper),
	FIELD_END,
};

/* 200 one's own account. */
static enum err
user(struct req *rq)
{
	return reply_one(rq, q_compat_accounts_user(rq->user));
}

/* 200 the changed account; 400 no such size, no phone number. */
static enum err
edit(struct req *rq)
{
	const struct shopper *in = rq->in;
	struct people_edit what = people_edit_nothing;
	enum err e;

	what.shoe_size = in->shoe_size;
	what.phone_number = in->phone_number;
	e = compat_accounts_set(rq, rq->user, &what);
	return e == OK ? user(rq) : e;
}

/* 200 the account is closed and all its logins have ended. */
static enum err
quit(struct req *rq)
{
	enum err e = leaving_deactivate(rq);

	return e == OK ? reply_detail(rq, 200, "User account is deactivated")
	    : e;
}

static const struct route routes[] = {
	{ POST, "/accounts/registration", registration, registration_fields,
	    AUTH_NONE, .limit = LIMIT_SIGNUP, .status = 201,
	    .shape = SHAPE_DETAIL, .slow = true, .touches = { "person" },
	    .doc = "Sign up without a name; a mail asks to confirm the "
	    "address." },
	{ POST, "/accounts/registration/verify-email", accounts_verify_email,
	    accounts_verify_email_fields, AUTH_NONE, .limit = LIMIT_TOKEN,
	    .shape = SHAPE_DETAIL, .touches = { "person" },
	    .doc = "Confirm an address with the key from the mail." },
	{ POST, "/accounts/registration/resend-email", resend,
	    address_fields, AUTH_NONE, .limit = LIMIT_MAIL,
	    .limit_by = "email", .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Send the mail that confirms an address once more." },
	{ POST, "/accounts/login", login, accounts_login_fields, AUTH_NONE,
	    .limit = LIMIT_LOGIN, .limit_by = "email", .shape = SHAPE_OTHER,
	    .slow = true, .touches_nothing = true,
	    .doc = "Log in: {access_token, refresh_token, user}." },
	{ POST, "/accounts/logout", logout, refresh_fields, AUTH_NONE,
	    .limit = LIMIT_TOKEN, .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "End the login of a refresh token, in the body or in "
	    "the cookie of a browser." },
	{ GET, "/accounts/user", user, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_compat_accounts_user_columns,
	    .doc = "One's own account." },
	{ PUT, "/accounts/user", edit, shopper_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_compat_accounts_user_columns,
	    .touches = { "person" },
	    .doc = "Change one's shoe size and phone number." },
	{ PATCH, "/accounts/user", edit, shopper_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_compat_accounts_user_columns,
	    .touches = { "person" },
	    .doc = "Change one's shoe size or phone number." },
	{ POST, "/accounts/password/change", accounts_change,
	    accounts_change_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .shape = SHAPE_DETAIL, .slow = true, .touches = { "person" },
	    .doc = "Change one's password; asks for the old one, ends all "
	    "other logins." },
	{ POST, "/accounts/password/reset", accounts_reset,
	    accounts_reset_fields, AUTH_NONE, .limit = LIMIT_MAIL,
	    .limit_by = "email", .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Ask for a mail with which to set a new password." },
	{ POST, "/accounts/password/reset/confirm", accounts_confirm,
	    accounts_confirm_fields, AUTH_NONE, .limit = LIMIT_TOKEN,
	    .shape = SHAPE_DETAIL, .slow = true, .touches = { "person" },
	    .doc = "Set a new password with the uid and token from the mail." },
	{ POST, "/accounts/quit", quit, NULL, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches = { "person", "names" },
	    .doc = "Close one's account; all its logins end." },
	ROUTE_END,
};

const struct feature feature_compat_accounts = { "compat_accounts", routes };
