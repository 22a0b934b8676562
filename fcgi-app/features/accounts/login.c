/*
 * Logging in and out, and the tokens in between.
 *
 * A login opens a session.  Its access token lives minutes and is checked
 * without the database; its refresh token is spent by its use, which gives a
 * new one.  A refresh token that comes a second time was stolen, or its
 * successor was: the session ends for both.
 *
 * Clients send the refresh token in the body.  Browsers that ask for it (by
 * X-Requested-With, which other sites cannot send) get it as a cookie.
 */
#include "accounts.h"
#include "form.h"
#include "password.h"
#include "revoked.h"
#include "token.h"

#define COOKIE "__Host-refresh"

static struct str
hash_text(const struct token_hash *h)
{
	return (struct str){ (const char *)h->p, sizeof(h->p) };
}

static void
set_cookie(struct req *rq, struct str value, int64_t seconds)
{
	if (rq->requested_with.n == 0)
		return;
	reply_header(rq, "Set-Cookie", arena_printf(rq->mem, COOKIE
	    "=%.*s; Path=/; Max-Age=%" PRId64 "; Secure; HttpOnly; "
	    "SameSite=Strict", STR_ARG(value), seconds));
}

struct tokens {
	struct str access, refresh;
	int64_t expires_s;
};

static enum err
tokens_make(struct req *rq, int64_t account, int64_t session,
    struct tokens *out)
{
	struct token_claims claims = { .user = account, .session = session };
	struct token_hash hash;

	out->expires_s = clock_now() / SECOND_US + conf.access_s;
	claims.issued_ms = clock_now() / 1000;
	claims.expires_s = out->expires_s;
	out->access = token_make(rq->mem, &claims);
	out->refresh = token_opaque(rq->mem, &hash);
	set_cookie(rq, out->refresh, conf.refresh_s);
	return pg_run(rq, q_accounts_refresh_add(hash_text(&hash), session,
	    conf.refresh_s), NULL);
}

/* The names by which the clients of the older systems know them. */
static void
tokens_json(struct buf *b, const struct tokens *t)
{
	json_key(b, "token");
	json_str(b, t->access);
	json_key(b, "access_token");
	json_str(b, t->access);
	json_key(b, "access");
	json_str(b, t->access);
	json_key(b, "access_token_expiration");
	json_time(b, t->expires_s * SECOND_US);
	json_key(b, "refresh_token");
	json_str(b, t->refresh);
	json_key(b, "refresh");
	json_str(b, t->refresh);
}

enum err
accounts_reply_login(struct req *rq, int status, int64_t account,
    struct str stored)
{
	struct tokens tokens;
	struct row session, user;
	struct buf *b;
	enum err e = pg_row(rq, q_accounts_session_add(account,
	    str_sub(rq->user_agent, 0, 200), stored), &session);

	if (e == OK)
		e = tokens_make(rq, account, row_int(&session, "id"), &tokens);
	if (e == OK)
		e = pg_row(rq, q_people_one(account, STR_NONE, account), &user);
	if (e != OK)
		return e;
	b = reply_json(rq, status);
	buf_byte(b, '{');
	tokens_json(b, &tokens);
	json_key(b, "user");
	row_json(b, &user);
	buf_byte(b, '}');
	return OK;
}

struct login {
	struct str email, password;
};

static const struct field login_fields[] = {
	BODY_TEXT(struct login, email, 1, 254, NULL),
	BODY_SECRET(struct login, password, 1, 1000),
	FIELD_END,
};

static enum err
refuse_login(struct req *rq)
{
	return fail_field(rq, "non_field_errors",
	    "e-mail address or password is wrong");
}

/* 200 tokens and the person; 400 wrong; 429. */
static enum err
login(struct req *rq)
{
	const struct login *in = rq->in;
	struct row row;
	struct str stored;
	int64_t account;
	enum err e = pg_row(rq, q_accounts_by_email(in->email), &row);

	if (e == ERR_NOT_FOUND) {
		password_dummy_verify(in->password);
		return refuse_login(rq);
	}
	if (e != OK)
		return e;
	account = row_int(&row, "id");
	stored = row_text(&row, "password");
	if (!password_verify(stored, in->password) ||
	    !row_bool(&row, "is_active"))
		return refuse_login(rq);
	if (password_is_outdated(stored)) {
		stored = password_hash(rq->mem, in->password);
		if (stored.p == NULL)
			return ERR_BUSY;
		e = pg_run(rq, q_accounts_password_set(account, stored), NULL);
	}
	if (e == OK)
		e = accounts_reply_login(rq, 200, account, stored);
	return e == ERR_NOT_FOUND ? refuse_login(rq) : e;
}

struct refresh {
	struct str refresh;
};

static const struct field refresh_fields[] = {
	BODY_TEXT_OPT(struct refresh, refresh, 1, 200, NULL),
	FIELD_END,
};

/* From the body, or from the cookie of our own pages. */
static bool
find_refresh(struct req *rq, struct token_hash *hash)
{
	const struct refresh *in = rq->in;
	struct str token = in->refresh;

	if (token.p == NULL && rq->requested_with.n > 0)
		token = cookie_find(rq->cookie, STR(COOKIE));
	return token.p != NULL && token_opaque_read(token, hash);
}

