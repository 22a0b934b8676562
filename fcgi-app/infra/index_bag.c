/* The terms of a text.  See index_bag.h. */
#include "index_bag.h"

void
index_bag_open(struct index_bag *b)
{
	b->n = 0;
	memset(b->slots, 0, sizeof(b->slots));
}

void
index_bag_add(struct index_bag *b, uint32_t term)
{
	uint32_t i = term * 0x9e3779b1u;
	uint16_t *slot = &b->slots[i % INDEX_BAG_SLOTS];
	uint32_t *count;

	while (*slot != 0 && b->terms[*slot - 1].term != term)
		slot = &b->slots[++i % INDEX_BAG_SLOTS];
	if (*slot != 0) {
		count = &b->terms[*slot - 1].count;
		*count += *count < INDEX_COUNT_MOST;
	} else if (!index_bag_is_full(b)) {
		b->terms[b->n++] = (struct index_term){ term, 1 };
		*slot = (uint16_t)b->n;
	}
}

void
index_bag_close(struct index_bag *b)
{
	index_record_sort(b->terms, b->n);
	index_record_reduce(b->terms, b->n);
}
