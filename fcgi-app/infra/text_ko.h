/*
 * The nouns of a run of Hangul syllables.
 *
 * A run is read as the cheapest walk through the states of the dictionary
 * (text_table.h), found by dynamic programming: a table of positions and
 * states, filled from left to right (Viterbi).  What the dictionary does not
 * have may be an unknown noun of any length, at a price that makes it the last
 * resort.  Where a run is several words without spaces, the walk goes through
 * START again.
 *
 * It knows nothing of meaning: of words that look alike the one of the cheaper
 * walk is taken.
 */
#ifndef INFRA_TEXT_KO_H
#define INFRA_TEXT_KO_H

#include "text.h"
#include "text_table.h"

/* Syllables of a run; the caller cuts longer ones. */
#define TEXT_KO_RUN_MAX 64
/* Words of a run: each syllable one, and once more as a part. */
#define TEXT_KO_SPANS_MAX (TEXT_KO_RUN_MAX * 2)

/* Syllables [from, from + n) of a run. */
struct text_span {
	uint8_t from, n;
};

/* The words of a run of n syllables that begins in state `first`, in order.
 * Of a compound with a word of one syllable the whole and then the part that
 * is longer: a dog's dress is about dogs.  Returns how many. */
size_t text_ko_words(const struct text_table *t, const uint16_t *run, size_t n,
    enum text_state first, const struct text_more *more,
    struct text_span out[TEXT_KO_SPANS_MAX]);

#endif
