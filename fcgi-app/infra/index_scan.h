/*
 * Walking posting lists, and the two loops that most of a search's time goes
 * into.
 */
#ifndef INFRA_INDEX_SCAN_H
#define INFRA_INDEX_SCAN_H

#include "index_file.h"

#define INDEX_WINDOW 4096 /* classes; their sums fit into the first cache */

struct index_scan {
	const struct index_file *f;
	const uint32_t *at, *end; /* of this extent; equal: nothing is left */
	uint64_t next;
	uint32_t left; /* behind this extent */
};

/* The first n classes of a list. */
void index_scan_begin(struct index_scan *scan, const struct index_file *f,
    const struct index_list *list, uint32_t n);
/* On to the next extent, at the end of one. */
void index_scan_next(struct index_scan *scan);
/* Adds the weight to sums[class - first] for what is in the window, and walks
 * past it; returns how many there were. */
uint32_t index_scan_add(struct index_scan *scan, uint32_t first, float *sums,
    float weight);
/* Whose sum is more than 0 and may reach: (sum + more) * bound >= least.
 * Fills found, of INDEX_WINDOW; returns how many.  sums is aligned. */
int index_scan_reach(const float *sums, const float *bounds, float more,
    float least, uint16_t *found);

#endif
