/* Times as texts, against the C library's calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"
#include "fake.h"

static void
assert_same(int64_t us)
{
	char is[40], want[60];
	int64_t seconds = us / SECOND_US, rest = us % SECOND_US;
	struct tm tm;
	time_t t;

	if (rest < 0) {
		rest += SECOND_US;
		seconds--;
	}
	t = (time_t)seconds;
	assert_non_null(gmtime_r(&t, &tm));
	snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, (int)rest);
	memset(is, 'x', sizeof(is));
	assert_int_equal(clock_iso(is, us), 27);
	assert_string_equal(is, want);
}

#define FIRST (INT64_C(-62167219200) * SECOND_US)
#define LAST (INT64_C(253402300800) * SECOND_US - 1)
#define DAY (86400 * SECOND_US)

static void
any_time(void **state)
{
	uint64_t seed = 3, whole;
	int i;

	(void)state;
	for (i = 0; i < 300000; i++) {
		whole = (uint64_t)fake_number(&seed) << 32 | fake_number(&seed);
		assert_same(FIRST + (int64_t)(whole % (uint64_t)(LAST - FIRST)));
	}
}

/* Every day of four hundred years, and both sides of each midnight. */
static void
every_day(void **state)
{
	int64_t day;

	(void)state;
	for (day = -135140; day < 146097; day++) {
		assert_same(day * DAY);
		assert_same(day * DAY - 1);
		assert_same(day * DAY + DAY / 2 + 999999);
	}
}

static void
bounds(void **state)
{
	char is[40];

	(void)state;
	assert_same(0);
	assert_same(-1);
	assert_same(1);
	assert_same(FIRST);
	assert_same(LAST);
	clock_iso(is, 0);
	assert_string_equal(is, "1970-01-01T00:00:00.000000Z");
	clock_iso(is, FIRST - 1);
	assert_string_equal(is, "0000-01-01T00:00:00.000000Z");
	clock_iso(is, INT64_MIN);
	assert_string_equal(is, "0000-01-01T00:00:00.000000Z");
	clock_iso(is, LAST + 1);
	assert_string_equal(is, "9999-12-31T23:59:59.999999Z");
	clock_iso(is, INT64_MAX);
	assert_string_equal(is, "9999-12-31T23:59:59.999999Z");
	clock_iso(is, INT64_C(951782400) * SECOND_US + 7);
	assert_string_equal(is, "2000-02-29T00:00:00.000007Z");
	clock_iso(is, INT64_C(4107542400) * SECOND_US); /* 2100: no leap year */
	assert_string_equal(is, "2100-03-01T00:00:00.000000Z");
}

static void
clocks(void **state)
{
	int64_t mono = clock_mono(), now = clock_now();

	(void)state;
	assert_true(clock_mono() >= mono);
	assert_true(now / SECOND_US - time(NULL) <= 1);
	assert_true(time(NULL) - now / SECOND_US <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_time),
		cmocka_unit_test(every_day),
		cmocka_unit_test(bounds),
		cmocka_unit_test(clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
