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

/* A run, and what is known of its surroundings. */
struct text_run {
	uint16_t s[TEXT_KO_RUN_MAX];
	size_t n;
	enum text_state joined; /* to what, without a space; else TEXT_START */
	/* what the run before it ended in, if only a space lies between:
	 * TEXT_NUMERAL, TEXT_DIGITS, TEXT_CASE or TEXT_START */
	enum text_state before;
	/* What follows takes a verb in -gi or -go: easy, want, like. */
	bool verbal;
	const struct text_more *more;
};

/* The words of a run, in order.  Of a compound with a word of one syllable the
 * whole and then the part that is longer: a dog's dress is about dogs.  *last:
 * what the run ends in, for the next one.  Returns how many. */
size_t text_ko_words(const struct text_table *t, const struct text_run *run,
    struct text_span out[TEXT_KO_SPANS_MAX], enum text_state *last);

#endif
