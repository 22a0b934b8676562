/* Rate limits as answers. */
#include "throttle.h"

#include "limit.h"
#include "reply.h"

static void
header(struct req *rq, const char *name, int64_t v)
{
	reply_header(rq, name, arena_printf(rq->mem, "%lld", (long long)v));
}

enum err
throttle(struct req *rq, enum limit kind, struct str who)
{
	struct limit_state s;
	enum err e = limit_take(kind, rq->remote_addr, who, &s);

	header(rq, "RateLimit-Limit", s.limit);
	header(rq, "RateLimit-Remaining", s.remaining);
	header(rq, "RateLimit-Reset", s.reset);
	if (e != ERR_LIMIT)
		return e;
	header(rq, "Retry-After", s.retry_after);
	return fail(rq, e, "too many requests; try again in %lld seconds",
	    (long long)s.retry_after);
}
