/* What is measured: buckets, sums, statuses, percentiles, the last minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"
#include "conf.h"
#include "measure.h"

static const struct route list = { .method = GET, .path = "/list",
	.shape = SHAPE_PAGE };
static const struct route slow = { .method = POST, .path = "/slow",
	.slow = true };
static const struct route about = { .method = GET, .path = "/about",
	.shape = SHAPE_OTHER };

static void
answer(const struct route *route, int status, int64_t us)
{
	struct req rq = { .route = route, .status = status,
		.started = clock_mono() - us };

	measure_request(&rq, us);
}

/* A bound belongs to the bucket below it. */
static void
buckets(void **state)
{
	static const int64_t times[] = { 0, 20, 21, 50, 10000000, 10000001 };
	static const int places[] = { 0, 0, 1, 1, MEASURE_BOUNDS - 1,
		MEASURE_BOUNDS };
	measure_row row = measure_route(&list);
	uint64_t before, sum = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		before = row[places[i]];
		answer(&list, 200, times[i]);
		assert_int_equal(row[places[i]], before + 1);
		sum += (uint64_t)times[i];
	}
	assert_int_equal(row[MEASURE_SUM], sum);
}

static void
statuses(void **state)
{
	measure_row row = measure_route(&slow), none = measure_route(NULL);
	int i;

	(void)state;
	for (i = 0; i < MEASURE_STATUSES - 1; i++)
		answer(&slow, measure_statuses[i], 100);
	for (i = 0; i < MEASURE_STATUSES - 1; i++)
		assert_int_equal(row[MEASURE_MORE + i], 1);
	answer(&slow, 418, 100);
	assert_int_equal(row[MEASURE_MORE + MEASURE_STATUSES - 1], 1);
	answer(NULL, 404, 100);
	assert_int_equal(none[2], 1); /* 50 to 100 us */
	assert_ptr_not_equal(row, none);
	assert_ptr_equal(row, measure_route(&slow));
}

static void
lately(void **state)
{
	struct measure_span before[MEASURE_KINDS], after[MEASURE_KINDS];
	double seconds;

	(void)state;
	(void)measure_lately(before);
	answer(&list, 200, 300);
	answer(&slow, 201, 300000);
	answer(&about, 200, 300);
	answer(NULL, 404, 300);
	seconds = measure_lately(after);
	assert_true(seconds >= 1 && seconds < 360);
	assert_int_equal(after[MEASURE_LIST].requests,
	    before[MEASURE_LIST].requests + 1);
	assert_int_equal(after[MEASURE_HEAVY].requests,
	    before[MEASURE_HEAVY].requests + 1);
	assert_int_equal(after[MEASURE_WRITE].requests, 0);
	assert_int_equal(after[MEASURE_PAGE].requests +
	    after[MEASURE_ONE].requests, 0);
}

static void
percentiles(void **state)
{
	struct measure_span span = { .requests = 0 };

	(void)state;
	assert_true(measure_percentile(&span, 0.5) < 0);
	span.counts[5] = 100; /* 500 to 1000 us */
	span.requests = 100;
	assert_true(measure_percentile(&span, 0.5) == 750);
	assert_true(measure_percentile(&span, 1) == 1000);
	span.counts[MEASURE_BOUNDS] = 100;
	span.requests = 200;
	assert_true(measure_percentile(&span, 0.5) == 1000);
	assert_true(measure_percentile(&span, 0.99) == 10000000);
}

static void
spent(void **state)
{
	int64_t before = clock_mono() - 5000;

	(void)state;
	measure_took(MEASURE_STATEMENT, before);
	measure_took(MEASURE_CACHE, before);
	assert_true(measure_postgres() >= 5000);
	assert_true(measure_redis() >= 5000);
	measure_begin();
	assert_int_equal(measure_postgres() + measure_redis(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(buckets),
		cmocka_unit_test(statuses), cmocka_unit_test(lately),
		cmocka_unit_test(percentiles), cmocka_unit_test(spent) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
