/*
 * Parts of an answer, each kept by itself, asked for in one MGET.
 */
#ifndef INFRA_CACHE_PARTS_H
#define INFRA_CACHE_PARTS_H

#include "cache_count.h"
#include "ftc_reader.h"
#include "req.h"

#define CACHE_PARTS 3

struct cache_parts {
	struct ftc_reader machine;
	struct ftc_fragment fragments[CACHE_PARTS];
	char keys[CACHE_PARTS][FTC_KEY + 1];
	size_t n;
	/* What is kept of part i; it lives as long as the request. */
	void (*serve)(struct req *rq, void *arg, size_t i, struct str kept);
	/* Makes part i: what is to be kept of it, STR_NONE is nothing. */
	struct str (*make)(struct req *rq, void *arg, size_t i);
	void *arg;
};

/* Asks, and does nothing with what comes: the machine tells verdicts, and ETags
 * of light parts. */
void cache_parts_look(struct req *rq, struct cache_parts *parts);
/* serve or make, for each part in order. */
void cache_parts_run(struct req *rq, struct cache_parts *parts);
/* Counts how part i was answered under a name, and tells it. */
enum cache_read cache_parts_count(const struct cache_parts *parts, size_t i,
    struct str name);

#endif
