/*
 * The cache's way to Redis: does what the machines (ftc.h) want done there, and
 * tells them what came of it.
 */
#ifndef INFRA_CACHE_WIRE_H
#define INFRA_CACHE_WIRE_H

#include "arena.h"
#include "ftc.h"
#include "redis.h"

struct cache_wire {
	enum redis at;
	struct ftc_link link;
	struct ftc_fresh fresh;
	uint64_t round_trips;
};

void cache_wire_open(struct cache_wire *w, enum redis at);
/* An event with the time and fresh characters. */
struct ftc_event cache_wire_event(struct cache_wire *w,
    enum ftc_happened what);
/* CONNECT, CALL, SEND and WAIT are done here: true, and *e says how.  Answers
 * live in mem.  wait sleeps until a time of clock_mono, or less long. */
bool cache_wire_do(struct cache_wire *w, const struct ftc_action *action,
    struct arena *mem, void (*wait)(int64_t until), struct ftc_event *e);

#endif
