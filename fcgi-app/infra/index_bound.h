/*
 * What a class can score at most: numbers that stay true while weights drift.
 *
 * Every insert changes N, some df, and so the idf of all terms and the length
 * of all vectors.  Lengths are therefore not kept.  What is kept for a class is
 *
 *	bound = (greatest count) / sqrt(sum of count^2 * floor^2)
 *
 * where floor = max(1, log_docs_floor - term_floor[t]) is at most the idf of t
 * as long as log_docs >= log_docs_floor and term_log[t] <= term_floor[t].  So
 * bound >= (greatest count) / |d|, and a document that shares the terms S with
 * a query q scores at most
 *
 *	(sum over S of q's count * idf^2) * bound / |q|.
 *
 * The floors are set with a margin, so that df may grow by MARGIN before the
 * bounds of a term's classes are made anew; that happens before the change is
 * published, and holds for readers of the old state as well.  Raising floors,
 * when N has grown enough, needs no care: a reader of a state before the last
 * flip finds that out at its end.
 */
#ifndef INFRA_INDEX_BOUND_H
#define INFRA_INDEX_BOUND_H

#include "index_file.h"

/* The weight of df = n, and log_docs for N = n, of this collection. */
int64_t index_bound_term(const struct index_file *f, uint64_t n);
int64_t index_bound_docs(const struct index_file *f, uint64_t n);

/* The bound of a class by today's floors. */
float index_bound_of(const struct index_file *f, uint32_t class);
/* A new term: df 0. */
void index_bound_term_new(struct index_file *f, uint32_t term);
/* Before term_log[term] becomes log: lowers what must be lower. */
void index_bound_term_grows(struct index_file *f, uint32_t term, int64_t log);
/* Before log_docs becomes docs. */
void index_bound_docs_change(struct index_file *f, int64_t docs);
/* After a flip: makes all anew if N has grown enough for it to pay. */
void index_bound_tighten(struct index_file *f);
/* Makes all anew by the weights of now. */
void index_bound_all(struct index_file *f);

#endif
