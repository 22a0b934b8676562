/*
 * What is measured of every request: how long it took, by route and status,
 * and how long Postgres and Redis took for it.
 *
 * Kept in rows of shared memory (shared_tally) that all processes add to, so
 * the numbers are those of the whole program since its master started.  A row
 * begins with a histogram: how many durations were at most as long as each of
 * measure_bounds, those beyond the last, and the sum of all.  Adding costs no
 * system call, no lock, and no memory of the process.
 *
 * The last minutes are kept once more, by kind of route and minute, for
 * /about/speed.
 */
#ifndef INFRA_MEASURE_H
#define INFRA_MEASURE_H

#include "req.h"

#include <stdatomic.h>

#define MEASURE_BOUNDS 18
extern const int64_t measure_bounds[MEASURE_BOUNDS]; /* microseconds */
enum {
	MEASURE_SUM = MEASURE_BOUNDS + 1, /* after those beyond the last */
	MEASURE_MORE                      /* of a row: its own numbers */
};
typedef _Atomic uint64_t *measure_row;

/* What is asked outside, in the order of enum redis from MEASURE_STATE on. */
enum measure {
	MEASURE_STATEMENT,
	MEASURE_COMMIT,
	MEASURE_STATE,
	MEASURE_CACHE,
	MEASURE_GUARD,
	MEASURE_COUNT
};
extern const char *const measure_names[MEASURE_COUNT];
measure_row measure_outside(enum measure of);

/* A question outside that began at a time of clock_mono has its answer;
 * returns how long that took. */
int64_t measure_took(enum measure of, int64_t began);
/* The same of a statement, by its name: one that took longer than slow_ms has
 * a line in the log. */
void measure_statement(const struct req *rq, enum measure of, const char *name,
    int64_t began);

/* A request begins: what was spent outside counts for it from now on. */
void measure_begin(void);
/* What the request spent in Postgres and Redis so far, microseconds. */
int64_t measure_postgres(void);
int64_t measure_redis(void);
/* It was answered, us after it had begun. */
void measure_request(const struct req *rq, int64_t us);

/* The row of a route; route NULL: of what has none.  From MEASURE_MORE on how
 * many answers had each of measure_statuses; the last is for all others. */
#define MEASURE_STATUSES 20
extern const int measure_statuses[MEASURE_STATUSES];
measure_row measure_route(const struct route *route);

/* The last minutes: durations by kind of route, how many answers could have
 * come from the cache, and how many of those did. */
enum measure_kind {
	MEASURE_PAGE,  /* a document for browsers */
	MEASURE_LIST,
	MEASURE_ONE,
	MEASURE_WRITE,
	MEASURE_HEAVY, /* of the slow pool: uploads, passwords */
	MEASURE_KINDS
};
extern const char *const measure_kind_names[MEASURE_KINDS];
struct measure_span {
	uint64_t counts[MEASURE_BOUNDS + 1];
	uint64_t requests, kept, hits;
};
/* Fills span[MEASURE_KINDS]; how many seconds they are about. */
double measure_lately(struct measure_span *span);
/* The duration, microseconds, that a share of them did not pass; between two
 * bounds it is taken to grow evenly.  -1: there is none. */
double measure_percentile(const struct measure_span *span, double share);

#endif
