/* What goes wrong.  Each episode has a choice of its own. */
#include "world.h"

void
faults_begin(struct world *w)
{
	static const int64_t one_in[] = { 3, 5, 20, 100, 1000 };
	static const int64_t pace[] = { 400, 400, 4000, 20000 };
	unsigned some = (unsigned)world_random(w);

	/* All that a plan has, or some of it. */
	w->faults = w->plan.faults & (w->plan.mutant != 0 ||
	    world_chance(w, 3) ? ~0U : some |
	    GUARDIANS * world_chance(w, 2));
	w->workers = world_chance(w, 3) ? 2 :
	    2 + (size_t)world_below(w, WORKERS - 1);
	w->guards = w->faults & GUARDIANS ? 2 : 1;
	w->writes_one_in = one_in[world_below(w, w->plan.mutant != 0 ? 3 : 5)];
	w->pace = pace[world_below(w, w->plan.mutant != 0 ? 3 : 4)];
	w->data_mask = world_chance(w, 2) ? 1 : world_chance(w, 2) ? 3 : 15;
	/* Of use only where somebody waits for a lease to lapse. */
	w->slow = (w->faults & (CUT | OTHERS)) && world_chance(w, 4);
	w->drowsy = world_chance(w, 2);
	w->haste = world_chance(w, 3) ? 4 : 1;
	w->killed_one_in = world_chance(w, 2) ? 500 : 60;
	if (w->slow) {
		w->pace = 60000;
		w->writes_one_in = one_in[1 + world_below(w, 4)];
	}
	w->clock_rate = 1;
	if (w->faults & CLOCK)
		w->clock_rate = 0.96 + (double)world_below(w, 90) / 1000;
	w->heap_n = 0;
	w->next_flush = 0;
	world_plan(w, w->now + 1000, HAPPENS_FAULT, ACTORS, -1);
}

static void
evict(struct world *w)
{
	struct fake_redis *f = &w->redis;
	struct fake_key *k = &f->keys[world_below(w, (int64_t)f->n)];

	if (world_chance(w, 2))
		k = fake_redis_key(f, w->tag[world_below(w, ALL_TAGS) &
		    w->data_mask]);
	if (k == NULL)
		return;
	if (k->here && (k->has_ttl || world_has(w, EVICT_ALL)))
		k->here = false;
}

/* Before a fault some stand still for a moment, writers above all. */
static void
jolt(struct world *w)
{
	static const int64_t most[] = { 8000, 40000, 80000, 300000 };
	int64_t until = w->now + most[world_below(w, 4)];
	struct actor *a;
	size_t i;

	if (!(w->faults & SLEEP))
		return;
	for (i = 0; i < w->workers; i++) {
		a = &w->actors[i];
		if (a->alive && a->asleep < w->now &&
		    world_chance(w, a->doing == WRITING ? 2 : 6))
			a->asleep = w->now + world_below(w, until - w->now);
	}
}

static bool
is_granting(const struct ftc_guard *g)
{
	return g->at != FTC_GUARD_BEGINS && g->at != FTC_GUARD_RESTS;
}

/* Back only as far as is promised: while there is no lease, and nobody is about
 * to grant one counted from an earlier time. */
static void
step_clock(struct world *w)
{
	int64_t by = world_below(w, 10000000);
	bool back = !check_in_service(w) && w->redis.wall_ms > 0;
	size_t i;

	for (i = GUARD; i < GUARD + w->guards; i++)
		if (w->actors[i].alive && is_granting(&w->actors[i].guard))
			back = false;
	for (i = 0; i < w->heap_n; i++)
		if (w->heap[i].kind == HAPPENS_EXECUTE &&
		    !w->letters[w->heap[i].letter - 1].to_postgres &&
		    w->letters[w->heap[i].letter - 1].command >= FTC_RENEW)
			back = false;
	for (i = 0; i < w->redis.n && back; i++)
		fake_redis_key(&w->redis, (struct str){
		    w->redis.keys[i].name, w->redis.keys[i].name_n });
	if (fake_redis_key(&w->redis, STR("E")) != NULL)
		back = false;
	w->clock_base = world_wall(w) + (back && world_chance(w, 2) ? -by :
	    by);
	w->clock_since = w->now;
	/* Where a snapshot was made before, its lease may be alive again: it is
	 * of another server. */
}

