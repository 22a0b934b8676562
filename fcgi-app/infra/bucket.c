/* Token buckets.  See bucket.h. */
#include "bucket.h"

#define SECOND INT64_C(1000000)

struct bucket_rate
bucket_rate(int64_t calls, int64_t seconds, int64_t scale)
{
	struct bucket_rate r = { calls * scale, 1 };

	if (r.calls > 0 && seconds * SECOND > r.calls)
		r.step_us = seconds * SECOND / r.calls;
	return r;
}

bool
bucket_has(struct bucket_rate r, int64_t debt_us)
{
	return debt_us + r.step_us <= r.calls * r.step_us;
}

int64_t
bucket_left(struct bucket_rate r, int64_t debt_us)
{
	int64_t free_us = r.calls * r.step_us - debt_us;

	return free_us > 0 ? free_us / r.step_us : 0;
}

int64_t
bucket_wait(struct bucket_rate r, int64_t debt_us)
{
	int64_t over_us = debt_us + r.step_us - r.calls * r.step_us;

	return over_us > 0 ? over_us : 0;
}

int64_t
bucket_debt(const struct bucket_table *t, uint64_t name, int64_t now_us)
{
	const struct bucket *b = t->sets[name % BUCKET_SETS];
	int i;

	for (i = 0; i < BUCKET_WAYS; i++)
		if (b[i].name == name && b[i].full_us > now_us)
			return b[i].full_us - now_us;
	return 0;
}

/* The bucket's own place, or the one that is or would be full first. */
static struct bucket *
find_place(struct bucket *set, uint64_t name)
{
	struct bucket *first = set;
	int i;

	for (i = 0; i < BUCKET_WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
		if (set[i].full_us < first->full_us)
			first = &set[i];
	}
	return first;
}

void
bucket_set(struct bucket_table *t, uint64_t name, int64_t now_us,
    int64_t debt_us)
{
	*find_place(t->sets[name % BUCKET_SETS], name) =
	    (struct bucket){ name, now_us + debt_us };
}
