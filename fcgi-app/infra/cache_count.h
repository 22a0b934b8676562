/*
 * What the cache counts, over all processes since the master started.
 *
 * A row of numbers under a name (shared_tally): that of each route that is
 * kept, by its path; of each part; and those here.
 */
#ifndef INFRA_CACHE_COUNT_H
#define INFRA_CACHE_COUNT_H

#include "str.h"

/* How an answer or a part was come by. */
enum cache_read {
	CACHE_HIT,    /* from Redis */
	CACHE_STALE,  /* of the soft class, from Redis though outdated */
	CACHE_MISS,   /* made, and kept */
	CACHE_FENCED, /* made, and not kept: it is being changed, or made */
	CACHE_BYPASS, /* made: there is no cache just now */
	CACHE_READS
};

/* How a transaction was told to the cache. */
enum cache_write {
	CACHE_TOLD,     /* fenced in Redis */
	CACHE_NOBODY,   /* there was no server that could have been told */
	CACHE_ASKED,    /* by way of Postgres and the guardian */
	CACHE_OFF,      /* not: the cache is switched off */
	CACHE_UNTOLD,   /* by no way: rolled back */
	CACHE_WRITES
};

/* What the guardian did. */
enum cache_guard {
	CACHE_EPOCHS,    /* begun */
	CACHE_RENEWALS,  /* of the lease */
	CACHE_RESOLVED,  /* fences of writers who were gone */
	CACHE_UNCOVERED, /* changes that no process of the site made */
	CACHE_GUARDS
};

extern const char *const cache_read_names[CACHE_READS];
extern const char *const cache_write_names[CACHE_WRITES];

void cache_count_read(struct str name, enum cache_read how);
void cache_count_write(enum cache_write how);
void cache_count_guard(enum cache_guard what, uint64_t n);

/* The numbers. */
uint64_t cache_reads(struct str name, enum cache_read how);
uint64_t cache_writes(enum cache_write how);
uint64_t cache_guards(enum cache_guard what);

#endif
