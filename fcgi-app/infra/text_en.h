/*
 * English words: which say nothing, and their singular.  A word is in lower
 * case, a-z only.
 *
 * The singular is Harman's S-stemmer (How Effective Is Suffixing?, 1991),
 * which only removes plurals: what it leaves is still a word, as people get to
 * see it.  Added are the plurals in -es after a hiss and the common irregular
 * ones; words that only look like plurals are listed.
 */
#ifndef INFRA_TEXT_EN_H
#define INFRA_TEXT_EN_H

#include "str.h"

/* Articles, pronouns, prepositions and auxiliaries, with and without the
 * apostrophe of `don't`. */
bool text_en_is_stop(struct str word);
/* Makes the word of n bytes singular in its place, which holds at least n
 * bytes; returns its new length. */
size_t text_en_singular(char *word, size_t n);

#endif
