/* Who is asking. */
#include "auth.h"

#include "clock.h"
#include "conf.h"
#include "form.h"
#include "log.h"
#include "origin.h"
#include "pg.h"
#include "reply.h"
#include "revoked.h"
#include "shared.h"
#include "token.h"

/*
 * Sessions are enough, although revoked_add_user names accounts: an access
 * token carries its session, and every session of the account but the one
 * excepted was ended by the same transaction.  Later logins have sessions of
 * their own.  An entry lives from now on, which is longer than was needed.
 *
 * Each process of a master does this, as each may be the first to serve.
 * What is in the table already is left alone, so that reloads and replaced
 * workers don't fill it; those that start together may add a session twice,
 * which does no harm.
 */
static enum err
restore(struct req *rq, int64_t seconds, int *added)
{
	struct rows rows;
	struct row row;
	int64_t session;
	enum err e = pg_rows(rq, q_accounts_revoked(seconds), &rows);
	int i;

	*added = 0;
	for (i = 0; e == OK && i < rows.n; i++) {
		row = rows_at(&rows, i);
		session = row_int(&row, "id");
		if (revoked_has(session, 0, 0) == REVOKED_YES)
			continue;
		revoked_add_session(session);
		++*added;
	}
	return e;
}

bool
auth_open(void)
{
	struct req rq = { .id = "start" };
	size_t n;
	void *area = shared_area(&n);
	int added;
	enum err e;

	if (!revoked_open(area, n, (conf.access_s + AUTH_SLACK_S) * 1000))
		return false;
	rq.mem = arena_open(1 << 20);
	e = restore(&rq, conf.access_s + AUTH_SLACK_S, &added);
	arena_close(rq.mem);
	if (e == OK && added > 0)
		log_info("revoked-restored sessions=%d", added);
	if (e == ERR_BUSY)
		revoked_forget(); /* Postgres is not there yet */
	return e == OK || e == ERR_BUSY;
}

/* Those that another host ended; with what a long transaction, or clocks that
 * differ, may have made late. */
void
auth_catch_up(void)
{
	static int64_t last;
	int64_t now = clock_mono(), life = conf.access_s + AUTH_SLACK_S;
	int64_t since = (now - last) / SECOND_US + AUTH_SLACK_S;
	struct req rq = { .id = "hosts" };
	int added;

	if (last == 0) {
		last = auth_open() ? now : 0;
		return;
	}
	rq.mem = arena_open(1 << 20);
	if (restore(&rq, since < life ? since : life, &added) == OK)
		last = now;
	arena_close(rq.mem);
}

/* The token after a scheme that we know; STR_NONE for another or none. */
static struct str
token_of(struct str header)
{
	size_t space = str_find(header, ' ', 0);
	struct str scheme = str_sub(header, 0, space);

	if (!str_eq_nocase(scheme, STR("bearer")) &&
	    !str_eq_nocase(scheme, STR("jwt")))
		return STR_NONE;
	return str_trim(str_sub(header, space, header.n));
}

/* The table of revoked logins is exact while it has room; when it has none
 * the database is asked. */
static enum err
is_live(struct req *rq, const struct token_claims *c, bool *live)
{
	struct row row;
	enum err e;

	switch (revoked_has(c->session, c->user, c->issued_ms)) {
	case REVOKED_NO:
		*live = true;
		return OK;
	case REVOKED_YES:
		*live = false;
		return OK;
	case REVOKED_UNKNOWN:
		break;
	}
	e = pg_row(rq, q_accounts_session_live(c->session, c->user), &row);
	*live = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
check_staff(struct req *rq)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_staff(rq->user, rq->session), &row);

	return e == ERR_NOT_FOUND ? ERR_FORBIDDEN : e;
}

/* The token in the cookie, which counts only where no login is named. */
static struct str
cookie_of(const struct req *rq)
{
	return rq->authorization.n > 0 ? STR_NONE :
	    cookie_find(rq->cookie, STR(AUTH_COOKIE));
}

enum err
auth_check_page(struct req *rq)
{
	if (rq->route->method == GET ||
	    (!rq->route->cookies && cookie_of(rq).p == NULL) ||
	    origin_is_own_page(rq))
		return OK;
	return fail(rq, ERR_FORBIDDEN, "this request came from another site");
}

enum err
auth_find_viewer(struct req *rq)
{
	enum auth needs = rq->route->auth;
	struct str token = cookie_of(rq);
	struct token_claims claims;
	bool live = false;
	enum err e = OK;

	if (needs == AUTH_NONE)
		return OK;
	if (rq->authorization.n == 0 && token.p == NULL)
		return needs == AUTH_OPT || needs == AUTH_TRY ? OK : ERR_AUTH;
	if (rq->authorization.n > 0)
		token = token_of(rq->authorization);
	if (token_read(token, &claims))
		e = is_live(rq, &claims, &live);
	else if (token_failed())
		e = fail(rq, ERR_BUSY, "no memory to read a token");
	if (e != OK)
		return e;
	if (!live)
		return needs == AUTH_TRY ? OK : fail(rq, ERR_AUTH,
		    "this token is not valid or has expired");
	rq->user = claims.user;
	rq->session = claims.session;
	return needs == AUTH_STAFF ? check_staff(rq) : OK;
}
