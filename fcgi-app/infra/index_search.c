/* The documents most like a bag of terms.  See index_search.h. */
#include "index_search.h"

#include "index_ids.h"
#include "index_score.h"
#include "index_scan.h"

#include <math.h>

#define ONE_BY_ONE 500        /* postings of the rarest terms */
#define WORTH_SCANNING 0.6    /* see drop_frequent */
#define SLACK (1 - 1e-9)      /* no equal score is lost to rounding */
#define UP (1 + 2e-5f)        /* for what sums of 256 floats lose */
#define AHEAD 8

struct search {
	const struct index_file *f;
	const struct index_ask *ask;
	struct index_query q;
	struct index_hit *hits; /* a heap, the worst first, until the end */
	int n;
	int from; /* terms before it have been scored one by one */
	int to;   /* terms from it on are only added to the bound */
	double least; /* what a class must reach; < 0: the heap is not full */
	struct index_work work;
};

/* --- The best so far --------------------------------------------------- */

static bool
is_worse(const struct index_hit *a, const struct index_hit *b)
{
	return a->score != b->score ? a->score < b->score : a->id > b->id;
}

/* Sinks from a place in the heap to where it belongs. */
static void
sink(struct index_hit *heap, int n, struct index_hit one)
{
	int at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && is_worse(&heap[child + 1], &heap[child]))
			child++;
		if (!is_worse(&heap[child], &one))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = one;
}

static void
rise(struct index_hit *heap, int at, struct index_hit one)
{
	int parent;

	for (; at > 0 && is_worse(&one, &heap[parent = (at - 1) / 2]);
	    at = parent)
		heap[at] = heap[parent];
	heap[at] = one;
}

/* False: it is not among the best. */
static bool
keep(struct search *s, struct index_hit one)
{
	if (s->n < s->ask->most) {
		rise(s->hits, s->n++, one);
		return true;
	}
	if (!is_worse(&s->hits[0], &one))
		return false;
	sink(s->hits, s->n, one);
	return true;
}

/* All ids of a class, which are as good as each other, up to where they do
 * not matter. */
static void
keep_class(struct search *s, uint32_t class, double score)
{
	const uint64_t *ids;
	uint32_t i, n;

	ids = index_ids_of(s->f, class, &n);
	for (i = 0; i < n; i++) {
		if ((int64_t)ids[i] == s->ask->but)
			continue;
		if (!keep(s, (struct index_hit){ (int64_t)ids[i], score }))
			break;
	}
	if (s->n == s->ask->most)
		s->least = s->hits[0].score * SLACK;
}

static void
score_class(struct search *s, uint32_t class)
{
	int shared;
	double score = index_score(s->f, &s->q, class, s->from, &shared);

	s->work.scored++;
	if (shared > 0 && shared >= s->ask->min_shared && score >= s->least)
		keep_class(s, class, score);
}

static void
sort_best_first(struct index_hit *hits, int n)
{
	struct index_hit worst;

	for (; n > 1; n--) {
		worst = hits[0];
		sink(hits, n - 1, hits[n - 1]);
		hits[n - 1] = worst;
	}
}

/* --- Rare terms: one class at a time ----------------------------------- */

static void
score_one_by_one(struct search *s, const struct index_wanted *wanted)
{
	float gain = (float)(s->q.rest_gain[s->from] / s->q.length) * UP;
	struct index_scan scan;
	float bound;
	uint32_t class;

	index_scan_begin(&scan, s->f, wanted->list, wanted->n);
	while (scan.at < scan.end) {
		class = *scan.at++;
		if (scan.at + AHEAD < scan.end)
			__builtin_prefetch(s->f->class_record +
			    scan.at[AHEAD]);
		s->work.scanned++;
		if (class < s->f->head->room.classes) {
			bound = gain * atomic_load_explicit(
			    &s->f->class_bound[class], memory_order_relaxed);
			if (bound > 0 && bound >= s->least)
				score_class(s, class);
		}
		if (scan.at == scan.end)
			index_scan_next(&scan);
	}
}

