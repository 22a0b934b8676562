/*
 * A fence that is asked for at Postgres, by a writer who cannot reach Redis
 * (2.3 s at most go by until it may commit without one).  On a connection of
 * its own, as its transaction is still open; it is made when it is needed and
 * closed after that.
 */
#ifndef INFRA_CACHE_REQUEST_H
#define INFRA_CACHE_REQUEST_H

#include "str.h"

/* Registers it; false: logged. */
bool cache_request_make(uint64_t xid, const struct str *tags, size_t n,
    int64_t *id);
/* Is it fenced?  *fenced; false: not known. */
bool cache_request_is_fenced(int64_t id, bool *fenced);
void cache_request_end(void);

#endif
