/*
 * Text in the one form in which words are compared: normal form C, case
 * folded, full width as half width, without invisible characters.
 *
 * A title is taken in stretches without white space, of a bounded length, so
 * that the form fits on the stack.  What is not UTF-8 ends a stretch, so do
 * more marks upon a letter than any script needs, and letters of Hangul that
 * make no syllable: laughter, which in the form would become syllables.
 */
#ifndef INFRA_TEXT_FORM_H
#define INFRA_TEXT_FORM_H

#include "str.h"

/* Characters of a stretch as it is written. */
#define TEXT_STRETCH 96

struct text_form {
	/* no character of Unicode has more than 18 in its decomposition */
	int32_t c[TEXT_STRETCH * 18];
	size_t n;
};

enum text_script {
	TEXT_SCRIPT_NONE, TEXT_SCRIPT_LETTER, TEXT_SCRIPT_DIGIT,
	TEXT_SCRIPT_MARK, TEXT_SCRIPT_HANGUL,
	/* without spaces: */
	TEXT_SCRIPT_HAN, TEXT_SCRIPT_HIRAGANA, TEXT_SCRIPT_KATAKANA,
};

enum text_script text_form_script(int32_t c);
/* The next stretch of a title from byte *at, which moves behind it.  It may be
 * empty.  There is more while *at < title.n. */
void text_form_next(struct str title, size_t *at, struct text_form *out);
/* A text of one stretch, whatever it is made of; false when it has no form,
 * being no UTF-8 or too long. */
bool text_form_whole(struct str text, struct text_form *out);

#endif
