/* The guardian's process.  See guard_proc.h. */
#include "guard_proc.h"

#include "cache_count.h"
#include "cache_wire.h"
#include "clock.h"
#include "ftc_guard.h"
#include "guard_pg.h"
#include "log.h"

#include <signal.h>

#define MEMORY (16 << 20) /* of one round */

static volatile sig_atomic_t stopping;

static void
on_term(int sig)
{
	(void)sig;
	stopping = 1;
}

struct guard {
	struct ftc_guard machine;
	struct cache_wire wire;
	struct arena *mem;
	/* What was counted of the machine's numbers. */
	uint64_t epochs, renewals, resolved;
};

static void
rest(int64_t until)
{
	log_flush();
	guard_pg_wait(until);
}

static struct ftc_event
number_event(struct guard *g, bool good, int64_t number)
{
	struct ftc_event e = cache_wire_event(&g->wire,
	    good ? FTC_NUMBER : FTC_PG_FAILED);

	e.number = number;
	return e;
}

static struct ftc_event
states_event(struct guard *g, const struct ftc_action *a)
{
	enum ftc_xact *states = arena_zalloc(g->mem,
	    (a->n + 1) * sizeof(*states));
	bool good = guard_pg_states(g->mem, a->xids, a->n, states);
	struct ftc_event e = cache_wire_event(&g->wire,
	    good ? FTC_STATES_ARE : FTC_PG_FAILED);

	e.states = states;
	e.n = a->n;
	return e;
}

static struct ftc_event
rows_event(struct guard *g)
{
	struct ftc_event read = { .n = 0 }, e;
	bool good = guard_pg_rows(g->mem, &read);

	e = cache_wire_event(&g->wire, good ? FTC_ROWS : FTC_PG_FAILED);
	e.rows = read.rows;
	e.n = read.n;
	e.more = read.more;
	e.cache = read.cache;
	return e;
}

static void
count_rows(const struct ftc_row *rows, size_t n)
{
	uint64_t uncovered = 0;
	size_t i;

	for (i = 0; i < n; i++)
		uncovered += rows[i].xid == 0;
	cache_count_guard(CACHE_UNCOVERED, uncovered);
}

static struct ftc_event
connect_event(struct guard *g)
{
	struct ftc_switch cache = { .off = false };
	uint64_t who = 0;
	bool good = guard_pg_connect(g->mem, &who, &cache);
	struct ftc_event e = number_event(g, good, (int64_t)who);

	e.cache = cache;
	return e;
}

/* What is to be done in Postgres. */
static struct ftc_event
do_in_postgres(struct guard *g, const struct ftc_action *a)
{
	int64_t n = 0;
	bool good;

	switch (a->what) {
	case FTC_PG_CONNECT:
		return connect_event(g);
	case FTC_SWITCH_ON:
		good = guard_pg_switch_on(g->mem);
		return cache_wire_event(&g->wire,
		    good ? FTC_NEXT : FTC_PG_FAILED);
	case FTC_BARRIER:
		good = guard_pg_barrier(g->mem, &n);
		return number_event(g, good, n);
	case FTC_OLDEST:
		good = guard_pg_oldest(g->mem, &n);
		return number_event(g, good, n);
	case FTC_STATES:
		return states_event(g, a);
	case FTC_ROWS_READ:
		return rows_event(g);
	default:
		good = guard_pg_done(g->mem, a->rows, a->n);
		count_rows(a->rows, good ? a->n : 0);
		return cache_wire_event(&g->wire,
		    good ? FTC_NEXT : FTC_PG_FAILED);
	}
}

static void
count(struct guard *g)
{
	const struct ftc_guard *m = &g->machine;

	if (m->epochs != g->epochs)
		log_info("guard epoch=%.*s", FTC_NONCE, m->epoch);
	cache_count_guard(CACHE_EPOCHS, m->epochs - g->epochs);
	cache_count_guard(CACHE_RENEWALS, m->renewals - g->renewals);
	cache_count_guard(CACHE_RESOLVED, m->resolved - g->resolved);
	g->epochs = m->epochs;
	g->renewals = m->renewals;
	g->resolved = m->resolved;
}

/* A round, a look back while others are waited for, a connection: what was
 * read before is of no use then. */
static bool
begins_anew(const struct ftc_action *a)
{
	return a->what == FTC_OLDEST || a->what == FTC_PG_CONNECT ||
	    (a->what == FTC_CALL && a->call.command == FTC_HGETALL);
}

int
guard_proc_run(void (*ready)(void))
{
	struct sigaction sa = { .sa_handler = on_term };
	static struct guard g;
	struct ftc_action action;
	struct ftc_event e;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	cache_wire_open(&g.wire, REDIS_GUARD);
	g.mem = arena_open(MEMORY);
	ftc_guard_open(&g.machine, &g.wire.link);
	ready();
	e = cache_wire_event(&g.wire, FTC_START);
	while (!stopping) {
		ftc_guard_step(&g.machine, &e, &action);
		count(&g);
		if (begins_anew(&action))
			arena_reset(g.mem);
		if (!cache_wire_do(&g.wire, &action, g.mem, rest, &e))
			e = do_in_postgres(&g, &action);
	}
	guard_pg_close();
	arena_close(g.mem);
	return 0;
}
