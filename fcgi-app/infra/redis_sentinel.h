/*
 * Where a Redis is that Sentinel watches.
 *
 * "sentinel:NAME@host:port,host:port,..." names a master and the Sentinels to
 * ask for it; the first that answers is believed, and asked first the next
 * time.  They are asked for every new connection, and for no other reason: who
 * has lost a master gets the new one when Sentinel has chosen it.  That it
 * leads is asked of the server itself (redis_greet).
 */
#ifndef INFRA_REDIS_SENTINEL_H
#define INFRA_REDIS_SENTINEL_H

#include "redis_link.h"

/* As redis_link_open; where may be an address of this kind too. */
enum redis_end redis_sentinel_open(struct redis_link *l, const char *where,
    int64_t deadline, char *why);

#endif
