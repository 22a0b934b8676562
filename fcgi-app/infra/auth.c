/* Who is asking. */
#include "auth.h"

#include "pg.h"
#include "reply.h"
#include "revoked.h"
#include "token.h"

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

enum err
auth_find_viewer(struct req *rq)
{
	struct token_claims claims;
	bool live = false;
	enum err e = OK;

	if (rq->route->auth == AUTH_NONE)
		return OK;
	if (rq->authorization.n == 0)
		return rq->route->auth == AUTH_OPT ? OK : ERR_AUTH;
	if (token_read(token_of(rq->authorization), &claims))
		e = is_live(rq, &claims, &live);
	if (e != OK)
		return e;
	if (!live)
		return fail(rq, ERR_AUTH,
		    "this token is not valid or has expired");
	rq->user = claims.user;
	rq->session = claims.session;
	return rq->route->auth == AUTH_STAFF ? check_staff(rq) : OK;
}
