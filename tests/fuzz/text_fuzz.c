/*
 * The words of a title of any bytes.  The first byte says how many words may
 * be given and whether there are tags.  Words are whole UTF-8, in form (the
 * words of a word of Latin letters are no others), within bounds; fewer words
 * are the first of more; nothing depends on what was done before.
 */
#include "../unit/fake.h"
#include "text.h"
#include "utf8.h"

#include <assert.h>

#define MOST 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Tags are words of an even number of bytes sum. */
static bool
is_tag(void *of, struct str word)
{
	size_t i;
	unsigned sum = 0;

	assert(of == NULL && word.n % 3 == 0 && word.n <= 36);
	for (i = 0; i < word.n; i++)
		sum += (unsigned char)word.p[i];
	return sum % 2 == 0;
}

static void
check_word(const struct text_word *word)
{
	struct str s = text_word_str(word);
	struct text_word normal;
	size_t i;

	assert(s.n > 0 && s.n <= TEXT_WORD_MAX);
	assert(utf8_length(s) > 0 && !utf8_has_control(s, false));
	for (i = 0; i < s.n; i++)
		assert(s.p[i] != ' ' && !(s.p[i] >= 'A' && s.p[i] <= 'Z'));
	/* a cut may part what was one character; a whole word stays as it is */
	if (s.n < TEXT_WORD_MAX - 12)
		assert(text_normal(s, &normal) &&
		    str_eq(s, text_word_str(&normal)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct text_word all[MOST], some[MOST];
	const struct text_more more = { is_tag, NULL }, *tags;
	struct str title;
	size_t i, found, most;

	if (n == 0 || !text_open())
		return n == 0 ? 0 : (abort(), 0);
	tags = data[0] & 1 ? &more : NULL;
	most = data[0] >> 1;
	title = (struct str){ (const char *)data + 1, n - 1 };
	found = text_words(title, tags, all, MOST);
	assert(found <= MOST);
	for (i = 0; i < found; i++)
		check_word(&all[i]);
	found = found < most ? found : most;
	assert(text_words(title, tags, some, most) == found);
	for (i = 0; i < found; i++)
		assert(str_eq(text_word_str(&all[i]),
		    text_word_str(&some[i])));
	return 0;
}
