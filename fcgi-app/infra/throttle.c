/* Rate limits as answers. */
#include "throttle.h"

#include "arena.h"
#include "limit.h"
#include "reply.h"

#include <stdio.h>

enum err
throttle(struct req *rq, enum limit kind, struct str who)
{
	struct limit_state s;
	enum err e = limit_take(kind, rq->remote_addr, who, &s);

	if (rq->limit == NULL || s.remaining < rq->limit->remaining ||
	    e == ERR_LIMIT) {
		if (rq->limit == NULL)
			rq->limit = arena_alloc(rq->mem, sizeof(s));
		*rq->limit = s;
	}
	return e != ERR_LIMIT ? e : fail(rq, e,
	    "too many requests; try again in %lld seconds",
	    (long long)s.retry_after);
}

static void
header(struct req *rq, const char *name, int64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)v);
	reply_header(rq, name, str_of(text));
}

void
throttle_tell(struct req *rq)
{
	if (rq->limit == NULL)
		return;
	header(rq, "RateLimit-Limit", rq->limit->limit);
	header(rq, "RateLimit-Remaining", rq->limit->remaining);
	header(rq, "RateLimit-Reset", rq->limit->reset);
	if (rq->outcome == ERR_LIMIT)
		header(rq, "Retry-After", rq->limit->retry_after);
}
