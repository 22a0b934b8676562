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
