/* The keys of Hangul: syllables are taken apart by the arithmetic of the
 * Unicode Standard (3.12), single letters by their table. */
#include "keyboard.h"

#include "utf8.h"

#define SYLLABLES 0xac00
#define SYLLABLE_COUNT 11172
#define VOWELS 21
#define TAILS 28
#define LETTERS 0x3131 /* of the compatibility block, consonants first */
#define LETTER_VOWELS 0x314f
#define LETTER_END 0x3164
#define WIDE 0xff00 /* ASCII from '!' on, in the width of Hangul */

static const char leads[][2] = { "r", "R", "s", "e", "E", "f", "a", "q", "Q",
	"t", "T", "d", "w", "W", "c", "z", "x", "v", "g" };
static const char vowels[][3] = { "k", "o", "i", "O", "j", "p", "u", "P", "h",
	"hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l" };
static const char tails[][3] = { "", "r", "R", "rt", "s", "sw", "sg", "e",
	"f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
	"T", "d", "w", "c", "z", "x", "v", "g" };
static const char consonants[][3] = { "r", "R", "rt", "s", "sw", "sg", "e",
	"E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "Q",
	"qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g" };

static char *
put(char *to, const char *keys)
{
	while (*keys != '\0')
		*to++ = *keys++;
	return to;
}

/* Writes at most KEYBOARD_MOST keys. */
static char *
put_keys(char *to, int32_t c)
{
	int32_t s = c - SYLLABLES;

	if (s >= 0 && s < SYLLABLE_COUNT) {
		to = put(to, leads[s / (VOWELS * TAILS)]);
		to = put(to, vowels[s / TAILS % VOWELS]);
		return put(to, tails[s % TAILS]);
	}
	if (c >= LETTERS && c < LETTER_VOWELS)
		return put(to, consonants[c - LETTERS]);
	if (c >= LETTER_VOWELS && c < LETTER_END)
		return put(to, vowels[c - LETTER_VOWELS]);
	if (c > WIDE && c < WIDE + 0x7f - ' ')
		c += ' ' - WIDE;
	*to++ = c > 0 && c < 0x80 ? (char)c : (char)('a' + c % 26);
	return to;
}

size_t
keyboard_keys(struct str text, char *out, size_t max)
{
	char *to = out;
	size_t i = 0;
	int32_t c;

	while (i < text.n && (size_t)(to - out) + KEYBOARD_MOST < max) {
		c = utf8_next(text, &i);
		if (c < 0)
			break;
		to = put_keys(to, c);
	}
	*to = '\0';
	return (size_t)(to - out);
}
