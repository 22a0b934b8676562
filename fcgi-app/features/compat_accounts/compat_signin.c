/*
 * Accounts as a catalogue's clients know them (accounts/, accounts/signin,
 * accounts/profile/): answers have a "message", which is the first reason where
 * something is refused.
 *
 * A profile is for its owner alone.  A new password asks for the old one
 * (old_password), and the end of an account for the password, here as anywhere:
 * what a client asked for by itself was no protection.
 */
#include "accounts/accounts.h"
#include "compat_accounts.h"
#include "leaving/leaving.h"

/* {"message": ...}, and what else is said by the caller, who closes it. */
static struct buf *
reply_text(struct req *rq, int status, const char *text)
{
	struct buf *b = reply_json(rq, status);

	buf_byte(b, '{');
	json_key(b, "message");
	json_str(b, str_of(words_in(rq->lang, text)));
	return b;
}

static enum err
done(struct req *rq, const char *text)
{
	buf_byte(reply_text(rq, 200, text), '}');
	return OK;
}

struct signup {
	struct str email, password, username, gender, birthday;
};

static const struct field signup_fields[] = {
	BODY_TEXT(struct signup, email, 3, 254, accounts_check_email),
	BODY_SECRET(struct signup, password, 1, 128),
	BODY_TEXT(struct signup, username, 1, 20, accounts_check_username),
	PEOPLE_PRIVATE(struct signup),
	FIELD_END,
};

static void
tokens_json(struct buf *b, const struct accounts_session *s)
{
	json_key(b, "access");
	json_str(b, s->access);
	json_key(b, "refresh");
	json_str(b, s->refresh);
	json_key(b, "user_id");
	buf_int(b, s->account);
	buf_byte(b, '}');
}

/* 201 tokens; 400 taken, weak; 429. */
static enum err
signup(struct req *rq)
{
	const struct signup *in = rq->in;
	struct accounts_new new = { in->email, in->username, in->password,
		in->password };
	struct people_edit what = people_edit_nothing;
	struct accounts_session s;
	struct str stored;
	int64_t account;
	enum err e = accounts_sign_up(rq, &new, "password", &account,
	    &stored);

	what.gender = in->gender;
	what.birthday = in->birthday;
	if (e == OK)
		e = compat_accounts_set(rq, account, &what);
	if (e == OK)
		e = accounts_open(rq, account, stored, &s);
	if (e == OK)
		tokens_json(reply_text(rq, 201, "you have signed up"), &s);
	return e;
}

/* 200 tokens; 400 wrong; 429. */
static enum err
signin(struct req *rq)
{
	struct accounts_session s;
	struct row user;
	struct buf *b;
	enum err e = accounts_log_in(rq, rq->in, &s);

	if (e == OK)
		e = pg_row(rq, q_session_me(s.account), &user);
	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	json_key(b, "username");
	json_str(b, row_text(&user, "username"));
	tokens_json(b, &s);
	return OK;
}

struct refresh {
	struct str refresh;
};

static const struct field refresh_fields[] = {
	BODY_TEXT(struct refresh, refresh, 1, 200, NULL),
	FIELD_END,
};

/* 205 the login of the token has ended; 400 it is none of the viewer's. */
static enum err
signout(struct req *rq)
{
	const struct refresh *in = rq->in;
	struct row row;
	int64_t session;
	enum err e = accounts_session_of(rq, in->refresh, &session);

	if (e == OK)
		e = pg_row(rq, q_session_own(session, rq->user), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "refresh",
		    "this token is not valid or has expired");
	if (e == OK)
		e = accounts_session_end(rq, session);
	if (e == OK)
		(void)reply_json(rq, 205);
	return e;
}

struct which {
	int64_t pk;
	struct str password;
};

static const struct field which_fields[] = {
	PATH_ID(struct which, pk),
	FIELD_END,
};
static const struct field proof_fields[] = {
	PATH_ID(struct which, pk),
	BODY_SECRET(struct which, password, 1, 1000),
	FIELD_END,
};

/* 200 one's own profile; 403 anybody else's, be there one or not. */
static enum err
profile(struct req *rq)
{
	const struct which *in = rq->in;

	return in->pk == rq->user ? reply_one(rq,
	    q_compat_accounts_profile(rq->user)) : ERR_FORBIDDEN;
}

struct edit {
	int64_t pk;
	struct str username, password, old_password, gender, birthday;
};

