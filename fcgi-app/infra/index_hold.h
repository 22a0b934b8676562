/*
 * A reader that was disturbed by flips again and again may ask the writer to
 * wait: one page beside the index, the only thing that readers write.  It holds
 * the time until which the writer is asked not to flip.  Nobody registers
 * and nobody waits for a process that may have died: a hold runs out.
 */
#ifndef INFRA_INDEX_HOLD_H
#define INFRA_INDEX_HOLD_H

#include <stdatomic.h>
#include <stdint.h>

struct index_hold {
	_Atomic int64_t *until; /* monotonic microseconds; NULL: no page */
};

/* The page of the index of that path, made if there is none.  Without one
 * (logged), asking and obeying do nothing. */
void index_hold_open(struct index_hold *h, const char *path);
void index_hold_close(struct index_hold *h);
/* Asks for 20 ms, more with every try. */
void index_hold_ask(struct index_hold *h, int tries);
/* Waits while somebody asks, half a second at most. */
void index_hold_obey(const struct index_hold *h);

#endif
