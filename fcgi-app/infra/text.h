/*
 * The words of a title: what search finds it by, and what makes two titles
 * alike.  Pins, works, tags and queries all go through here, so that equal
 * words give equal terms.
 *
 * A term is in lower case and normal form C, has no white space, and at most
 * TEXT_WORD_MAX bytes (longer words are cut at a character).
 *   Korean   nouns, as the dictionary or a user's tag has them: without their
 *            particles, compounds in their parts.  What the dictionary lacks is
 *            a noun too, in one piece.  Of `noun + hada` the noun; verbs,
 *            adjectives and adverbs give nothing.
 *   Latin, Cyrillic, Greek and others with spaces: every word of two letters
 *            and more; English stop words are left out and English plurals
 *            are made singular (Harman's S-stemmer, 1991).
 *   Kana, Han and scripts without spaces: runs of one script.
 *   Digits   stay within words (3d, iphone15); alone only as a year.
 *
 * The dictionary is a file beside the program, mapped read-only and so shared
 * by all processes.  It is made by `make`.  Nothing else is kept: text_words
 * allocates nothing, changes nothing but its output, and needs time
 * proportional to the length of the title whatever it contains.
 */
#ifndef INFRA_TEXT_H
#define INFRA_TEXT_H

#include "str.h"

/* Raised by whoever changes what text_words gives for any title: words that
 * are stored are extracted anew when theirs differs. */
#define TEXT_VERSION 1

#define TEXT_WORD_MAX 60

struct text_word {
	uint8_t n;
	char p[TEXT_WORD_MAX + 3];
};

/* Words that the site knows beside the dictionary's: the names of its tags.
 * `word` is a run of Hangul syllables; NULL is_word: there are none. */
struct text_more {
	bool (*is_word)(void *of, struct str word);
	void *of;
};

/* Maps the dictionary, words.table: it lies beside the program, that of tests
 * up to two folders above them.  False, said why in the log, when it is
 * not there, is damaged or was made for another version of the program.  Once
 * it is open, later calls do nothing. */
bool text_open(void);
void text_close(void);
/* Names the dictionary and its form: differs whenever the words of a title
 * may differ.  text_open came before. */
uint64_t text_version(void);

/* The words of a title, in order and as often as they stand there; at most
 * `most`, what follows is left out.  Any bytes will do: what is not UTF-8
 * separates words.  `more` may be NULL.  text_open came before. */
size_t text_words(struct str title, const struct text_more *more,
    struct text_word *out, size_t most);
/* A tag's name as a term, whole: in the form that words have.  False when
 * nothing is left of it, or more than fits. */
bool text_normal(struct str name, struct text_word *out);

static inline struct str
text_word_str(const struct text_word *w)
{
	return (struct str){ w->p, w->n };
}

#endif
