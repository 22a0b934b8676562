/* What the machines of the cache have in common.  See ftc.h. */
#include "ftc.h"

#include "clock.h"

#include <assert.h>

#define FAILURES 3
#define REST_US SECOND_US

bool
ftc_link_up(struct ftc_link *l, const struct ftc_event *e)
{
	l->up = e->what == FTC_ANSWER && e->n == 1 &&
	    e->values[0].p != NULL && e->values[0].n == FTC_RUN_ID;
	if (l->up)
		memcpy(l->run_id, e->values[0].p, FTC_RUN_ID);
	return l->up;
}

void
ftc_link_down(struct ftc_link *l)
{
	l->up = false;
}

void
ftc_link_failed(struct ftc_link *l, int64_t now)
{
	l->up = false;
	if (l->failures < FAILURES)
		l->failures++;
	if (l->failures == FAILURES)
		l->retry_at = now + REST_US;
}

void
ftc_link_good(struct ftc_link *l)
{
	l->failures = 0;
}

bool
ftc_link_rests(const struct ftc_link *l, int64_t now)
{
	return l->failures == FAILURES && now < l->retry_at;
}

void
ftc_link_off(struct ftc_link *l, int64_t turns, int64_t now)
{
	if (l->off == turns)
		return;
	l->off = turns;
	l->off_since = now;
}

bool
ftc_link_lease(struct ftc_link *l, struct str lease, int64_t asked)
{
	struct str server = str_sub(lease, FTC_EPOCH - FTC_RUN_ID, FTC_EPOCH);

	if (lease.p == NULL || lease.n <= FTC_EPOCH ||
	    lease.n > sizeof(l->lease) || lease.p[FTC_EPOCH] != '#' ||
	    !str_eq(server, (struct str){ l->run_id, FTC_RUN_ID }))
		return false;
	if (str_eq(lease, (struct str){ l->lease, l->lease_n }))
		return asked - l->lease_since <= FTC_LAPSE_US;
	memcpy(l->lease, lease.p, lease.n);
	l->lease_n = lease.n;
	l->lease_since = asked;
	return true;
}

struct str
ftc_link_epoch(const struct ftc_link *l)
{
	return (struct str){ l->lease, FTC_EPOCH };
}

struct str
ftc_take(struct ftc_fresh *fresh)
{
	assert(!fresh->used);
	fresh->used = true;
	return (struct str){ fresh->text, FTC_NONCE };
}

bool
ftc_is_fenced(struct str value)
{
	return str_find(value, '|', 0) < value.n;
}
