/* Other sites' scripts. */
#include "cors.h"

#include "conf.h"
#include "reply.h"

static bool
is_listed(struct str origin)
{
	struct str list = str_of(conf.cors_origins);
	size_t at = 0, comma;

	while (at < list.n) {
		comma = str_find(list, ',', at);
		if (str_eq(str_trim(str_sub(list, at, comma)), origin))
			return true;
		at = comma + 1;
	}
	return false;
}

bool
cors_answer(struct req *rq)
{
	if (conf.cors_origins[0] == '\0')
		return false;
	reply_header(rq, "Vary", STR("Origin"));
	if (rq->origin.n == 0 || !is_listed(rq->origin))
		return false;
	reply_header(rq, "Access-Control-Allow-Origin", rq->origin);
	reply_header(rq, "Access-Control-Expose-Headers",
	    STR("Link, Retry-After, RateLimit-Limit, RateLimit-Remaining"));
	if (rq->method != OPTIONS)
		return false;
	reply_header(rq, "Access-Control-Allow-Methods",
	    STR("GET, POST, PUT, PATCH, DELETE"));
	reply_header(rq, "Access-Control-Allow-Headers",
	    STR("Authorization, Content-Type, Accept-Language, "
	    "Idempotency-Key"));
	reply_header(rq, "Access-Control-Max-Age", STR("86400"));
	return reply_empty(rq) == OK;
}
