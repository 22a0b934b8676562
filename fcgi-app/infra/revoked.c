/*
 * The table of revoked tokens.
 *
 * A place's `state` is 0 when it was never used, then counts up: odd while a
 * writer fills it, even when it is published.  A reader copies an entry
 * between two reads of an even, unchanged state (a sequence lock).  An entry
 * that has run out may be taken again, which makes its state odd; so places
 * are never empty again, and a search may stop at the first that is.
 */
#include "revoked.h"

#include "clock.h"
#include "log.h"

#include <stdatomic.h>

#define LAYOUT UINT64_C(0x70776e7265760001) /* changes with struct place */
#define WINDOW 16

enum { KIND_SESSION = 1, KIND_USER };

struct entry {
	uint64_t kind;
	int64_t id, at_ms, except;
};

struct place {
	_Atomic uint64_t state, kind;
	_Atomic int64_t id, at_ms, except;
};

struct table {
	_Atomic uint64_t layout;
	_Atomic int64_t full_until_ms;
	struct place places[];
};

_Static_assert(sizeof(struct place) == 40, "every word is lock-free");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "atomics work between processes");

static struct table *table;
static size_t places;
static int64_t life_ms;

bool
revoked_open(void *memory, size_t n, int64_t life)
{
	uint64_t found = 0;

	table = memory;
	places = 0;
	life_ms = life;
	if (n < sizeof(*table) + WINDOW * sizeof(struct place)) {
		log_error("revoked.bad reason=too little memory");
		return false;
	}
	if (!atomic_compare_exchange_strong(&table->layout, &found, LAYOUT) &&
	    found != LAYOUT) {
		/* A new version over the memory of the old one, which still
		 * serves: leave it alone and ask Postgres. */
		log_error("revoked.bad reason=another version's table");
		return false;
	}
	places = (n - sizeof(*table)) / sizeof(struct place);
	return true;
}

static int64_t
now_ms(void)
{
	return clock_now() / 1000;
}

/* Where the window of an id begins: its bits well mixed (the finalizer of
 * splitmix64, Steele, Lea and Flood 2014). */
static size_t
home(uint64_t kind, int64_t id)
{
	uint64_t v = (uint64_t)id + kind * UINT64_C(0x9e3779b97f4a7c15);

	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return (v ^ v >> 31) % places;
}

static struct place *
place_at(size_t from, size_t i)
{
	return &table->places[(from + i) % places];
}

enum seen { SEEN_EMPTY, SEEN_BUSY, SEEN_ENTRY };

/* One try to copy what is in a place, and the state it was in. */
static enum seen
look(struct place *p, struct entry *e, uint64_t *state)
{
	*state = atomic_load_explicit(&p->state, memory_order_acquire);
	if (*state == 0)
		return SEEN_EMPTY;
	if (*state % 2 == 1)
		return SEEN_BUSY;
	e->kind = atomic_load_explicit(&p->kind, memory_order_relaxed);
	e->id = atomic_load_explicit(&p->id, memory_order_relaxed);
	e->at_ms = atomic_load_explicit(&p->at_ms, memory_order_relaxed);
	e->except = atomic_load_explicit(&p->except, memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&p->state, memory_order_relaxed) != *state)
		return SEEN_BUSY;
	return SEEN_ENTRY;
}

/*
 * A busy place holds nothing that was promised to anybody: its writer has not
 * returned yet, and it took the place because the entry before had run out.
 */
static bool
is_live(const struct entry *e, int64_t now)
{
	return e->at_ms + life_ms > now;
}

static void
publish(struct place *p, const struct entry *e, uint64_t odd)
{
	/* The odd state is seen before any of the new words. */
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&p->kind, e->kind, memory_order_relaxed);
	atomic_store_explicit(&p->id, e->id, memory_order_relaxed);
	atomic_store_explicit(&p->at_ms, e->at_ms, memory_order_relaxed);
	atomic_store_explicit(&p->except, e->except, memory_order_relaxed);
	atomic_store_explicit(&p->state, odd + 1, memory_order_release);
}

/* False: every place of the window holds something. */
static bool
put(const struct entry *e)
{
	size_t from = home(e->kind, e->id), i;
	struct entry old;
	struct place *p;
	uint64_t state;
	enum seen seen;

	for (i = 0; i < WINDOW; i++) {
		p = place_at(from, i);
		seen = look(p, &old, &state);
		if (seen == SEEN_BUSY ||
		    (seen == SEEN_ENTRY && is_live(&old, e->at_ms)))
			continue;
		if (!atomic_compare_exchange_strong(&p->state, &state,
		    state + 1))
			continue; /* another writer was faster */
		publish(p, e, state + 1);
		return true;
	}
	return false;
}

static void
say_full(int64_t until)
{
	int64_t old = atomic_load(&table->full_until_ms);

	while (old < until && !atomic_compare_exchange_weak(
	    &table->full_until_ms, &old, until))
		;
}

static void
add(uint64_t kind, int64_t id, int64_t except)
{
	struct entry e = { kind, id, now_ms(), except };

	if (places > 0 && !put(&e))
		say_full(e.at_ms + life_ms);
}

void
revoked_add_session(int64_t session)
{
	add(KIND_SESSION, session, 0);
}

void
revoked_add_user(int64_t user, int64_t except_session)
{
	add(KIND_USER, user, except_session);
}

/* Does a live entry of this kind and id mean the token? */
static bool
find(uint64_t kind, int64_t id, int64_t session, int64_t issued_ms,
    int64_t now)
{
	size_t from = home(kind, id), i;
	enum seen seen;
	struct entry e;
	uint64_t state;

	for (i = 0; i < WINDOW; i++) {
		seen = look(place_at(from, i), &e, &state);
		if (seen == SEEN_EMPTY)
			return false;
		if (seen == SEEN_BUSY || e.kind != kind || e.id != id ||
		    !is_live(&e, now))
			continue;
		if (kind == KIND_SESSION ||
		    (issued_ms <= e.at_ms && session != e.except))
			return true;
	}
	return false;
}

enum revoked
revoked_has(int64_t session, int64_t user, int64_t issued_ms)
{
	int64_t now = now_ms();

	if (places == 0)
		return REVOKED_UNKNOWN;
	if (find(KIND_SESSION, session, session, issued_ms, now) ||
	    find(KIND_USER, user, session, issued_ms, now))
		return REVOKED_YES;
	return atomic_load(&table->full_until_ms) > now ? REVOKED_UNKNOWN :
	    REVOKED_NO;
}

struct revoked_state
revoked_state(void)
{
	struct revoked_state s = { .places = places };
	int64_t now = now_ms();
	struct entry e;
	uint64_t state;
	enum seen seen;
	size_t i;

	for (i = 0; i < places; i++) {
		seen = look(&table->places[i], &e, &state);
		s.lost += seen == SEEN_BUSY;
		s.live += seen == SEEN_ENTRY && is_live(&e, now);
	}
	s.full = places > 0 && atomic_load(&table->full_until_ms) > now;
	return s;
}
