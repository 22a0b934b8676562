/*
 * One request, from the transport to the log line.
 *
 * Everything it makes lives in rq->mem.  The texts that came with it belong
 * to the transport and live as long as the request.
 */
#ifndef CORE_REQ_H
#define CORE_REQ_H

#include "arena.h"
#include "err.h"
#include "input.h"
#include "route.h"
#include "str.h"

enum lang { LANG_EN, LANG_KO };

/* The body, read once and in order: up to n bytes, 0 at its end, -1 when it
 * was cut off. */
struct body {
	ssize_t (*read)(void *from, void *p, size_t n);
	void *from;
	int64_t length; /* as announced; -1: it said nothing of use */
};

#define PATH_VALUES 4

struct req {
	/* for handlers */
	struct arena *mem;
	const struct route *route;
	const void *in;  /* the route's input struct */
	int64_t user;    /* the viewer's account, 0 if not known */
	int64_t session; /* the viewer's session */
	enum lang lang;

	/* what came */
	enum method method;
	struct str path, query;
	struct str content_type, content_encoding, authorization, cookie;
	struct str origin, requested_with, fetch_site;
	struct str accept_language, if_none_match, user_agent, idempotency_key;
	struct str remote_addr, forwarded_proto;
	int64_t started;       /* monotonic microseconds */
	int64_t arrived;       /* at Nginx, microseconds; 0 unknown */
	struct body body;
	struct str values[PATH_VALUES]; /* of the {names}, in order */

	/* the answer */
	int status;
	struct buf *out;       /* the body */
	struct buf *head;      /* further header lines, each ended by CR LF */
	struct buf *errors;    /* {"field": ["reason"], ...} so far */
	struct limit_state *limit; /* infra/throttle.c: what to tell of it */
	bool drop;             /* the connection must not be used again */

	/* for the log */
	char id[33];
	enum err outcome;
	int statements, round_trips;
	const char *cache; /* how the answer was come by; NULL: never kept */
	bool cache_hit;

	/* the transaction; only infra/pg.c looks at these */
	bool writes;  /* its statements run in one */
	bool begun;
};

#endif