static void
lose_data(struct world *w)
{
	/* The first epoch is made as after a loss: it would be the second. */
	if ((w->faults & ONE_FLUSH) && !check_in_service(w))
		return;
	fake_redis_flush(&w->redis);
	if (w->faults & ONE_FLUSH)
		w->faults &= ~(unsigned)(FLUSH | ONE_FLUSH);
	else if (world_chance(w, 2))
		w->next_flush = w->now + world_below(w, 30000);
}

static void
one_fault(struct world *w, unsigned fault)
{
	size_t worker = (size_t)world_below(w, (int64_t)w->workers), i;

	if (!world_chance(w, 4))
		jolt(w);
	for (i = 0; i < 3 && w->actors[worker].doing != WRITING; i++)
		worker = (size_t)world_below(w, (int64_t)w->workers);
	switch (fault) {
	case FLUSH:
		lose_data(w);
		break;
	case RESTART:
		redis_side_restart(w, (w->faults & RESTORE) &&
		    !world_chance(w, 3));
		break;
	case RESTORE:
		w->saved = w->redis;
		w->has_saved = true;
		break;
	case EVICT:
		evict(w);
		break;
	case STOP:
		w->redis_stopped = w->now + world_below(w,
		    world_chance(w, 3) ? 6000000 : 3000000);
		break;
	case CUT:
		w->actors[worker].cut = !w->actors[worker].cut;
		break;
	case PG_CRASH:
		postgres_crash(w);
		break;
	case CLOCK:
		step_clock(w);
		break;
	case POLICY:
		w->bad_policy = !w->bad_policy;
		break;
	case KILL:
		actor_crash(w, !world_chance(w, 6) ? worker : GUARD +
		    (size_t)world_below(w, (int64_t)w->guards));
		break;
	default:
		break;
	}
}

/* Is an epoch being prepared?  A second loss would be worst now. */
static bool
is_preparing(const struct world *w)
{
	const struct actor *a;
	size_t i;

	for (i = GUARD; i < GUARD + w->guards; i++) {
		a = &w->actors[i];
		if (a->alive && a->guard.at != FTC_GUARD_RESTS &&
		    a->guard.serving == FTC_FOR_EPOCH)
			return true;
	}
	return false;
}

/* Rare ones are those after which it takes long until something happens. */
void
faults_happen(struct world *w)
{
	static const struct {
		unsigned fault;
		int one_in;
	} all[] = { { FLUSH, 8 }, { RESTART, 16 }, { RESTORE, 4 }, { EVICT, 1 },
		{ STOP, 70 }, { CUT, 8 }, { PG_CRASH, 30 }, { CLOCK, 16 },
		{ POLICY, 30 }, { KILL, 3 }, { SLEEP, 4 } };
	size_t i = (size_t)world_below(w, sizeof(all) / sizeof(*all));
	/* Where it is about being switched off, Redis stands still often. */
	int often = w->plan.mutant >= OFF_AT_ONCE && all[i].fault == STOP ?
	    3 : 1;

	if ((w->faults & all[i].fault) && world_chance(w, all[i].one_in *
	    (w->slow ? 16 : 1) / w->haste / often + 1))
		one_fault(w, all[i].fault);
	if ((w->faults & FLUSH) && !(w->faults & ONE_FLUSH) &&
	    (is_preparing(w) ? world_chance(w, 4) :
	    w->next_flush != 0 && w->now >= w->next_flush)) {
		w->next_flush = 0;
		fake_redis_flush(&w->redis);
	}
	if (w->faults != 0)
		world_plan(w, w->now + world_below(w, 6000), HAPPENS_FAULT,
		    ACTORS, -1);
}

void
faults_end(struct world *w)
{
	unsigned faults = w->faults;
	size_t i;

	w->faults = 0;
	w->next_flush = 0;
	w->redis_stopped = w->redis_down = w->now;
	w->bad_policy = false;
	for (i = 0; i < ACTORS; i++) {
		/* One that cannot reach Redis goes on writing. */
		w->actors[i].cut = i == 0 && (faults & CUT) != 0;
		if (w->actors[i].alive && w->actors[i].asleep > w->now)
			actor_crash(w, i);
		if (!w->actors[i].alive && (i < w->workers ||
		    (i >= GUARD && i < GUARD + w->guards)))
			actor_spawn(w, i);
	}
	if ((faults & FLUSH) &&
	    (!(faults & ONE_FLUSH) || check_in_service(w)))
		fake_redis_flush(&w->redis);
	w->clock_base = world_wall(w);
	w->clock_since = w->now;
	w->clock_rate = 1;
}
