/*
 * Redis: one connection for each handle that a process uses.
 *
 *   REDIS_STATE  redis_state, user app: rate limits, things used once, live
 *   REDIS_CACHE  redis_cache, user app: what a worker does with the cache
 *   REDIS_GUARD  redis_cache, user guard: what the guardian does with it
 *
 * A handle connects when it is first needed and again when it was lost, at
 * most once a second; after a refusal, which costs nothing, ten times a
 * second.  It logs in when there is a password file, which is read each time.
 * A call takes at most 100 ms (REDIS_STATE: 200), connecting included, and an
 * answer that comes later counts for nothing, also if it was this process that
 * slept.  While Redis hangs, one call a second takes that long and the others
 * return at once.  The caller must have an answer of its own for that.  A loss
 * is logged once, and so is the return.
 *
 * The address is the path of a Unix socket, host:port, or a name that Sentinel
 * knows (redis_sentinel.h).  A host's name is looked up without a time limit:
 * give a number, or a name of /etc/hosts.
 * There is no TLS, no transaction and no subscription here.  A child that was
 * forked closes what it inherited before it calls.
 */
#ifndef INFRA_REDIS_H
#define INFRA_REDIS_H

#include "str.h"

enum redis { REDIS_STATE, REDIS_CACHE, REDIS_GUARD, REDIS_COUNT };

/* How the last call of a handle ended. */
enum redis_end {
	REDIS_DONE,
	REDIS_ERROR,   /* the server answered so; redis_text says what */
	REDIS_REFUSED, /* asked just now: nobody listens at the Unix socket, so
	                * there is no server.  Never said of a TCP address. */
	REDIS_TIMEOUT, /* not in time; it may be executed later */
	REDIS_LOST,    /* no connection, or it broke; may have been executed */
	REDIS_SOON,    /* not tried, as the last try has just failed */
};

struct redis_reply;

/* Sends a command of n words, binary safe, and returns the answer, which is
 * valid until the next call on this handle.  NULL: there is none, and
 * redis_end says why.  A command whose connection broke before the answer is
 * sent once more on a new one, so it may have been executed twice.  A command
 * of more than 4 MiB is not sent: NULL and REDIS_ERROR. */
const struct redis_reply *redis_call(enum redis at, const struct str *words,
    size_t n);
/* Sends a command and does not wait: its answer is read and dropped before
 * that of the next call.  Errors among the dropped are logged, the first of a
 * connection.  REDIS_DONE: it is on its way. */
enum redis_end redis_send(enum redis at, const struct str *words, size_t n);
/* The last answer, which is the caller's from now on: it stays valid until it
 * is freed.  NULL if there is none. */
struct redis_reply *redis_take(enum redis at);
void redis_free(struct redis_reply *r);
/* MGET of at most REDIS_KEYS keys; values[i] is STR_NONE if there is none. */
#define REDIS_KEYS 256
enum redis_end redis_mget(enum redis at, const struct str *keys, size_t n,
    struct str *values);

/* A script: give it a text, static for ever; the rest is the handles'. */
struct redis_script {
	const char *text;
	char id[41];               /* SHA-1, as Redis told it */
	uint64_t age[REDIS_COUNT]; /* where it is known to be loaded */
};

/* Runs a script by its SHA-1.  It is loaded when it is first used on a
 * connection, and once more if Redis says that it has forgotten it. */
const struct redis_reply *redis_script(enum redis at, struct redis_script *s,
    const struct str *keys, size_t n_keys, const struct str *args,
    size_t n_args);
/* The same, its answer dropped as redis_send does it.  It is lost when the
 * connection turns out to be broken and another server has taken the place of
 * the one that knew the script. */
enum redis_end redis_script_send(enum redis at, struct redis_script *s,
    const struct str *keys, size_t n_keys, const struct str *args,
    size_t n_args);

/* How the last call of any kind on this handle ended. */
enum redis_end redis_end(enum redis at);
/* "refused": for logs. */
const char *redis_end_name(enum redis_end end);
/* The run id of the server that this connection leads to, 40 characters, and
 * STR_NONE without a connection, or if the server does not tell.  Ask after the
 * call that it shall belong to: that may have connected anew. */
struct str redis_run_id(enum redis at);
/* How many connections this handle has made. */
uint64_t redis_connections(enum redis at);
/* Closes the connection and opens another now.  From then on no call of this
 * handle does that: a command whose connection broke is REDIS_LOST, and never
 * sent twice; so the server is known to be the one that it was. */
enum redis_end redis_connect(enum redis at);
/* The next call tries to connect though the last try has just failed. */
void redis_hurry(enum redis at);
/* Closes the connection; the next call opens another at once. */
void redis_close(enum redis at);

/* An error whose text begins with code; every error when code is "". */
bool redis_failed(const struct redis_reply *r, const char *code);
/* A whole number; false if the answer is something else. */
bool redis_number(const struct redis_reply *r, int64_t *out);
/* Text, a status or an error's text; STR_NONE for everything else. */
struct str redis_text(const struct redis_reply *r);
/* Members of a list; 0 for everything else. */
size_t redis_count(const struct redis_reply *r);
const struct redis_reply *redis_item(const struct redis_reply *r, size_t i);

#endif
