/*
 * Redis: one connection a process, to conf.redis_state.
 *
 * It connects when it is first needed and again when it was lost, at most
 * once a second.  A call takes at most 200 ms, connecting included; while
 * Redis does not answer, one call a second takes that long and the others
 * return at once.  The caller must have an answer of its own for that.
 * The loss is logged once, the return once.
 *
 * The address is the path of a Unix socket or host:port.  A host's name is
 * looked up without a time limit: give a number, or a name of /etc/hosts.
 * There is no pipelining here, no transaction and no subscription.  The
 * process must ignore SIGPIPE.
 */
#ifndef INFRA_REDIS_H
#define INFRA_REDIS_H

#include "str.h"

#define REDIS_CALL_MS 200

struct redis_reply;

/* Sends a command of n words, binary safe, and returns the answer, which is
 * valid until the next call.  NULL: Redis cannot be reached.  A command whose
 * connection broke before the answer may have been sent twice. */
const struct redis_reply *redis_call(const struct str *words, size_t n);
/* Closes the connection; the next call opens another. */
void redis_close(void);

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