static enum err
end_session(struct req *rq, int64_t session)
{
	enum err e = pg_run(rq, q_accounts_session_revoke(session), NULL);

	revoked_add_session(session);
	if (e == OK)
		e = pg_commit(rq);
	/* again: a token issued while this committed */
	revoked_add_session(session);
	return e;
}

/* 200 the tokens; 401 not valid, spent, or its session has ended. */
static enum err
refresh(struct req *rq)
{
	struct token_hash hash;
	struct tokens tokens;
	struct row row;
	struct buf *b;
	int64_t session;
	enum err e = ERR_NOT_FOUND;

	if (find_refresh(rq, &hash))
		e = pg_row(rq, q_accounts_refresh_use(hash_text(&hash)), &row);
	if (e == OK && !row_bool(&row, "fresh")) {
		e = end_session(rq, row_int(&row, "session"));
		if (e == OK)
			e = ERR_NOT_FOUND;
	}
	if (e == ERR_NOT_FOUND)
		return fail(rq, ERR_AUTH,
		    "this token is not valid or has expired");
	if (e != OK)
		return e;
	session = row_int(&row, "session");
	e = tokens_make(rq, row_int(&row, "account"), session, &tokens);
	if (e == OK)
		e = pg_run(rq, q_accounts_session_seen(session), NULL);
	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	tokens_json(b, &tokens);
	buf_byte(b, '}');
	return OK;
}

struct verify {
	struct str token;
};

static const struct field verify_fields[] = {
	BODY_TEXT(struct verify, token, 1, TOKEN_MOST, NULL),
	FIELD_END,
};

/* 200 {}; 401 not a token that may be used now. */
static enum err
verify(struct req *rq)
{
	const struct verify *in = rq->in;
	struct token_claims claims;
	struct token_hash hash;
	struct row row;
	enum err e = ERR_NOT_FOUND;

	if (token_read(in->token, &claims))
		e = pg_row(rq, q_accounts_session_live(claims.session,
		    claims.user), &row);
	else if (token_opaque_read(in->token, &hash))
		e = pg_row(rq, q_accounts_refresh_live(hash_text(&hash)),
		    &row);
	if (e == ERR_NOT_FOUND)
		return fail(rq, ERR_AUTH,
		    "this token is not valid or has expired");
	if (e == OK)
		buf_add(reply_json(rq, 200), "{}", 2);
	return e;
}

/* 200 the session has ended, that of the login or of the refresh token; 401
 * neither was sent. */
static enum err
logout(struct req *rq)
{
	struct token_hash hash;
	struct row row;
	int64_t session = rq->session;
	enum err e = OK;

	if (session == 0) {
		if (!find_refresh(rq, &hash))
			return ERR_AUTH;
		e = pg_row(rq, q_accounts_session_of_refresh(
		    hash_text(&hash)), &row);
		if (e == ERR_NOT_FOUND)
			return fail(rq, ERR_AUTH,
			    "this token is not valid or has expired");
		if (e == OK)
			session = row_int(&row, "session");
	}
	if (e == OK)
		e = end_session(rq, session);
	set_cookie(rq, STR(""), 0);
	return e == OK ? reply_detail(rq, 200, "you are logged out") : e;
}

/* The account job->arg was closed: tokens of its logins are refused. */
enum err
accounts_end_logins_job(struct req *rq, const struct job_row *job)
{
	/* `pinwall jobs` is no process of the site: one that is takes it */
	if (revoked_state().places == 0)
		return fail(rq, ERR_BUSY, "no table of revoked logins here");
	revoked_add_user(job->arg, 0);
	return OK;
}

/* Removes tokens and sessions of no use. */
enum err
accounts_sweep_job(struct req *rq, const struct job_row *job)
{
	(void)job;
	return pg_run(rq, q_accounts_sweep(), NULL);
}

static const struct route routes[] = {
	{ POST, "/rest-auth/login", login, login_fields, AUTH_NONE,
	    .limit = LIMIT_LOGIN, .limit_by = "email",
	    .shape = SHAPE_TOKEN, .slow = true, .touches_nothing = true,
	    .doc = "Log in." },
	{ POST, "/rest-auth/logout", logout, refresh_fields, AUTH_OPT,
	    .shape = SHAPE_DETAIL, .touches_nothing = true,
	    .doc = "End this login; its tokens are refused from now on." },
	{ POST, "/accounts/token/refresh", refresh, refresh_fields, AUTH_NONE,
	    .limit = LIMIT_TOKEN, .shape = SHAPE_TOKEN,
	    .touches_nothing = true,
	    .doc = "New tokens for a refresh token, which is spent." },
	{ POST, "/accounts/token/verify", verify, verify_fields, AUTH_NONE,
	    .limit = LIMIT_TOKEN, .shape = SHAPE_OTHER,
	    .touches_nothing = true,
	    .doc = "Is this token, access or refresh, valid now? {} if so." },
	ROUTE_END,
};

const struct feature feature_login = { "login", routes };
