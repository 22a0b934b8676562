/*
 * A rate limit as the caller sees it: 429 with Retry-After, and on every
 * answer of a limited route RateLimit-Limit, -Remaining and -Reset
 * (draft-ietf-httpapi-ratelimit-headers).  A request may ask for several
 * kinds; its answer tells of the one that has the fewest calls left.
 */
#ifndef INFRA_THROTTLE_H
#define INFRA_THROTTLE_H

#include "req.h"

/* Takes one call for the request's address and for who (limit.h). */
enum err throttle(struct req *rq, enum limit kind, struct str who) MUST_CHECK;
/* Puts the headers into an answer whose outcome is known. */
void throttle_tell(struct req *rq);

#endif
