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
/* What is known of the classes of a window. */
struct index_window {
	uint32_t first, after;
	float sums[INDEX_WINDOW] __attribute__((aligned(64)));
	/* how many lists have it, or 255; only if counted */
	uint8_t shared[INDEX_WINDOW];
	bool counted;
};

void index_window_begin(struct index_window *w, uint32_t first, bool counted);
/* Adds the weight to the sums of what is in the window, and walks past it;
 * returns how many there were. */
uint32_t index_scan_add(struct index_scan *scan, struct index_window *w,
    float weight);
/* Whose sum is more than 0 and may reach: (sum + more) * bound >= least.
 * Fills found, of INDEX_WINDOW; returns how many. */
int index_scan_reach(const float *sums, const float *bounds, float more,
    float least, uint16_t *found);

#endif
