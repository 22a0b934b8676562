/* Bounds of classes.  See index_bound.h. */
#include "index_bound.h"

#include "index_record.h"

#include <math.h>

#define MARGIN 0.05       /* of term_floor over term_log: 5 % more documents */
#define SLACK 0.02        /* of log_docs_floor under log_docs */
#define GROWN 0.05        /* of log_docs, after which bounds are made anew */
#define UP (1 + 1e-6)     /* for what floats lose */
#define AHEAD 8           /* records fetched into the cache early */

static double
real(int64_t fixed)
{
	return ldexp((double)fixed, -INDEX_FIX);
}

/* ln(1 + n) in fixed point. */
static int64_t
fixed_log(uint64_t n)
{
	return llrint(ldexp(log(1 + (double)n), INDEX_FIX));
}

int64_t
index_bound_term(const struct index_file *f, uint64_t n)
{
	return f->head->weights == INDEX_COUNTS ? 0 : fixed_log(n);
}

int64_t
index_bound_docs(const struct index_file *f, uint64_t n)
{
	return index_bound_term(f, n) + (INT64_C(1) << INDEX_FIX);
}

static float
up(double v)
{
	return (float)(v * UP);
}

float
index_bound_of(const struct index_file *f, uint32_t class)
{
	double floor, sum = 0, most = 0;
	struct index_term one;
	const uint32_t *at;
	int i, n;

	at = index_record_of(f, class, &n);
	for (i = 0; i < n; i++) {
		one = index_record_next(&at);
		floor = f->head->weights == INDEX_COUNTS ? 1 :
		    f->head->log_docs_floor - f->term_floor[one.term];
		floor = floor < 1 ? 1 : floor;
		sum += floor * floor * one.count * one.count;
		most = one.count > most ? one.count : most;
	}
	return n > 0 ? up(most / sqrt(sum)) : 0;
}

static void
bound_class(struct index_file *f, uint32_t class)
{
	bool used = atomic_load_explicit(&f->class_ids_n[class],
	    memory_order_relaxed) > 0;

	atomic_store_explicit(&f->class_bound[class],
	    used ? index_bound_of(f, class) : 0, memory_order_relaxed);
	f->head->bounds_n++;
}

void
index_bound_term_new(struct index_file *f, uint32_t term)
{
	f->term_floor[term] = up(MARGIN);
}

void
index_bound_term_grows(struct index_file *f, uint32_t term, int64_t log)
{
	const struct index_list *list = &f->term_list[term];
	uint32_t left, i, n, *extent;
	uint64_t at = list->first;

	if (f->head->weights == INDEX_COUNTS ||
	    real(log) <= (double)f->term_floor[term])
		return;
	f->term_floor[term] = up(real(log) + MARGIN);
	f->head->rebounds_n++;
	for (left = atomic_load(&list->n); left > 0; left -= n) {
		extent = f->postings + at;
		n = extent[EXTENT_ROOM] < left ? extent[EXTENT_ROOM] : left;
		at = extent[EXTENT_NEXT_LOW] |
		    (uint64_t)extent[EXTENT_NEXT_HIGH] << 32;
		extent += EXTENT_HEAD;
		for (i = 0; i < n; i++) {
			if (i + AHEAD < n)
				__builtin_prefetch(f->records +
				    f->class_record[extent[i + AHEAD]]);
			bound_class(f, extent[i]);
		}
	}
}

static void
bound_all_classes(struct index_file *f)
{
	uint32_t class, n = atomic_load(&f->head->classes);

	for (class = 0; class < n; class++)
		bound_class(f, class);
}

void
index_bound_docs_change(struct index_file *f, int64_t docs)
{
	if (real(docs) >= f->head->log_docs_floor)
		return;
	f->head->log_docs_floor = real(docs) - SLACK;
	bound_all_classes(f);
}

void
index_bound_all(struct index_file *f)
{
	uint32_t term, n = atomic_load(&f->head->terms);
	bool counts = f->head->weights == INDEX_COUNTS;

	f->head->log_docs_floor = counts ? 1 :
	    real(atomic_load(&f->head->log_docs)) - SLACK;
	for (term = 0; term < n; term++)
		f->term_floor[term] =
		    up(real(atomic_load(&f->term_log[term])) + MARGIN);
	bound_all_classes(f);
}

void
index_bound_tighten(struct index_file *f)
{
	double grown = real(atomic_load(&f->head->log_docs)) -
	    (f->head->log_docs_floor + SLACK);

	if (f->head->weights != INDEX_COUNTS && grown > GROWN)
		index_bound_all(f);
}
