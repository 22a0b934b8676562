/*
 * Logging in and out, and the tokens in between.
 *
 * A login opens a session.  Its access token lives minutes and is checked
 * without the database; its refresh token is spent by its use, which gives a
 * new one.  A refresh token that comes a second time was stolen, or its
 * successor was: the session ends for both.
 *
 * Here tokens come and go in bodies, as programs send them.  Browsers have
 * them in cookies: session.c of the feature session, by the same functions.
 */
#include "accounts.h"
#include "password.h"
#include "revoked.h"
#include "token.h"

static struct str
hash_text(const struct token_hash *h)
{
	return (struct str){ (const char *)h->p, sizeof(h->p) };
}

static void
make_access(struct req *rq, struct accounts_session *s)
{
	struct token_claims claims = { .user = s->account, .session = s->id };

	s->expires_s = clock_now() / SECOND_US + conf.access_s;
	claims.issued_ms = clock_now() / 1000;
	claims.expires_s = s->expires_s;
	s->access = token_make(rq->mem, &claims);
}

static enum err
make_refresh(struct req *rq, struct accounts_session *s)
{
	struct token_hash hash;

	s->refresh = token_opaque(rq->mem, &hash);
	return pg_run(rq, q_accounts_refresh_add(hash_text(&hash), s->id,
	    conf.refresh_s), NULL);
}

/* The names by which the clients of the older systems know them. */
static void
tokens_json(struct buf *b, const struct accounts_session *s)
{
	json_key(b, "token");
	json_str(b, s->access);
	json_key(b, "access_token");
	json_str(b, s->access);
	json_key(b, "access");
	json_str(b, s->access);
	json_key(b, "access_token_expiration");
	json_time(b, s->expires_s * SECOND_US);
	json_key(b, "refresh_token");
	json_str(b, s->refresh);
	json_key(b, "refresh");
	json_str(b, s->refresh);
}

static enum err
reply_login(struct req *rq, int status, const struct accounts_session *s)
{
	struct row user;
	struct buf *b;
	enum err e = pg_row(rq, q_people_one(s->account, STR_NONE,
	    s->account), &user);

	if (e != OK)
		return e;
	b = reply_json(rq, status);
	buf_byte(b, '{');
	tokens_json(b, s);
	json_key(b, "user");
	row_json(b, &user);
	buf_byte(b, '}');
	return OK;
}

enum err
accounts_open(struct req *rq, int64_t account, struct str stored,
    struct accounts_session *s)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_session_add(account,
	    str_sub(rq->user_agent, 0, 200), stored), &row);

	if (e != OK)
		return e;
	s->account = account;
	s->id = row_int(&row, "id");
	make_access(rq, s);
	return make_refresh(rq, s);
}

enum err
accounts_reply_login(struct req *rq, int status, int64_t account,
    struct str stored)
{
	struct accounts_session s;
	enum err e = accounts_open(rq, account, stored, &s);

	return e == OK ? reply_login(rq, status, &s) : e;
}

const struct field accounts_login_fields[] = {
	BODY_TEXT(struct accounts_login, email, 1, 254, NULL),
	BODY_SECRET(struct accounts_login, password, 1, 1000),
	FIELD_END,
};

static enum err
refuse_login(struct req *rq)
{
	return fail_field(rq, "non_field_errors",
	    "e-mail address or password is wrong");
}

enum err
accounts_log_in(struct req *rq, const struct accounts_login *in,
    struct accounts_session *s)
{
	struct row row;
	struct str stored;
	int64_t account;
	enum err e;

	if (!password_has_room())
		return fail(rq, ERR_BUSY, "no memory for a password");
	e = pg_row(rq, q_accounts_by_email(in->email), &row);
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
		e = accounts_open(rq, account, stored, s);
	return e == ERR_NOT_FOUND ? refuse_login(rq) : e;
}

/* 200 tokens and the person; 400 wrong; 429. */
static enum err
login(struct req *rq)
{
	struct accounts_session s;
	enum err e = accounts_log_in(rq, rq->in, &s);

	return e == OK ? reply_login(rq, 200, &s) : e;
}

