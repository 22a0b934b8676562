/*
 * Gathering the terms of a text: how often it has each, for the first
 * INDEX_TERMS different ones; the others are left out.
 */
#ifndef INFRA_INDEX_BAG_H
#define INFRA_INDEX_BAG_H

#include "index_record.h"

#define INDEX_BAG_SLOTS (4 * INDEX_TERMS)

struct index_bag {
	int n;
	struct index_term terms[INDEX_TERMS];
	uint16_t slots[INDEX_BAG_SLOTS]; /* place in terms + 1, by term */
};

void index_bag_open(struct index_bag *b);
/* Once more the term; left out if there is no room for it. */
void index_bag_add(struct index_bag *b, uint32_t term);
static inline bool
index_bag_is_full(const struct index_bag *b)
{
	return b->n == INDEX_TERMS;
}

/* Sorts the terms and divides the counts by what divides all of them, as a
 * class wants it.  Nothing is added after that. */
void index_bag_close(struct index_bag *b);

#endif
