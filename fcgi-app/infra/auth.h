/*
 * Who is asking: the login that a request carries.
 *
 * `Authorization: Bearer TOKEN` or `JWT TOKEN`, an access token (token.h) whose
 * session was not revoked (revoked.h); without that header, such a token in
 * the cookie AUTH_COOKIE.  A route with AUTH_NONE never knows its viewer; on
 * all others but those with AUTH_TRY a token that is not valid is answered
 * 401, also where no login is needed, so that a client notices.
 *
 * Browsers send cookies with whatever any site makes them send.  So a request
 * that has the cookie, or is about cookies, and may change anything is refused
 * before its viewer is asked for, unless a page of ours sent it (origin.h).
 * This holds for every route, also those to come.
 *
 * The table of revoked logins dies with the master.  What must be in it stands
 * in Postgres too: whatever ends logins (logout, a new password, a spent
 * refresh token, the end of an account) sets session.revoked_at of each of
 * them.  So a process that starts asks for the sessions that ended so lately
 * that access tokens of theirs may still be in time.
 */
#ifndef INFRA_AUTH_H
#define INFRA_AUTH_H

#include "req.h"

/* How much longer than an access token lives its revocation is kept: for
 * clocks that differ, and for tokens made while their session was ended. */
#define AUTH_SLACK_S 60
/* The access token of a browser. */
#define AUTH_COOKIE "__Host-access"

/* Opens the table of revoked logins and puts into it what is missing; needs
 * the database.  False: logged. */
bool auth_open(void);
/* Puts into it what other hosts ended since the last call. */
void auth_catch_up(void);
/* OK, or ERR_FORBIDDEN: another site may have sent this. */
enum err auth_check_page(struct req *rq) MUST_CHECK;
/* Sets rq->user and rq->session.  OK, ERR_AUTH, ERR_FORBIDDEN (not staff). */
enum err auth_find_viewer(struct req *rq) MUST_CHECK;

#endif
