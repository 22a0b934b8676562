/*
 * Exact scores: a query, and a class's score by it.
 *
 * idf is at least 1 and fixed point with 40 binary places; for up to 2^31
 * documents its square is below 2^89, a product of two counts below 2^30, and
 * there are 2^8 terms: sums below 2^127, exact in 128 bits.  The score is then
 * sqrt(dot^2 / |d|^2) / |q|: four operations that IEEE rounds correctly, so
 * it is the same everywhere; with counts alone, dot and |d|^2 are integers
 * and equal scores come out equal.
 */
#ifndef INFRA_INDEX_SCORE_H
#define INFRA_INDEX_SCORE_H

#include "index_search.h"

struct index_wanted {
	uint32_t term, count;
	const struct index_list *list;
	uint32_t n;                /* of the list, when the query was made */
	unsigned __int128 square;  /* idf^2 */
	double gain;               /* count * idf^2 */
};

struct index_query {
	int n;
	struct index_wanted wanted[INDEX_TERMS]; /* the rarest first */
	/* of the terms from i on: gains, and (count * idf)^2, added up */
	double rest_gain[INDEX_TERMS + 1], rest_square[INDEX_TERMS + 1];
	double length;      /* |q| */
	double fixed;       /* |q| in fixed point */
	int64_t log_docs;
	uint64_t mask;      /* for terms that are surely not wanted */
};

void index_query_make(struct index_query *q, const struct index_file *f,
    const struct index_term *terms, int n);
/* *shared: distinct terms in common; 0 if one of them is before `from`, which
 * says that the class was scored then. */
double index_score(const struct index_file *f, const struct index_query *q,
    uint32_t class, int from, int *shared);

#endif
