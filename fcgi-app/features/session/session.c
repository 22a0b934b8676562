/*
 * The login of a browser: tokens in cookies that no script can read.
 *
 * __Host-access is an access token, by which every route knows its viewer
 * (auth.h); __Host-refresh is the refresh token that is spent for the next
 * two.  Both go with the names of cookies that only this host can set, over
 * TLS alone, for all of it (RFC 6265bis 4.1.3.2).  No body holds a token, so
 * none can leak by what a script reads, and the answers are never kept: what
 * has no ETag is no-store (pinwall-http.conf).
 *
 * Cookies are set when everything is committed and not before: a browser that
 * got a token which the database lost would be logged out by it.
 *
 * Two tabs of a browser share their cookies, and may both find it is time to
 * renew.  The second sends a refresh token that the first has just spent.  For
 * GRACE_S seconds it gets a new access token, and no refresh token: that of
 * the first is in the browser, or on its way.  So nobody is logged out, and
 * there is never more than one refresh token that can be used; whoever stole
 * a spent one has, in these seconds, one access token to gain.  After them it
 * is a stolen one, and the session ends.
 *
 * What is not here: the list of one's logins (sessions.c); those of programs
 * (accounts).
 */
#include "accounts/accounts.h"
#include "auth.h"
#include "form.h"

#define REFRESH_COOKIE "__Host-refresh"
#define GRACE_S 10

static void
set_cookie(struct req *rq, const char *name, struct str value, int64_t seconds)
{
	reply_header(rq, "Set-Cookie", arena_printf(rq->mem, "%s=%.*s; Path=/"
	    "; Max-Age=%" PRId64 "; Secure; HttpOnly; SameSite=Lax", name,
	    STR_ARG(value), seconds));
}

static void
clear_cookies(struct req *rq)
{
	set_cookie(rq, AUTH_COOKIE, STR(""), 0);
	set_cookie(rq, REFRESH_COOKIE, STR(""), 0);
}

static struct str
refresh_cookie(const struct req *rq)
{
	return cookie_find(rq->cookie, STR(REFRESH_COOKIE));
}

/* user NULL: nobody. */
static enum err
reply_user(struct req *rq, const struct row *user)
{
	struct buf *b = reply_json(rq, 200);

	buf_byte(b, '{');
	json_key(b, "user");
	if (user != NULL)
		row_json(b, user);
	else
		buf_str(b, STR("null"));
	buf_byte(b, '}');
	return OK;
}

static enum err
reply_session(struct req *rq, const struct accounts_session *s)
{
	struct row user;
	enum err e = pg_row(rq, q_session_me(s->account), &user);

	if (e == OK)
		e = pg_commit(rq);
	if (e != OK)
		return e;
	set_cookie(rq, AUTH_COOKIE, s->access, conf.access_s);
	if (s->refresh.p != NULL)
		set_cookie(rq, REFRESH_COOKIE, s->refresh, conf.refresh_s);
	return reply_user(rq, &user);
}

/* The session that the browser can renew; 0: none. */
static enum err
find_held(struct req *rq, int64_t *session)
{
	enum err e = accounts_session_of(rq, refresh_cookie(rq), session);

	if (e != ERR_NOT_FOUND)
		return e;
	*session = 0;
	return OK;
}

/* 200 the person, and cookies; 400 wrong; 403 another site's page; 429.  The
 * login that the browser had ends, as nothing can reach it any more. */
static enum err
log_in(struct req *rq)
{
	struct accounts_session s;
	int64_t held = 0;
	enum err e = accounts_log_in(rq, rq->in, &s);

	if (e == OK)
		e = find_held(rq, &held);
	if (e == OK && held > 0)
		e = accounts_session_end(rq, held);
	return e == OK ? reply_session(rq, &s) : e;
}

/* 200 the person, or null. */
static enum err
show(struct req *rq)
{
	struct row user;
	enum err e = ERR_NOT_FOUND;

	if (rq->user > 0)
		e = pg_row(rq, q_session_me(rq->user), &user);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	return reply_user(rq, e == OK ? &user : NULL);
}

/* 200 the person, and cookies; 401 the refresh token is not valid or spent,
 * and both cookies are taken back; 403 another site's page. */
static enum err
renew(struct req *rq)
{
	struct accounts_session s;
	enum err e = accounts_refresh(rq, refresh_cookie(rq), GRACE_S, &s);

	if (e == OK)
		return reply_session(rq, &s);
	if (e == ERR_AUTH)
		clear_cookies(rq);
	return e;
}

/* 204 the login has ended, if there was one, and both cookies are taken back;
 * 403 another site's page. */
static enum err
log_out(struct req *rq)
{
	int64_t held;
	enum err e = find_held(rq, &held);

	if (e == OK && held > 0)
		e = accounts_session_end(rq, held);
	if (e == OK && rq->session > 0 && rq->session != held)
		e = accounts_session_end(rq, rq->session);
	if (e != OK)
		return e;
	clear_cookies(rq);
	return reply_empty(rq);
}

static const struct route routes[] = {
	{ GET, "/session", show, NULL, AUTH_TRY, .shape = SHAPE_SESSION,
	    .doc = "Who is logged in; null for nobody." },
	{ POST, "/session", log_in, accounts_login_fields, AUTH_NONE,
	    .limit = LIMIT_LOGIN, .limit_by = "email", .cookies = true,
	    .shape = SHAPE_SESSION, .slow = true, .touches_nothing = true,
	    .doc = "Log a browser in: sets __Host-access, __Host-refresh." },
	{ DELETE, "/session", log_out, NULL, AUTH_TRY, .status = 204,
	    .cookies = true, .shape = SHAPE_EMPTY, .touches_nothing = true,
	    .doc = "Log a browser out, and take its cookies back." },
	{ POST, "/session/refresh", renew, NULL, AUTH_NONE,
	    .limit = LIMIT_TOKEN, .cookies = true, .shape = SHAPE_SESSION,
	    .touches_nothing = true,
	    .doc = "New cookies for __Host-refresh, which is spent." },
	ROUTE_END,
};

const struct feature feature_session = { "session", routes };
