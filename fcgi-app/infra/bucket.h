/*
 * Token buckets, pure: the generic cell rate algorithm (GCRA, ITU-T I.371)
 * and a table of buckets for one process.
 *
 * A bucket of `calls` calls refills one call each step_us.  Of a bucket only
 * one number is kept: the time at which it is full again.  Its debt, the time
 * until then, grows by a step with each call and may not pass calls * step;
 * so the largest burst is `calls`, and nothing needs to tick.
 */
#ifndef INFRA_BUCKET_H
#define INFRA_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket_rate {
	int64_t calls, step_us;
};

/* `calls` calls in `seconds`, all multiplied by scale; a step is at least a
 * microsecond. */
struct bucket_rate bucket_rate(int64_t calls, int64_t seconds, int64_t scale);
/* Is there a call left at this debt? */
bool bucket_has(struct bucket_rate r, int64_t debt_us);
/* Calls left at this debt. */
int64_t bucket_left(struct bucket_rate r, int64_t debt_us);
/* Microseconds until there is a call left; 0: now. */
int64_t bucket_wait(struct bucket_rate r, int64_t debt_us);

/*
 * The table: 4,096 buckets in sets of eight, found by a hash that the caller
 * made of the bucket's name.  A new bucket takes the place of the one in its
 * set that is full already or would be first: it has the least to forget.
 */
#define BUCKET_SETS 512
#define BUCKET_WAYS 8

struct bucket {
	uint64_t name;
	int64_t full_us; /* full again at this time */
};

struct bucket_table {
	struct bucket sets[BUCKET_SETS][BUCKET_WAYS];
};

/* The debt of a bucket; 0 if it is not in the table. */
int64_t bucket_debt(const struct bucket_table *t, uint64_t name,
    int64_t now_us);
/* Sets the debt of a bucket, making room if there is none. */
void bucket_set(struct bucket_table *t, uint64_t name, int64_t now_us,
    int64_t debt_us);

#endif
