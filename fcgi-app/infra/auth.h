/*
 * Who is asking: the login that a request carries.
 *
 * `Authorization: Bearer TOKEN` or `JWT TOKEN`, an access token (token.h) whose
 * session was not revoked (revoked.h).  A route with AUTH_NONE never knows its
 * viewer; on all others a token that is not valid is answered 401, also where
 * no login is needed, so that a client notices.
 */
#ifndef INFRA_AUTH_H
#define INFRA_AUTH_H

#include "req.h"

/* Sets rq->user and rq->session.  OK, ERR_AUTH, ERR_FORBIDDEN (not staff). */
enum err auth_find_viewer(struct req *rq) MUST_CHECK;

#endif
