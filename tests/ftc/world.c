/* Time, chance and messages of the world.  See world.h. */
#include "world.h"

#include <stdarg.h>

uint64_t
world_random(struct world *w)
{
	uint64_t z = w->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t
world_below(struct world *w, int64_t n)
{
	return (int64_t)((world_random(w) >> 32) * (uint64_t)n >> 32);
}

bool
world_chance(struct world *w, int64_t n)
{
	return world_below(w, n) == 0;
}

/* Mostly a fraction of a millisecond; now and then much longer. */
int64_t
world_delay(struct world *w)
{
	uint64_t r = world_random(w);

	if ((r & 15) != 0)
		return 20 + (int64_t)(r >> 56);
	if ((w->faults & LATE) && (r >> 5 & 7) == 0)
		return (int64_t)(r >> 16) % 400000;
	return 100 + (int64_t)(r >> 16) % ((r >> 5 & 3) != 0 ? 5000 : 20000);
}

bool
world_has(const struct world *w, unsigned mutant)
{
	return (w->plan.mutant & mutant) != 0;
}

int64_t
world_wall(const struct world *w)
{
	return w->clock_base +
	    (int64_t)((double)(w->now - w->clock_since) * w->clock_rate);
}

void
world_violates(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->violation[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(w->violation, sizeof(w->violation), format, args);
	va_end(args);
}

static bool
is_before(const struct happening *a, const struct happening *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

void
world_plan(struct world *w, int64_t at, int kind, size_t actor, int letter)
{
	struct happening h = { at, w->order++, (uint16_t)(letter + 1),
		(uint8_t)kind, (uint8_t)actor,
		actor < ACTORS ? w->actors[actor].serial : 0 };
	size_t i = w->heap_n++, up;

	assert(w->heap_n < 4096);
	for (; i > 0; i = up) {
		up = (i - 1) / 2;
		if (!is_before(&h, &w->heap[up]))
			break;
		w->heap[i] = w->heap[up];
	}
	w->heap[i] = h;
}

static struct happening
next_happening(struct world *w)
{
	struct happening first = w->heap[0], last = w->heap[--w->heap_n];
	size_t i = 0, down;

	for (; (down = 2 * i + 1) < w->heap_n; i = down) {
		if (down + 1 < w->heap_n &&
		    is_before(&w->heap[down + 1], &w->heap[down]))
			down++;
		if (!is_before(&w->heap[down], &last))
			break;
		w->heap[i] = w->heap[down];
	}
	w->heap[i] = last;
	return first;
}

int
world_letter(struct world *w, size_t actor)
{
	int i = w->free_letter;
	struct letter *l = &w->letters[i];

	assert(i >= 0);
	w->free_letter = l->next;
	l->refs = 1;
	l->actor = (uint8_t)actor;
	l->serial = w->actors[actor].serial;
	l->to_postgres = l->awaited = l->done = false;
	l->used = l->n = l->keys = 0;
	l->rows_n = 0;
	l->number = 0;
	return i;
}

void
world_drop(struct world *w, int letter)
{
	struct letter *l = &w->letters[letter];

	if (--l->refs > 0)
		return;
	l->next = w->free_letter;
	w->free_letter = letter;
}

static void
execute(struct world *w, int letter)
{
	struct letter *l = &w->letters[letter];

	if (!l->to_postgres) {
		redis_side_execute(w, letter);
		return;
	}
	postgres_execute(w, letter);
	world_plan(w, w->now + world_delay(w), HAPPENS_ARRIVE, l->actor,
	    letter);
}

static bool
is_granting(const struct ftc_guard *g)
{
	return g->serving == FTC_FOR_LEASE || g->serving == FTC_FOR_EPOCH;
}

/* About to commit, to release, or to switch the cache off. */
static bool
is_open(const struct ftc_writer *writer)
{
	return writer->at == FTC_WRITER_FENCES ||
	    writer->at == FTC_WRITER_CONNECTS ||
	    writer->at == FTC_WRITER_LOOKS ||
	    writer->at == FTC_WRITER_ASKS ||
	    writer->at == FTC_WRITER_COMMITS;
}

/* How long a process stands still before it goes on: mostly not at all. */
static int64_t
sleep_us(struct world *w, const struct actor *a)
{
	int64_t r = world_below(w, 4096);
	bool guard = a->doing == GUARDING;

	/* Some fall asleep where that would be worst. */
	if (guard && w->slow && is_granting(&a->guard) && r < 512)
		return world_below(w, 3000000);
	if (w->drowsy && r < 1024 && (guard ? a->guard.serving ==
	    FTC_FOR_EPOCH : a->doing == WRITING && is_open(&a->writer)))
		return world_below(w, world_chance(w, 4) ? 300000 : 40000);
	if (r < (guard ? 12 : 2))
		return world_below(w, 3000000);
	if (r < 16)
		return world_below(w, 300000);
	if (r < 64)
		return world_below(w, 30000);
	return r < 320 ? world_below(w, 5000) : 0;
}

/* It takes what comes when it goes on. */
static bool
sleeps(struct world *w, const struct happening *h)
{
	struct actor *a = &w->actors[h->actor];

	if (a->asleep <= w->now) {
		if (!(w->faults & SLEEP))
			return false;
		a->asleep = w->now + sleep_us(w, a);
	}
	if (a->asleep <= w->now)
		return false;
	world_plan(w, a->asleep, h->kind, h->actor, (int)h->letter - 1);
	return true;
}

static void
to_actor(struct world *w, const struct happening *h)
{
	struct actor *a = &w->actors[h->actor];
	int letter = (int)h->letter - 1;
	bool for_now = h->serial == a->serial && a->alive;

	if (for_now && sleeps(w, h))
		return;
	if (h->kind == HAPPENS_ARRIVE) {
		if (for_now && w->letters[letter].serial == a->serial)
			actor_arrive(w, h->actor, letter);
		else
			actor_missed(w, letter);
		world_drop(w, letter);
	} else if (for_now) {
		actor_wake(w, h->actor, h->kind == HAPPENS_TIMEOUT ?
		    FTC_FAILED : FTC_TIME);
	}
}

void
world_step_once(struct world *w)
{
	struct happening h = next_happening(w);

	w->steps++;
	w->now = h.at;
	switch (h.kind) {
	case HAPPENS_EXECUTE:
		execute(w, (int)h.letter - 1);
		break;
	case HAPPENS_FAULT:
		faults_happen(w);
		break;
	case HAPPENS_SPAWN:
		if (!w->actors[h.actor].alive)
			actor_spawn(w, h.actor);
		break;
	case HAPPENS_ABORT:
		postgres_abort(w, w->letters[(int)h.letter - 1].xid);
		world_drop(w, (int)h.letter - 1);
		break;
	default:
		to_actor(w, &h);
	}
	if (w->violation[0] == '\0')
		check_lease(w);
}

static void
name_things(struct world *w)
{
	static const char *const tags[ALL_TAGS] = { "t:a:id=0", "t:b:id=1",
		"t:a:id=2", "t:b:id=3", "t:a!", "t:b!" };
	struct ftc_part part = { 'i', { NULL, 1 } };
	char digit[2] = "0";
	int i;

	for (i = 0; i < ALL_TAGS; i++)
		w->tag[i] = str_of(tags[i]);
	part.value.p = digit;
	for (i = 0; i < FRAGMENTS; i++, digit[0]++)
		ftc_key(1, STR("pins/list"), STR("public"), &part, 1,
		    w->keys[i]);
}

static void
choose_fragments(struct world *w)
{
	struct ftc_fragment *f;
	unsigned mask, k;
	size_t i;

	for (i = 0; i < FRAGMENTS; i++) {
		f = &w->fragments[i];
		mask = (unsigned)world_below(w, 16) & w->data_mask;
		mask = mask != 0 ? mask : 1;
		w->fragment_mask[i] = mask;
		if (!world_has(w, NO_BULK))
			mask |= (mask & 5 ? 16U : 0) | (mask & 10 ? 32U : 0);
		*f = (struct ftc_fragment){ .key = { w->keys[i], FTC_KEY },
			.tags = w->fragment_tags[i], .ttl_ms = 60000,
			.expensive = world_chance(w, 4) };
		if (i == 4)
			f->stale_ms = 500;
		for (k = 0; k < ALL_TAGS; k++)
			if (mask >> k & 1)
				w->fragment_tags[i][f->n++] = w->tag[k];
	}
}

static void
begin_episode(struct world *w)
{
	size_t i;

	w->state = w->seed + w->episodes * UINT64_C(0x2545f4914f6cdd1d);
	w->episodes++;
	w->now = 1000000;
	w->heap_n = 0;
	w->free_letter = 0;
	for (i = 0; i < LETTERS; i++)
		w->letters[i].next = i + 1 < LETTERS ? (int)i + 1 : -1;
	w->resting = false;
	w->in_service = 0;
	faults_begin(w);
	choose_fragments(w);
	postgres_open(w);
	fake_redis_open(&w->redis);
	w->redis.one_owner = world_has(w, ONE_OWNER);
	w->redis.without_token = world_has(w, NO_TOKEN);
	w->redis.counts = world_has(w, COUNTER);
	w->redis.any_epoch = world_has(w, NO_LEASE | ANY_EPOCH);
	w->has_saved = w->bad_policy = false;
	w->redis_life = 0;
	w->redis_down = w->redis_stopped = 0;
	w->clock_base = INT64_C(1700000000) * 1000000;
	w->clock_since = w->now;
	redis_side_restart(w, false);
	w->redis_down = 0;
	memset(w->actors, 0, sizeof(w->actors));
	for (i = 0; i < ACTORS; i++)
		if (i < w->workers || (i >= GUARD && i < GUARD + w->guards) ||
		    (i == OTHER && (w->faults & OTHERS)))
			actor_spawn(w, i);
}

bool
world_run(struct world *w)
{
	uint64_t until;

	name_things(w);
	while (w->steps < w->limit && w->violation[0] == '\0') {
		begin_episode(w);
		until = w->steps + 2000 + (uint64_t)world_below(w, 20000);
		while (w->steps < until && w->steps < w->limit &&
		    w->violation[0] == '\0')
			world_step_once(w);
		if (w->violation[0] == '\0' && !w->plan.restless)
			check_quiet(w);
		w->simulated += w->now;
	}
	return w->violation[0] == '\0';
}
