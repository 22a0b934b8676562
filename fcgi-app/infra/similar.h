/*
 * The pins most like a pin.
 *
 * Asked is the index that `pinwall index` keeps, in this process: nobody is
 * waited for.  A pin that it does not have - one that is new, or that only its
 * owner sees - is looked up by its words.
 */
#ifndef INFRA_SIMILAR_H
#define INFRA_SIMILAR_H

#include "index.h"
#include "req.h"

#define SIMILAR_MOST 256 /* hits of one question */

struct similar {
	int64_t pin;
	struct str title, tags; /* tags: names, a line each */
};

/* Where the index is; text_open came before. */
void similar_open(void);
void similar_close(void);

/* A number that changes whenever the index shows something more; 0: there is no
 * index just now. */
uint64_t similar_state(void);
/* What the index holds; false: there is none just now. */
bool similar_stats(struct index_stats *stats);
/* Waits until it is not `state` any more; `until` (clock_mono) at most. */
void similar_wait(uint64_t state, int64_t until);

/* At most `most` hits, best first.  *enough: there are as many, or the title
 * has words that nothing else has.  ERR_BUSY: there is no index just now. */
enum err similar_find(const struct similar *s, int most,
    struct index_hit *hits, int *n, bool *enough) MUST_CHECK;
/* Appends a hit's JSON: {"score", "why": [{"word", "weight"}]}; why: with the
 * words that both have. */
void similar_json(struct buf *b, const struct similar *s,
    const struct index_hit *hit, bool why);

#endif
