/* Asking an index.  See index.h. */
#include "index.h"

#include "clock.h"
#include "index_bag.h"
#include "index_ids.h"
#include "index_names.h"

#include <sched.h>
#include <sys/stat.h>

#define LOOK_EVERY SECOND_US   /* at the name, for another file behind it */
/* Looks at a flip that does not end, the first of them at once, and times that
 * a question is asked.  They are counted, not measured: after a machine has
 * stood still everybody has waited for long and nobody has been given time. */
#define LOOKS 1000
#define LOOKS_AT_ONCE 100
#define BETWEEN_LOOKS 500
#define TRIES 200

/* A question: reads the file, keeps what it finds in `of`. */
typedef enum err question(const struct index_file *f, void *of);

void
index_open(struct index *x, const char *path)
{
	memset(x, 0, sizeof(*x));
	snprintf(x->path, sizeof(x->path), "%s", path);
}

void
index_close(struct index *x)
{
	index_file_close(&x->file);
	index_hold_close(&x->hold);
	x->stuck_at = 0;
}

/* Is the file still the one of its name?  Looked up now and then, as whoever
 * replaced it may not have been able to say so. */
static bool
is_current(struct index *x)
{
	int64_t now = clock_mono();
	struct stat st;

	if (x->file.head == NULL || atomic_load(&x->file.head->superseded))
		return false;
	if (now - x->looked_at < LOOK_EVERY)
		return true;
	x->looked_at = now;
	return stat(x->path, &st) != 0 || st.st_ino == x->file.inode;
}

static enum err
map_current(struct index *x)
{
	int64_t now = clock_mono();

	if (is_current(x))
		return OK;
	/* not at every question of a site that has no index yet */
	if (x->file.head == NULL && x->looked_at != 0 &&
	    now - x->looked_at < LOOK_EVERY / 10)
		return ERR_BUSY;
	x->looked_at = now;
	index_close(x);
	if (!index_file_open(&x->file, x->path))
		return ERR_BUSY;
	index_hold_open(&x->hold, x->path);
	return OK;
}

/* A flip that did not end: its writer has died, or sleeps; it is waited for
 * once, not at every question. */
static bool
is_stuck(const struct index *x)
{
	return x->stuck_at % 2 != 0 &&
	    atomic_load(&x->file.head->seq) == x->stuck_at;
}

/* The number of a state; an odd one: its flip does not end. */
static uint64_t
wait_for_state(struct index *x)
{
	const _Atomic uint64_t *seq = &x->file.head->seq;
	uint64_t first = atomic_load_explicit(seq, memory_order_acquire);
	uint64_t now = first;
	int looks;

	for (looks = 0; now % 2 != 0 && looks < LOOKS; looks++) {
		if (looks < LOOKS_AT_ONCE)
			sched_yield();
		else
			usleep(BETWEEN_LOOKS);
		now = atomic_load_explicit(seq, memory_order_acquire);
		if (now != first)
			looks = 0;
		first = now;
	}
	x->stuck_at = now;
	return now;
}

static enum err
ask_until_undisturbed(struct index *x, question *ask, void *of)
{
	uint64_t before;
	enum err e;

	for (x->tries = 1; x->tries <= TRIES; x->tries++) {
		before = wait_for_state(x);
		if (before % 2 != 0)
			return ERR_BUSY;
		e = ask(&x->file, of);
		atomic_thread_fence(memory_order_seq_cst);
		if (atomic_load_explicit(&x->file.head->seq,
		    memory_order_acquire) == before)
			return e;
		index_hold_ask(&x->hold, x->tries);
	}
	return ERR_BUSY;
}

static enum err
ask_it(struct index *x, question *ask, void *of)
{
	enum err e = map_current(x);

	if (e == OK && is_stuck(x))
		e = ERR_BUSY;
	return e == OK ? ask_until_undisturbed(x, ask, of) : e;
}

/* --- What is asked ----------------------------------------------------- */

