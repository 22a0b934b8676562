/*
 * A fence that is asked for at Postgres, by a writer who cannot reach Redis
 * (2.3 s at most go by until it may commit without one), and the switch of
 * the cache.  On a connection of its own, as its transaction is still open; it
 * is made when it is needed, and closed when it is not.
 */
#ifndef INFRA_CACHE_REQUEST_H
#define INFRA_CACHE_REQUEST_H

#include "arena.h"

/* Registers it; false: logged. */
bool cache_request_make(struct arena *mem, uint64_t xid,
    const struct str *tags, size_t n, int64_t *id);
/* Is it fenced?  *fenced; false: not known. */
bool cache_request_is_fenced(struct arena *mem, int64_t id, int64_t *fenced);
/* *turns: how often the cache was switched off, 0 if it is on.  *anew: the
 * connection is another than the last time: what was known of the switch may
 * have been of another server.  False: not known. */
bool cache_request_is_off(struct arena *mem, int64_t *turns, bool *anew);
bool cache_request_switch_off(struct arena *mem, int64_t *turns);
void cache_request_end(void);

#endif