struct refresh {
	struct str refresh;
};

static const struct field refresh_fields[] = {
	BODY_TEXT_OPT(struct refresh, refresh, 1, 200, NULL),
	FIELD_END,
};

enum err
accounts_session_end(struct req *rq, int64_t session)
{
	enum err e = pg_run(rq, q_accounts_session_revoke(session), NULL);

	revoked_add_session(session);
	if (e == OK)
		e = pg_commit(rq);
	/* again: a token issued while this committed */
	revoked_add_session(session);
	return e;
}

enum err
accounts_end_others(struct req *rq, int64_t account, int64_t but_session)
{
	enum err e = pg_run(rq, q_accounts_sessions_revoke(account,
	    but_session), NULL);

	revoked_add_user(account, but_session);
	if (e == OK)
		e = pg_commit(rq);
	revoked_add_user(account, but_session);
	return e;
}

static enum err
refuse_token(struct req *rq)
{
	return fail(rq, ERR_AUTH, "this token is not valid or has expired");
}

enum err
accounts_refresh(struct req *rq, struct str token, int64_t grace_s,
    struct accounts_session *s)
{
	struct token_hash hash;
	struct row row;
	bool fresh;
	enum err e = ERR_NOT_FOUND;

	if (token.p != NULL && token_opaque_read(token, &hash))
		e = pg_row(rq, q_accounts_refresh_use(hash_text(&hash),
		    grace_s), &row);
	if (e != OK)
		return e == ERR_NOT_FOUND ? refuse_token(rq) : e;
	s->id = row_int(&row, "session");
	s->account = row_int(&row, "account");
	s->refresh = STR_NONE;
	fresh = row_bool(&row, "fresh");
	if (!fresh && !row_bool(&row, "recent")) {
		e = accounts_session_end(rq, s->id);
		return e == OK ? refuse_token(rq) : e;
	}
	make_access(rq, s);
	if (fresh)
		e = make_refresh(rq, s);
	if (e == OK)
		e = pg_run(rq, q_accounts_session_seen(s->id), NULL);
	return e;
}

/* 200 the tokens; 401 not valid, spent, or its session has ended. */
static enum err
refresh(struct req *rq)
{
	const struct refresh *in = rq->in;
	struct accounts_session s;
	struct buf *b;
	enum err e = accounts_refresh(rq, in->refresh, 0, &s);

	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	tokens_json(b, &s);
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
	else if (token_failed())
		e = fail(rq, ERR_BUSY, "no memory to read a token");
	else if (token_opaque_read(in->token, &hash))
		e = pg_row(rq, q_accounts_refresh_live(hash_text(&hash)),
		    &row);
	if (e == ERR_NOT_FOUND)
		return refuse_token(rq);
	if (e == OK)
		buf_add(reply_json(rq, 200), "{}", 2);
	return e;
}

enum err
accounts_session_of(struct req *rq, struct str token, int64_t *session)
{
	struct token_hash hash;
	struct row row;
	enum err e = ERR_NOT_FOUND;

	if (token.p != NULL && token_opaque_read(token, &hash))
		e = pg_row(rq, q_accounts_session_of_refresh(
		    hash_text(&hash)), &row);
	if (e == OK)
		*session = row_int(&row, "session");
	return e;
}

/* 200 the session has ended, that of the login or of the refresh token; 401
 * neither was sent. */
static enum err
logout(struct req *rq)
{
	const struct refresh *in = rq->in;
	int64_t session = rq->session;
	enum err e = OK;

	if (session == 0 && in->refresh.p == NULL)
		return ERR_AUTH;
	if (session == 0)
		e = accounts_session_of(rq, in->refresh, &session);
	if (e == ERR_NOT_FOUND)
		return refuse_token(rq);
	if (e == OK)
		e = accounts_session_end(rq, session);
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
	{ POST, "/rest-auth/login", login, accounts_login_fields, AUTH_NONE,
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
