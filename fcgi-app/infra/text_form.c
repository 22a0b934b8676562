/* Text in the one form in which words are compared. */
#include "text_form.h"
#include "text_table.h"
#include "utf8.h"

#include <utf8proc.h>

/* Marks upon one letter; no script needs as many. */
#define MARKS_MAX 4

static enum text_script
script_of_letter(int32_t c)
{
	if (c >= 0x3040 && c <= 0x309f)
		return TEXT_SCRIPT_HIRAGANA;
	if ((c >= 0x30a1 && c <= 0x30ff && c != 0x30fb) ||
	    (c >= 0x31f0 && c <= 0x31ff))
		return TEXT_SCRIPT_KATAKANA;
	if ((c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3400 && c <= 0x9fff) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
	    c == 0x3005 || c == 0x3007)
		return TEXT_SCRIPT_HAN;
	/* letters of Hangul that make no syllable are laughter */
	if ((c >= 0x1100 && c <= 0x11ff) || (c >= 0x3130 && c <= 0x318f) ||
	    (c >= 0xa960 && c <= 0xa97f) || (c >= 0xd7b0 && c <= 0xd7ff) ||
	    (c >= 0xffa0 && c <= 0xffdc))
		return TEXT_SCRIPT_NONE;
	return TEXT_SCRIPT_LETTER;
}

enum text_script
text_form_script(int32_t c)
{
	if (c < 0x80) {
		if (c >= '0' && c <= '9')
			return TEXT_SCRIPT_DIGIT;
		return (c | 32) >= 'a' && (c | 32) <= 'z' ? TEXT_SCRIPT_LETTER :
		    TEXT_SCRIPT_NONE;
	}
	if (c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST)
		return TEXT_SCRIPT_HANGUL;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return script_of_letter(c);
	case UTF8PROC_CATEGORY_ND:
		return TEXT_SCRIPT_DIGIT;
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC:
		return TEXT_SCRIPT_MARK;
	default:
		return TEXT_SCRIPT_NONE;
	}
}

/* Stretches, and their one form. */

/* Letters that look like others and mean the same: full and half width,
 * ligatures, and what passes for a font. */
static bool
is_look(int32_t c)
{
	return (c >= 0xff01 && c <= 0xff9f) || (c >= 0xfb00 && c <= 0xfb06) ||
	    (c >= 0x1d400 && c <= 0x1d7ff);
}

/* I with a dot is two characters when Unicode folds it. */
static utf8proc_int32_t
fold_dot(utf8proc_int32_t c, void *arg)
{
	(void)arg;
	return c == 0x130 ? 'i' : c;
}

/* False when it is too long to have a form. */
static bool
bring_to_form(struct str text, bool looks, struct text_form *s)
{
	utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
	    (looks ? UTF8PROC_COMPAT : 0);
	utf8proc_ssize_t n = utf8proc_decompose_custom(
	    (const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, s->c,
	    sizeof(s->c) / sizeof(*s->c), options, fold_dot, NULL);

	if (n < 0 || n > TEXT_STRETCH * 18)
		return false;
	n = utf8proc_normalize_utf32(s->c, n, options);
	s->n = n < 0 ? 0 : (size_t)n;
	return n >= 0;
}

/* What a stretch is made of, as far as it has been read. */
struct shape {
	size_t codes, marks;
	bool plain, looks;
};

/* Does c belong to the stretch?  Laughter is kept out, for in some forms it
 * would become syllables. */
static bool
shape_take(struct shape *shape, int32_t c)
{
	bool mark;

	if (c <= ' ' || shape->codes == TEXT_STRETCH)
		return false;
	shape->codes++;
	if (c < 0x80 || (c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST)) {
		shape->marks = 0;
		return true;
	}
	if (c == 0xa0 || (c >= 0x3130 && c <= 0x318f) ||
	    (c >= 0xffa0 && c <= 0xffdc) ||
	    utf8proc_category(c) == UTF8PROC_CATEGORY_ZS)
		return false;
	shape->plain = false;
	shape->looks |= is_look(c);
	mark = text_form_script(c) == TEXT_SCRIPT_MARK;
	shape->marks = mark ? shape->marks + 1 : 0;
	return shape->marks <= MARKS_MAX;
}

/* The stretch that begins at *at; *at moves behind it, and behind what ends
 * it unless that may begin another. */
static struct str
next_stretch(struct str title, size_t *at, struct shape *shape)
{
	size_t from = *at, end = from;
	int32_t c;

	*shape = (struct shape){ .plain = true };
	while (*at < title.n) {
		c = utf8_next(title, at);
		if (c < 0)
			(*at)++;
		if (c < 0 || !shape_take(shape, c))
			break;
		end = *at;
	}
	if (shape->codes == TEXT_STRETCH && end > from)
		*at = end;
	return str_sub(title, from, end);
}

/* A plain stretch is in form but for its capitals. */
static void
copy_plain(struct str text, struct text_form *s)
{
	size_t i = 0;

	s->n = 0;
	while (i < text.n) {
		int32_t c = utf8_next(text, &i);

		s->c[s->n++] = c >= 'A' && c <= 'Z' ? c + 32 : c;
	}
}

void
text_form_next(struct str title, size_t *at, struct text_form *out)
{
	struct shape shape;
	struct str text = next_stretch(title, at, &shape);

	out->n = 0;
	if (shape.plain)
		copy_plain(text, out);
	else if (!bring_to_form(text, shape.looks, out))
		out->n = 0;
}

bool
text_form_whole(struct str text, struct text_form *out)
{
	size_t i, n = 0;
	bool looks = false;

	for (i = 0; i < text.n; n++) {
		int32_t c = utf8_next(text, &i);

		if (c < 0 || n == TEXT_STRETCH)
			return false;
		looks |= is_look(c);
	}
	return bring_to_form(text, looks, out);
}
