/*
 * The documents most like a bag of terms, exactly.
 *
 * The score is the cosine of the angle between the two vectors of weights
 * count * idf (counts alone: of the counts), as scikit-learn's
 * TfidfVectorizer and linear_kernel give it: idf = ln((1+N)/(1+df)) + 1.  The
 * order is by score, equal scores by id.  Sums are exact integers, so equal
 * directions score the same to the last bit whatever the order of terms,
 * process or history; against real arithmetic the error is below 4e-12.
 *
 * How: Turtle and Flood's MaxScore (1995), a range of classes at a time.
 * Terms go from the rarest to the most frequent.  Classes of rare terms are
 * scored one by one.  Of the other terms, weights are added up in a window of
 * classes; whoever can then reach the score of the k-th best by its bound
 * (index_bound.h) is scored exactly.  By Cauchy and Schwarz a document with
 * none but the terms S of q scores at most |q restricted to S| / |q|: the most
 * frequent terms, as soon as that is well below the k-th best, are not scanned
 * at all, and only added to the bound.
 *
 * These functions read a file that may be changing; the caller finds out
 * whether it did (index.c).  They stay inside the file whatever they read.
 */
#ifndef INFRA_INDEX_SEARCH_H
#define INFRA_INDEX_SEARCH_H

#include "index_record.h"

struct index_hit {
	int64_t id;
	double score;
};

struct index_ask {
	int64_t but;    /* an id that is left out; 0: none */
	int most;       /* hits wanted */
	int min_shared; /* distinct terms in common, at least; 0 is 1 */
};

struct index_work { /* of one search, for benchmarks */
	uint64_t postings, scanned, scored;
};

/* Fills hits, of ask->most, best first; returns how many.  terms: sorted. */
int index_search(const struct index_file *f, const struct index_term *terms,
    int n, const struct index_ask *ask, struct index_hit *hits,
    struct index_work *work);

/* What a term adds to the score of a class by a bag: parts of shares, of n;
 * together the score.  Returns how many are not 0. */
struct index_share {
	uint32_t term;
	double weight;
};
int index_search_shares(const struct index_file *f,
    const struct index_term *terms, int n, uint32_t class,
    struct index_share *shares);

#endif