static const struct field edit_fields[] = {
	PATH_ID(struct edit, pk),
	BODY_TEXT_OPT(struct edit, username, 1, 20, accounts_check_username),
	BODY_SECRET_OPT(struct edit, password, 1, 128),
	BODY_SECRET_OPT(struct edit, old_password, 1, 1000),
	PEOPLE_PRIVATE(struct edit),
	FIELD_END,
};

/* 200 changed; 400 taken, weak, the old password is wrong; 403 another's. */
static enum err
edit(struct req *rq)
{
	const struct edit *in = rq->in;
	struct people_edit what = people_edit_nothing;
	enum err e;

	if (in->pk != rq->user)
		return ERR_FORBIDDEN;
	what.username = in->username;
	what.gender = in->gender;
	what.birthday = in->birthday;
	e = people_change(rq, &what, "image");
	if (e == OK && in->password.p != NULL)
		e = accounts_change_password(rq, &(struct accounts_change){
		    in->old_password, in->password, in->password,
		    "old_password", "password" });
	return e == OK ? done(rq, "your account is changed") : e;
}

/* 200 the account is gone; 400 not the password; 403 another's. */
static enum err
leave(struct req *rq)
{
	const struct which *in = rq->in;
	enum err e;

	if (in->pk != rq->user)
		return ERR_FORBIDDEN;
	e = accounts_prove(rq, "password", in->password);
	if (e == OK)
		e = leaving_close(rq);
	return e == OK ? done(rq, "your account is removed") : e;
}

/* 200 it is the password; 400 it is not; 403 another's; 429. */
static enum err
check(struct req *rq)
{
	const struct which *in = rq->in;
	struct buf *b;
	enum err e;

	if (in->pk != rq->user)
		return ERR_FORBIDDEN;
	e = accounts_prove(rq, "password", in->password);
	if (e != OK)
		return e;
	b = reply_text(rq, 200, "this is your password");
	json_key(b, "success");
	buf_str(b, STR("true}"));
	return OK;
}

/* 200 who is logged in. */
static enum err
status(struct req *rq)
{
	struct buf *b = reply_json(rq, 200);

	buf_byte(b, '{');
	json_key(b, "is_authenticated");
	buf_str(b, STR("true"));
	json_key(b, "user_id");
	buf_int(b, rq->user);
	buf_byte(b, '}');
	return OK;
}

static const struct route routes[] = {
	{ POST, "/accounts", signup, signup_fields, AUTH_NONE,
	    .limit = LIMIT_SIGNUP, .status = 201, .shape = SHAPE_OTHER,
	    .message = true, .slow = true, .touches = { "person" },
	    .doc = "Sign up: {message, access, refresh, user_id}." },
	{ POST, "/accounts/signin", signin, accounts_login_fields, AUTH_NONE,
	    .limit = LIMIT_LOGIN, .limit_by = "email", .shape = SHAPE_OTHER,
	    .message = true, .slow = true, .touches_nothing = true,
	    .doc = "Log in: {username, access, refresh, user_id}." },
	{ POST, "/accounts/signout", signout, refresh_fields, AUTH_USER,
	    .status = 205, .shape = SHAPE_EMPTY, .message = true,
	    .touches_nothing = true,
	    .doc = "End the login of a refresh token of one's own." },
	{ GET, "/accounts/profile/{pk}", profile, which_fields, AUTH_USER,
	    .shape = SHAPE_ROW, .columns = q_compat_accounts_profile_columns,
	    .doc = "One's own profile, with reviews and the last hundred "
	    "pins that one likes." },
	{ PUT, "/accounts/profile/{pk}", edit, edit_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_OTHER, .message = true,
	    .slow = true, .touches = { "person", "names" },
	    .doc = "Change parts of one's profile: {message}; a new password "
	    "needs old_password." },
	{ DELETE, "/accounts/profile/{pk}", leave, proof_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_OTHER, .message = true,
	    .slow = true, .touches = { "person", "names" },
	    .doc = "Remove one's account, with the password: {message}." },
	{ POST, "/accounts/profile/password-check/{pk}", check, proof_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .shape = SHAPE_OTHER,
	    .message = true, .slow = true, .touches_nothing = true,
	    .doc = "Is this one's password? {success, message} if so." },
	{ GET, "/performances/api/user/status", status, NULL, AUTH_USER,
	    .shape = SHAPE_OTHER,
	    .doc = "Who is logged in: {is_authenticated, user_id}." },
	ROUTE_END,
};

const struct feature feature_compat_signin = { "compat_signin", routes };
