/*
 * What routes say of the cache, before the first request: do the names that
 * they read and touch stand in sql/schemes?
 *
 * Whether a write tells no more than its row says, nobody can see from here: a
 * test compares it with what the triggers tell.
 */
#ifndef INFRA_CACHE_ROUTES_H
#define INFRA_CACHE_ROUTES_H

#include <stdbool.h>

struct route;

/* Of every route; says on stderr which names are not good. */
bool cache_routes_check(void);
bool cache_route_check(const struct route *r);

#endif
