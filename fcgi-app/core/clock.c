/* Time.  The calendar is Howard Hinnant's days-from-civil, run backwards:
 * https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
#include "clock.h"

#include <time.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int64_t
clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static char *
digits(char *p, int64_t v, int n)
{
	int i;

	for (i = n - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	return p + n;
}

int
clock_iso(char *out, int64_t us)
{
	const int64_t first = -62167219200 * SECOND_US;
	const int64_t last = 253402300800 * SECOND_US - 1;
	int64_t day, rest, era, doe, yoe, doy, mp, month;
	char *p = out;

	us = us < first ? first : us > last ? last : us;
	day = us / (86400 * SECOND_US);
	rest = us % (86400 * SECOND_US);
	if (rest < 0) {
		rest += 86400 * SECOND_US;
		day--;
	}
	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	doe = day - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	month = mp < 10 ? mp + 3 : mp - 9;

	p = digits(p, yoe + era * 400 + (month <= 2), 4);
	*p++ = '-';
	p = digits(p, month, 2);
	*p++ = '-';
	p = digits(p, doy - (153 * mp + 2) / 5 + 1, 2);
	*p++ = 'T';
	p = digits(p, rest / (3600 * SECOND_US), 2);
	*p++ = ':';
	p = digits(p, rest / (60 * SECOND_US) % 60, 2);
	*p++ = ':';
	p = digits(p, rest / SECOND_US % 60, 2);
	*p++ = '.';
	p = digits(p, rest % SECOND_US, 6);
	*p++ = 'Z';
	*p = '\0';
	return (int)(p - out);
}
