/*
 * Bags of terms, and their records: what a class is made of, for scoring it
 * exactly.
 *
 * A record is the number of distinct terms, then for each, ascending, one word
 * of term * 64 + count - 1; a count over 63 is written as 63 there and whole
 * in a word of its own behind it.  A record that fits into a cache line does
 * not cross one.
 */
#ifndef INFRA_INDEX_RECORD_H
#define INFRA_INDEX_RECORD_H

#include "index_file.h"

struct index_term {
	uint32_t term, count;
};

/* Sorts by term. */
void index_record_sort(struct index_term *terms, int n);
/* Divides the counts by what divides all of them. */
void index_record_reduce(struct index_term *terms, int n);

/* Words that its record takes. */
uint32_t index_record_words(const struct index_term *terms, int n);
/* Writes it at the end of records, where there is room for 16 words more;
 * returns its place. */
uint32_t index_record_add(struct index_file *f, const struct index_term *terms,
    int n);
/* Reads that of a class into terms, of INDEX_TERMS; returns how many. */
int index_record_read(const struct index_file *f, uint32_t class,
    struct index_term *terms);

/* Walking one without a copy: at stands behind the number of terms. */
static inline struct index_term
index_record_next(const uint32_t **at)
{
	uint32_t word = *(*at)++, count = word % 64 + 1;

	if (count == 64)
		count = *(*at)++;
	return (struct index_term){ word / 64, count };
}

/* Where the terms of a class begin, and how many there are: 0 if what stands
 * there cannot be. */
static inline const uint32_t *
index_record_of(const struct index_file *f, uint32_t class, int *n)
{
	uint64_t room = f->head->room.records;
	uint64_t at = f->class_record[class];

	*n = 0;
	if (at + 1 + 2 * INDEX_TERMS > room + 4096)
		return NULL;
	if (f->records[at] <= INDEX_TERMS)
		*n = (int)f->records[at];
	return f->records + at + 1;
}

#endif
