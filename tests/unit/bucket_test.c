/* Token buckets: the arithmetic against a plain model, and the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bucket.h"
#include "limit.h"
#include "rand.h"

#include <math.h>

#define SECOND INT64_C(1000000)

static void
rates(void **state)
{
	struct bucket_rate r = bucket_rate(10, 900, 1);

	(void)state;
	assert_int_equal(r.calls, 10);
	assert_int_equal(r.step_us, 90 * SECOND);
	r = bucket_rate(600, 60, 1000000);
	assert_int_equal(r.calls, 600000000);
	assert_int_equal(r.step_us, 1);
	r = bucket_rate(7, 60, 1);
	assert_int_equal(r.step_us, 8571428);
}

static void
burst_then_refill(void **state)
{
	struct bucket_rate r = bucket_rate(5, 50, 1); /* one in 10 s */
	int64_t debt = 0;
	int i;

	(void)state;
	for (i = 5; i > 0; i--) {
		assert_int_equal(bucket_left(r, debt), i);
		assert_int_equal(bucket_wait(r, debt), 0);
		assert_true(bucket_has(r, debt));
		debt += r.step_us;
	}
	assert_false(bucket_has(r, debt));
	assert_int_equal(bucket_left(r, debt), 0);
	assert_int_equal(bucket_wait(r, debt), 10 * SECOND);
	debt -= 10 * SECOND - 1;
	assert_false(bucket_has(r, debt));
	assert_int_equal(bucket_wait(r, debt), 1);
	debt -= 1;
	assert_true(bucket_has(r, debt));
	assert_int_equal(bucket_left(r, debt), 1);
	/* A debt that another setting left is no reason to count below 0. */
	assert_int_equal(bucket_left(r, 999 * SECOND), 0);
}

/* The model: a number of tokens that grows with time up to the burst. */
static void
same_as_the_model(void **state)
{
	struct bucket_rate r;
	double tokens, rate;
	int64_t now, last, full, debt;
	int round, i, differ;

	(void)state;
	for (round = 0; round < 200; round++) {
		r = bucket_rate(1 + rand_below(50), 1 + rand_below(100), 1);
		rate = 1.0 / (double)r.step_us;
		tokens = (double)r.calls;
		now = last = full = 0;
		differ = 0;
		for (i = 0; i < 500; i++) {
			now += rand_below(2 * r.step_us + 1);
			tokens = fmin((double)r.calls,
			    tokens + (double)(now - last) * rate);
			last = now;
			debt = full > now ? full - now : 0;
			/* Where the model is about to turn over, floating
			 * point decides: leave that out. */
			if (fabs(tokens - 1.0) < 1e-6)
				continue;
			differ += bucket_has(r, debt) != (tokens >= 1.0);
			if (tokens >= 1.0 && bucket_has(r, debt)) {
				tokens -= 1.0;
				full = now + debt + r.step_us;
			}
		}
		assert_int_equal(differ, 0);
	}
}

static struct bucket_table table;

static void
table_finds(void **state)
{
	uint64_t name;

	(void)state;
	memset(&table, 0, sizeof(table));
	for (name = 0; name < 2048; name++)
		bucket_set(&table, name, 1000, 10 + (int64_t)name);
	for (name = 0; name < 2048; name++) {
		assert_int_equal(bucket_debt(&table, name, 1000), 10 + name);
		assert_int_equal(bucket_debt(&table, name, 1010 +
		    (int64_t)name), 0);
	}
	assert_int_equal(bucket_debt(&table, 7, 999999), 0);
	bucket_set(&table, 3, 1005, 500);
	assert_int_equal(bucket_debt(&table, 3, 1005), 500);
	assert_int_equal(bucket_debt(&table, 99999, 1000), 0);
}

/* In a set that is full, the bucket with the least to forget goes. */
static void
table_forgets_the_least(void **state)
{
	uint64_t i;

	(void)state;
	memset(&table, 0, sizeof(table));
	for (i = 0; i < BUCKET_WAYS; i++)
		bucket_set(&table, 5 + i * BUCKET_SETS, 0, 100 + (int64_t)i);
	bucket_set(&table, 5 + 100 * BUCKET_SETS, 0, 50);
	assert_int_equal(bucket_debt(&table, 5, 0), 0);
	assert_int_equal(bucket_debt(&table, 5 + 100 * BUCKET_SETS, 0), 50);
	for (i = 1; i < BUCKET_WAYS; i++)
		assert_int_equal(bucket_debt(&table, 5 + i * BUCKET_SETS, 0),
		    100 + i);
	/* An exhausted bucket survives a flood of others. */
	bucket_set(&table, 5, 0, 1000000);
	for (i = 1000; i < 100000; i++)
		bucket_set(&table, i, 0, 10);
	assert_int_equal(bucket_debt(&table, 5, 0), 1000000);
}

static void
check_subnet(const char *address, const char *want)
{
	char out[48];

	limit_subnet(str_of(address), out);
	assert_string_equal(out, want);
}

static void
subnets(void **state)
{
	char out[48];

	(void)state;
	check_subnet("203.0.113.9", "203.0.113.9");
	check_subnet("::ffff:203.0.113.9", "203.0.113.9");
	check_subnet("::FFFF:cb00:7109", "203.0.113.9");
	check_subnet("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
	check_subnet("2001:db8:1:2::1", "2001:db8:1:2::");
	check_subnet("2001:DB8:1:2:ffff::", "2001:db8:1:2::");
	check_subnet("2001:db8:1:3::1", "2001:db8:1:3::");
	check_subnet("::1", "::");
	check_subnet("unix:", "other");
	check_subnet("", "other");
	check_subnet("203.0.113", "other");
	check_subnet("0x7f.1", "other");
	check_subnet("fe80::1%eth0", "other");
	check_subnet("[::1]", "other");
	check_subnet("1.2.3.4, 5.6.7.8", "other");
	check_subnet("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "other");
	limit_subnet(STR_NONE, out);
	assert_string_equal(out, "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(burst_then_refill),
		cmocka_unit_test(same_as_the_model),
		cmocka_unit_test(table_finds),
		cmocka_unit_test(table_forgets_the_least),
		cmocka_unit_test(subnets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
