/* Exact scores.  See index_score.h. */
#include "index_score.h"

#include <math.h>

static uint64_t
mask_of(uint32_t term)
{
	return UINT64_C(1) << (term * 0x9e3779b1u >> 26);
}

static unsigned __int128
square_of(const struct index_file *f, int64_t log_docs, uint32_t term)
{
	uint64_t idf = (uint64_t)(log_docs - atomic_load_explicit(
	    &f->term_log[term], memory_order_relaxed));

	return (unsigned __int128)idf * idf;
}

static void
sort_rarest_first(struct index_wanted *wanted, int n)
{
	struct index_wanted one;
	int i, j;

	for (i = 1; i < n; i++) {
		one = wanted[i];
		for (j = i; j > 0 && wanted[j - 1].n > one.n; j--)
			wanted[j] = wanted[j - 1];
		wanted[j] = one;
	}
}

void
index_query_make(struct index_query *q, const struct index_file *f,
    const struct index_term *terms, int n)
{
	unsigned __int128 length = 0;
	struct index_wanted *w;
	int i;

	q->n = 0;
	q->mask = 0;
	q->log_docs = atomic_load_explicit(&f->head->log_docs,
	    memory_order_relaxed);
	for (i = 0; i < n; i++) {
		if (terms[i].term >= f->head->room.terms)
			continue;
		w = &q->wanted[q->n++];
		w->term = terms[i].term;
		w->count = terms[i].count;
		w->list = &f->term_list[w->term];
		w->n = atomic_load_explicit(&w->list->n, memory_order_acquire);
		if (w->n > f->head->room.classes)
			w->n = (uint32_t)f->head->room.classes;
		w->square = square_of(f, q->log_docs, w->term);
		w->gain = ldexp((double)w->square, -2 * INDEX_FIX) * w->count;
		length += w->square * ((uint64_t)w->count * w->count);
		q->mask |= mask_of(w->term);
	}
	sort_rarest_first(q->wanted, q->n);
	q->rest_gain[q->n] = q->rest_square[q->n] = 0;
	for (i = q->n - 1; i >= 0; i--) {
		w = &q->wanted[i];
		q->rest_gain[i] = q->rest_gain[i + 1] + w->gain;
		q->rest_square[i] = q->rest_square[i + 1] + w->gain * w->count;
	}
	q->fixed = sqrt((double)length);
	q->length = ldexp(q->fixed, -INDEX_FIX);
}

double
index_score(const struct index_file *f, const struct index_query *q,
    uint32_t class, int from, int *shared)
{
	unsigned __int128 dot = 0, length = 0, square;
	const uint32_t *at;
	struct index_term one;
	double d;
	int i, j, n;

	*shared = 0;
	at = index_record_of(f, class, &n);
	for (i = 0; i < n; i++) {
		one = index_record_next(&at);
		if (one.term >= f->head->room.terms)
			return 0;
		square = square_of(f, q->log_docs, one.term);
		length += square * ((uint64_t)one.count * one.count);
		if ((q->mask & mask_of(one.term)) == 0)
			continue;
		for (j = 0; j < q->n && q->wanted[j].term != one.term; j++)
			continue;
		if (j < from) {
			*shared = 0;
			return 0;
		}
		if (j < q->n) {
			dot += square *
			    ((uint64_t)one.count * q->wanted[j].count);
			++*shared;
		}
	}
	d = (double)dot;
	/* the last rounding may go over */
	return length > 0 ? fmin(sqrt(d * d / (double)length) / q->fixed, 1) :
	    0;
}

int
index_search_shares(const struct index_file *f, const struct index_term *terms,
    int n, uint32_t class, struct index_share *shares)
{
	struct index_query q;
	struct index_term has[INDEX_TERMS];
	int i, j, m = index_record_read(f, class, has), found = 0;
	double length = 0, square;

	index_query_make(&q, f, terms, n);
	for (i = 0; i < m; i++) {
		square = ldexp((double)square_of(f, q.log_docs,
		    has[i].term % (uint32_t)f->head->room.terms),
		    -2 * INDEX_FIX);
		length += square * has[i].count * has[i].count;
		for (j = 0; j < q.n && q.wanted[j].term != has[i].term; j++)
			continue;
		if (j < q.n)
			shares[found++] = (struct index_share){ has[i].term,
				q.wanted[j].gain * has[i].count / q.length };
	}
	for (i = 0; i < found; i++)
		shares[i].weight /= sqrt(length);
	return found;
}