/* --- The others: a window at a time ------------------------------------ */

/* The score of a document with none but the terms from i on, at most. */
static double
score_of_rest(const struct search *s, int i)
{
	return sqrt(s->q.rest_square[i]) / s->q.length;
}

/* Every class that has no term before s->to scores less than s->least then.
 * More could be left out, but what is not scanned makes the sums vague, and
 * to score a class exactly costs as much as scanning a hundred postings: with
 * a vocabulary of twenty words that came to ten times as much. */
static void
drop_frequent(struct search *s)
{
	while (s->to > s->from + 1 &&
	    score_of_rest(s, s->to - 1) < WORTH_SCANNING * s->least)
		s->to--;
}

/* Adds up the weights of the classes of the next window; false: there are no
 * more. */
static bool
fill_window(struct search *s, struct index_scan *scans,
    struct index_window *window)
{
	uint32_t least = INDEX_NONE;
	int i;

	for (i = s->from; i < s->to; i++)
		if (scans[i].at < scans[i].end && *scans[i].at < least)
			least = *scans[i].at;
	/* a list that goes back is none */
	if (least >= s->f->head->room.classes || least < window->after)
		return false;
	index_window_begin(window, least / INDEX_WINDOW * INDEX_WINDOW,
	    s->ask->min_shared > 1);
	for (i = s->from; i < s->to; i++)
		s->work.scanned += index_scan_add(&scans[i], window,
		    (float)(s->q.wanted[i].gain / s->q.length) * UP);
	return true;
}

/* Can it have enough terms in common?  Those that were not scanned may all be
 * among them. */
static bool
may_share(const struct search *s, const struct index_window *window, int i)
{
	return !window->counted || window->shared[i] == 255 ||
	    window->shared[i] + s->q.n - s->to >= s->ask->min_shared;
}

static void
score_window(struct search *s, const struct index_window *window)
{
	const float *bounds = (const float *)s->f->class_bound + window->first;
	float more = (float)(s->q.rest_gain[s->to] / s->q.length) * UP;
	uint16_t found[INDEX_WINDOW];
	int i, at, n;

	n = index_scan_reach(window->sums, bounds, more, (float)s->least,
	    found);
	for (i = 0; i < n; i++) {
		if (i + 4 < n)
			__builtin_prefetch(s->f->records +
			    s->f->class_record[window->first + found[i + 4]]);
		at = found[i];
		if ((window->sums[at] + more) * bounds[at] >= s->least &&
		    may_share(s, window, at))
			score_class(s, window->first + (uint32_t)at);
	}
}

static void
score_by_windows(struct search *s)
{
	struct index_window window;
	struct index_scan scans[INDEX_TERMS];
	int i;

	window.after = 0;
	drop_frequent(s);
	for (i = s->from; i < s->to; i++)
		index_scan_begin(&scans[i], s->f, s->q.wanted[i].list,
		    s->q.wanted[i].n);
	while (fill_window(s, scans, &window)) {
		score_window(s, &window);
		drop_frequent(s);
	}
}

int
index_search(const struct index_file *f, const struct index_term *terms, int n,
    const struct index_ask *ask, struct index_hit *hits,
    struct index_work *work)
{
	struct search s = { .f = f, .ask = ask, .hits = hits, .least = -1 };
	uint32_t left = ONE_BY_ONE;
	int i;

	index_query_make(&s.q, f, terms, n);
	s.to = s.q.n;
	for (i = 0; i < s.q.n; i++)
		s.work.postings += s.q.wanted[i].n;
	while (s.from < s.q.n && s.q.wanted[s.from].n <= left &&
	    score_of_rest(&s, s.from) >= s.least) {
		left -= s.q.wanted[s.from].n;
		score_one_by_one(&s, &s.q.wanted[s.from]);
		s.from++;
	}
	if (s.from < s.q.n && score_of_rest(&s, s.from) >= s.least)
		score_by_windows(&s);
	sort_best_first(hits, s.n);
	if (work != NULL)
		*work = s.work;
	return s.n;
}
