/* Posting lists and windows.  See index_scan.h. */
#include "index_scan.h"

/* Four at a time, in whatever the machine has for that. */
typedef float four __attribute__((vector_size(16), aligned(4)));
typedef int32_t mask __attribute__((vector_size(16)));
typedef int64_t halves __attribute__((vector_size(16)));

void
index_scan_next(struct index_scan *scan)
{
	uint64_t room = scan->f->head->room.postings;
	const uint32_t *extent;
	uint32_t n;

	scan->at = scan->end = NULL;
	if (scan->left == 0 || scan->next == 0 || scan->next >= room)
		return;
	extent = scan->f->postings + scan->next;
	n = extent[EXTENT_ROOM] < scan->left ? extent[EXTENT_ROOM] :
	    scan->left;
	if (scan->next + EXTENT_HEAD + n > room)
		return;
	scan->next = extent[EXTENT_NEXT_LOW] |
	    (uint64_t)extent[EXTENT_NEXT_HIGH] << 32;
	scan->left -= n;
	scan->at = extent + EXTENT_HEAD;
	scan->end = scan->at + n;
}

void
index_scan_begin(struct index_scan *scan, const struct index_file *f,
    const struct index_list *list, uint32_t n)
{
	*scan = (struct index_scan){ .f = f, .left = n,
		.next = __atomic_load_n(&list->first, __ATOMIC_ACQUIRE) };
	index_scan_next(scan);
}

void
index_window_begin(struct index_window *w, uint32_t first, bool counted)
{
	w->first = first;
	w->after = first + INDEX_WINDOW;
	w->counted = counted;
	memset(w->sums, 0, sizeof(w->sums));
	if (counted)
		memset(w->shared, 0, sizeof(w->shared));
}

/* The remainder keeps what is no list inside of the window. */
static void
add(struct index_window *w, const uint32_t *at, const uint32_t *end,
    float weight)
{
	uint8_t *shared;

	if (!w->counted) {
		for (; at < end; at++)
			w->sums[*at % INDEX_WINDOW] += weight;
		return;
	}
	for (; at < end; at++) {
		w->sums[*at % INDEX_WINDOW] += weight;
		shared = &w->shared[*at % INDEX_WINDOW];
		*shared += *shared < 255;
	}
}

uint32_t
index_scan_add(struct index_scan *scan, struct index_window *w, float weight)
{
	uint32_t n = 0;
	const uint32_t *end;

	while (scan->at < scan->end && *scan->at < w->after) {
		end = scan->end;
		if (end[-1] >= w->after)
			for (end = scan->at; *end < w->after;)
				end++;
		add(w, scan->at, end, weight);
		n += (uint32_t)(end - scan->at);
		scan->at = end;
		if (end == scan->end)
			index_scan_next(scan);
	}
	return n;
}

static mask
reach(const float *sums, const float *bounds, four more, four least)
{
	four sum = *(const four *)sums;
	four score = (sum + more) * *(const four *)bounds;

	return (mask)(score >= least) & (mask)(sum > 0);
}

int
index_scan_reach(const float *sums, const float *bounds, float more,
    float least, uint16_t *found)
{
	four m = { more, more, more, more };
	four l = { least, least, least, least };
	mask any;
	int i, j, n = 0;

	for (i = 0; i < INDEX_WINDOW; i += 16) {
		any = reach(sums + i, bounds + i, m, l) |
		    reach(sums + i + 4, bounds + i + 4, m, l) |
		    reach(sums + i + 8, bounds + i + 8, m, l) |
		    reach(sums + i + 12, bounds + i + 12, m, l);
		if ((((halves)any)[0] | ((halves)any)[1]) == 0)
			continue;
		for (j = i; j < i + 16; j++)
			if (sums[j] > 0 &&
			    (sums[j] + more) * bounds[j] >= least)
				found[n++] = (uint16_t)j;
	}
	return n;
}