struct asked {
	int64_t id; /* or words */
	const struct str *words;
	int words_n;
	struct index_ask ask;
	struct index_hit *hits;
	int *n;
	int64_t hit;
	struct index_reason *reasons;
	struct index_stats *stats;
};

/* Words that no document has any more are as unknown as others. */
static void
gather_words(const struct index_file *f, const struct asked *a,
    struct index_bag *bag)
{
	uint32_t term;
	int i;

	index_bag_open(bag);
	for (i = 0; i < a->words_n; i++) {
		term = index_names_find(f, a->words[i]);
		if (term < f->head->room.terms &&
		    atomic_load_explicit(&f->term_df[term],
		    memory_order_relaxed) > 0)
			index_bag_add(bag, term);
	}
	index_bag_close(bag);
}

static enum err
terms_of(const struct index_file *f, const struct asked *a,
    struct index_bag *bag)
{
	uint32_t class;

	bag->n = 0;
	if (a->id == 0) {
		gather_words(f, a, bag);
		return OK;
	}
	class = index_ids_class(f, a->id);
	if (class == INDEX_NONE)
		return ERR_NOT_FOUND;
	bag->n = index_record_read(f, class, bag->terms);
	return OK;
}

static enum err
search(const struct index_file *f, void *of)
{
	struct asked *a = of;
	struct index_bag bag;
	enum err e = terms_of(f, a, &bag);

	*a->n = e != OK ? 0 :
	    index_search(f, bag.terms, bag.n, &a->ask, a->hits, NULL);
	return e;
}

enum err
index_similar(struct index *x, int64_t id, struct index_ask ask,
    struct index_hit *hits, int *n)
{
	struct asked a = { .id = id, .ask = ask, .hits = hits, .n = n };

	a.ask.but = id;
	return ask_it(x, search, &a);
}

enum err
index_query(struct index *x, const struct str *words, int words_n,
    struct index_ask ask, struct index_hit *hits, int *n)
{
	struct asked a = { .words = words, .words_n = words_n, .ask = ask,
		.hits = hits, .n = n };

	return ask_it(x, search, &a);
}

static enum err
explain(const struct index_file *f, void *of)
{
	struct asked *a = of;
	struct index_bag bag;
	struct index_share shares[INDEX_TERMS];
	struct index_reason one;
	uint32_t class = index_ids_class(f, a->hit);
	int i, j, n;
	enum err e = terms_of(f, a, &bag);

	if (e == OK && class == INDEX_NONE)
		e = ERR_NOT_FOUND;
	n = e != OK ? 0 :
	    index_search_shares(f, bag.terms, bag.n, class, shares);
	for (i = 0; i < n; i++) {
		one = (struct index_reason){ index_names_text(f,
		    shares[i].term), shares[i].weight };
		for (j = i; j > 0 && a->reasons[j - 1].weight < one.weight; j--)
			a->reasons[j] = a->reasons[j - 1];
		a->reasons[j] = one;
	}
	*a->n = n;
	return e;
}

enum err
index_reasons(struct index *x, struct index_asked asked, int64_t hit,
    struct index_reason *reasons, int *n)
{
	struct asked a = { .id = asked.id, .words = asked.words,
		.words_n = asked.n, .hit = hit, .reasons = reasons, .n = n };

	return ask_it(x, explain, &a);
}

static enum err
count(const struct index_file *f, void *of)
{
	const struct index_head *h = f->head;
	struct asked *a = of;

	*a->stats = (struct index_stats){ h->docs, h->classes, h->terms,
		h->flips, h->generation, h->records_n * 4 + h->postings_n * 4 +
		h->ids_n * 8 + h->names_n + h->name_slots_n * 4 +
		h->pages_n * INDEX_PAGE * 4 + h->page_slots_n * 12 +
		h->terms * UINT64_C(44) + h->classes * UINT64_C(20) };
	return OK;
}

enum err
index_stats(struct index *x, struct index_stats *stats)
{
	struct asked a = { .stats = stats };

	return ask_it(x, count, &a);
}
