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
#define BUCKET 16 /* places in a row */

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
static size_t buckets; /* 0: there is no table */
static int64_t life_ms;

bool
revoked_open(void *memory, size_t n, int64_t life)
{
	uint64_t found = 0;

	table = memory;
	buckets = 0;
	life_ms = life;
	if (n < sizeof(*table) + BUCKET * sizeof(struct place)) {
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
	buckets = (n - sizeof(*table)) / sizeof(struct place) / BUCKET;
	return true;
}

static int64_t
now_ms(void)
{
	return clock_now() / 1000;
}

/* One of an id's two buckets: its bits well mixed (the finalizer of
 * splitmix64, Steele, Lea and Flood 2014). */
static struct place *
bucket_of(const struct entry *e, uint64_t which)
{
	uint64_t v = (uint64_t)e->id +
	    (2 * e->kind + which) * UINT64_C(0x9e3779b97f4a7c15);

	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return &table->places[(v ^ v >> 31) % buckets * BUCKET];
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

/* May this place be taken?  *state is what it must still be in then. */
static bool
is_free(struct place *p, int64_t now, uint64_t *state)
{
	struct entry old;

	switch (look(p, &old, state)) {
	case SEEN_EMPTY:
		return true;
	case SEEN_ENTRY:
		return !is_live(&old, now);
	default:
		return false;
	}
}

static int
count_free(struct place *bucket, int64_t now)
{
	uint64_t state;
	int i, n = 0;

	for (i = 0; i < BUCKET; i++)
		n += is_free(&bucket[i], now, &state);
	return n;
}

static bool
put_in(struct place *bucket, const struct entry *e)
{
	uint64_t state;
	int i;

	for (i = 0; i < BUCKET; i++) {
		/* The exchange fails if another writer was faster. */
		if (!is_free(&bucket[i], e->at_ms, &state) ||
		    !atomic_compare_exchange_strong(&bucket[i].state, &state,
		    state + 1))
			continue;
		publish(&bucket[i], e, state + 1);
		return true;
	}
	return false;
}

/* Into the emptier of its two buckets, which fills the table evenly (Azar,
 * Broder, Karlin and Upfal 1999).  False: there is room in neither. */
static bool
put(const struct entry *e)
{
	struct place *one = bucket_of(e, 0), *two = bucket_of(e, 1), *swap;

	if (count_free(one, e->at_ms) < count_free(two, e->at_ms)) {
		swap = one;
		one = two;
		two = swap;
	}
	return put_in(one, e) || put_in(two, e);
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

	if (buckets > 0 && !put(&e))
		say_full(e.at_ms + life_ms);
}

void
revoked_forget(void)
{
	if (buckets > 0)
		say_full(now_ms() + life_ms);
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

/* What is asked: is there an entry that means this token? */
struct question {
	struct entry of; /* kind and id */
	int64_t session, issued_ms, now;
};

static bool
means(const struct entry *e, const struct question *q)
{
	if (e->kind != q->of.kind || e->id != q->of.id ||
	    !is_live(e, q->now))
		return false;
	return e->kind == KIND_SESSION ||
	    (q->issued_ms <= e->at_ms && q->session != e->except);
}

static bool
find_in(struct place *bucket, const struct question *q)
{
	enum seen seen;
	struct entry e;
	uint64_t state;
	int i;

	for (i = 0; i < BUCKET; i++) {
		seen = look(&bucket[i], &e, &state);
		if (seen == SEEN_EMPTY)
			return false;
		if (seen == SEEN_ENTRY && means(&e, q))
			return true;
	}
	return false;
}

static bool
find(struct question q, uint64_t kind, int64_t id)
{
	q.of.kind = kind;
	q.of.id = id;
	return find_in(bucket_of(&q.of, 0), &q) ||
	    find_in(bucket_of(&q.of, 1), &q);
}

enum revoked
revoked_has(int64_t session, int64_t user, int64_t issued_ms)
{
	struct question q = { .session = session, .issued_ms = issued_ms,
		.now = now_ms() };

	if (buckets == 0)
		return REVOKED_UNKNOWN;
	if (find(q, KIND_SESSION, session) || find(q, KIND_USER, user))
		return REVOKED_YES;
	return atomic_load(&table->full_until_ms) > q.now ? REVOKED_UNKNOWN :
	    REVOKED_NO;
}

struct revoked_state
revoked_state(void)
{
	struct revoked_state s = { .places = buckets * BUCKET };
	int64_t now = now_ms();
	struct entry e;
	uint64_t state;
	enum seen seen;
	size_t i;

	for (i = 0; i < s.places; i++) {
		seen = look(&table->places[i], &e, &state);
		s.lost += seen == SEEN_BUSY;
		s.live += seen == SEEN_ENTRY && is_live(&e, now);
	}
	s.full = buckets > 0 && atomic_load(&table->full_until_ms) > now;
	return s;
}
