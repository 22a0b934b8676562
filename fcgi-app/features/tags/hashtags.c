/* Hashtags in a text. */
#include "hashtags.h"

#include "hashtag.h"
#include "utf8.h"

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
		end = hashtag_end(text, ++at);
		tag = str_sub(text, at, end);
		if (tag.n > 0 && !is_there(a, out, n, tag))
			out[n++] = tag;
		at = end;
	}
	return n;
}
