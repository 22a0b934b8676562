/* Hashtags in a text. */
#include "hashtags.h"
#include "utf8.h"

static bool
is_tag_letter(int32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= 0x3131 && c <= 0xd7a3) || utf8_is_digit(c);
}

/* The end of the run of tag letters that begins at byte `from`. */
static size_t
run_end(struct str text, size_t from)
{
	size_t i = from, end = from;

	while (i < text.n && is_tag_letter(utf8_next(text, &i)))
		end = i;
	return end;
}

static bool
is_there(struct arena *a, const struct str *out, int n, struct str tag)
{
	struct str folded = utf8_fold(a, tag);
	int i;

	for (i = 0; i < n; i++)
		if (str_eq(utf8_fold(a, out[i]), folded))
			return true;
	return false;
}

int
hashtags_of(struct arena *a, struct str text, struct str *out, int max)
{
	size_t at = 0, end;
	struct str tag;
	int n = 0;

	while (n < max && (at = str_find(text, '#', at)) < text.n) {
		end = run_end(text, ++at);
		tag = str_sub(text, at, end);
		if (tag.n > 0 && !is_there(a, out, n, tag))
			out[n++] = tag;
		at = end;
	}
	return n;
}
