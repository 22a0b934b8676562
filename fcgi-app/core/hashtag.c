/* Hashtags.  See hashtag.h. */
#include "hashtag.h"

#include "utf8.h"

static bool
is_tag_letter(int32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= 0x3131 && c <= 0xd7a3) || utf8_is_digit(c);
}

size_t
hashtag_end(struct str text, size_t from)
{
	size_t i = from, end = from;

	while (i < text.n && is_tag_letter(utf8_next(text, &i)))
		end = i;
	return end;
}

struct str
hashtag_plain(struct arena *a, struct str text)
{
	char *to = arena_alloc(a, text.n + 1);
	size_t i = 0, end, n = 0;
	bool space;

	while (i < text.n) {
		end = text.p[i] == '#' ? hashtag_end(text, i + 1) : i;
		space = end > i + 1 || text.p[i] == ' ';
		/* one where several were, none at the start */
		if (!space)
			to[n++] = text.p[i];
		else if (n > 0 && to[n - 1] != ' ')
			to[n++] = ' ';
		i = end > i + 1 ? end : i + 1;
	}
	if (n > 0 && to[n - 1] == ' ')
		n--;
	return n > 0 ? (struct str){ to, n } : text;
}
