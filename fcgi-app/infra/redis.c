/*
 * The connection is non-blocking and every wait is a poll with what is left
 * of the call's time: hiredis' own time-outs count for each system call, so
 * that a server which drips could hold a request for ever.
 */
#include "redis.h"

#include "clock.h"
#include "conf.h"
#include "log.h"

#include <hiredis.h>
#include <poll.h>

#define CALL_US (REDIS_CALL_MS * 1000)
#define AGAIN_US SECOND_US

enum outcome { ANSWERED, BROKEN, LATE };

static redisContext *link_now;
static redisReply *last;
static int64_t next_try; /* monotonic; no connecting before */
static bool lost;        /* and said so */

static void
drop_reply(void)
{
	if (last != NULL)
		freeReplyObject(last);
	last = NULL;
}

void
redis_close(void)
{
	drop_reply();
	if (link_now != NULL)
		redisFree(link_now);
	link_now = NULL;
	next_try = 0;
}

static void
say_lost(const char *why)
{
	if (!lost)
		log_warn("redis.lost where=%s reason=%s", conf.redis_state,
		    why);
	lost = true;
	if (link_now != NULL)
		redisFree(link_now);
	link_now = NULL;
}

static redisContext *
open_link(void)
{
	struct str where = str_of(conf.redis_state);
	char host[256];
	size_t colon = where.n;
	int64_t port;

	if (where.n > 0 && where.p[0] == '/')
		return redisConnectUnixNonBlock(where.p);
	while (colon > 0 && where.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || colon > sizeof(host) ||
	    !str_int(str_sub(where, colon, where.n), &port) || port < 1 ||
	    port > 65535)
		return NULL;
	memcpy(host, where.p, colon - 1);
	host[colon - 1] = '\0';
	return redisConnectNonBlock(host, (int)port);
}

/* Connecting itself is waited for by the first write. */
static bool
connect_now(int64_t now)
{
	if (now < next_try)
		return false;
	next_try = now + AGAIN_US;
	link_now = open_link();
	if (link_now == NULL || link_now->err != 0) {
		say_lost(link_now != NULL ? link_now->errstr :
		    "not a path and not host:port, or no memory");
		return false;
	}
	return true;
}

/* Waits for events until deadline; false when it has passed. */
static bool
wait_for(short events, int64_t deadline)
{
	struct pollfd p = { link_now->fd, events, 0 };
	int64_t left;

	do {
		left = deadline - clock_mono();
		if (left <= 0)
			return false;
	} while (poll(&p, 1, (int)((left + 999) / 1000)) <= 0);
	return true;
}

/* A connection that does not stand yet takes nothing, and is writable as soon
 * as it stands or has failed. */
static enum outcome
send_all(int64_t deadline)
{
	int done = 0;

	for (;;) {
		if (redisBufferWrite(link_now, &done) != REDIS_OK)
			return BROKEN;
		if (done)
			return ANSWERED;
		if (!wait_for(POLLOUT, deadline))
			return LATE;
	}
}

static enum outcome
receive(int64_t deadline)
{
	void *reply = NULL;

	for (;;) {
		if (!wait_for(POLLIN, deadline))
			return LATE;
		if (redisBufferRead(link_now) != REDIS_OK ||
		    redisGetReplyFromReader(link_now, &reply) != REDIS_OK)
			return BROKEN;
		if (reply == NULL)
			continue;
		last = reply;
		return ANSWERED;
	}
}

/* hiredis takes texts and lengths in two lists. */
#define WORDS_MOST 32

static enum outcome
try_call(const struct str *words, size_t n, int64_t deadline)
{
	const char *text[WORDS_MOST];
	size_t length[WORDS_MOST], i;
	enum outcome o;

	for (i = 0; i < n; i++) {
		text[i] = words[i].n > 0 ? words[i].p : "";
		length[i] = words[i].n;
	}
	if (redisAppendCommandArgv(link_now, (int)n, text, length) != REDIS_OK)
		return BROKEN;
	o = send_all(deadline);
	return o == ANSWERED ? receive(deadline) : o;
}

const struct redis_reply *
redis_call(const struct str *words, size_t n)
{
	int64_t now = clock_mono(), deadline = now + CALL_US;
	bool was_open = link_now != NULL;
	enum outcome o;

	drop_reply();
	if (n == 0 || n > WORDS_MOST || (!was_open && !connect_now(now)))
		return NULL;
	o = try_call(words, n, deadline);
	if (o == BROKEN && was_open) {
		/* It was closed while nobody looked: once more, anew. */
		redisFree(link_now);
		link_now = NULL;
		if (!connect_now(now)) {
			say_lost("connection broken");
			return NULL;
		}
		o = try_call(words, n, deadline);
	}
	if (o != ANSWERED) {
		next_try = clock_mono() + AGAIN_US;
		say_lost(o == LATE ? "no answer in time" :
		    link_now->errstr[0] != '\0' ? link_now->errstr :
		    "connection broken");
		return NULL;
	}
	if (lost)
		log_warn("redis.back where=%s", conf.redis_state);
	lost = false;
	return (const struct redis_reply *)last;
}

static const redisReply *
real(const struct redis_reply *r)
{
	return (const redisReply *)r;
}

bool
redis_failed(const struct redis_reply *r, const char *code)
{
	return real(r)->type == REDIS_REPLY_ERROR &&
	    str_starts(redis_text(r), str_of(code));
}

bool
redis_number(const struct redis_reply *r, int64_t *out)
{
	if (real(r)->type != REDIS_REPLY_INTEGER)
		return false;
	*out = real(r)->integer;
	return true;
}

struct str
redis_text(const struct redis_reply *r)
{
	switch (real(r)->type) {
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
	case REDIS_REPLY_ERROR:
		return (struct str){ real(r)->str, real(r)->len };
	default:
		return STR_NONE;
	}
}

size_t
redis_count(const struct redis_reply *r)
{
	return real(r)->type == REDIS_REPLY_ARRAY ? real(r)->elements : 0;
}

const struct redis_reply *
redis_item(const struct redis_reply *r, size_t i)
{
	return (const struct redis_reply *)real(r)->element[i];
}
