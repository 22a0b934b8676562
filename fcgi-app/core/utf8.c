/* UTF-8, and normal forms by libutf8proc. */
#include "utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

int32_t
utf8_next(struct str s, size_t *i)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (*i < s.n && (unsigned char)s.p[*i] < 0x80)
		return s.p[(*i)++];
	n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + *i,
	    (utf8proc_ssize_t)(s.n - *i), &c);
	if (n <= 0)
		return -1;
	*i += (size_t)n;
	return c;
}

int64_t
utf8_length(struct str s)
{
	size_t i = 0;
	int64_t n;

	for (n = 0; i < s.n; n++)
		if (utf8_next(s, &i) < 0)
			return -1;
	return n;
}

bool
utf8_has_control(struct str s, bool lines)
{
	size_t i = 0;
	int32_t c;

	while (i < s.n) {
		c = utf8_next(s, &i);
		if (lines && (c == '\n' || c == '\t'))
			continue;
		if (c < 32 || (c >= 127 && c < 160))
			return true;
	}
	return false;
}

/* Below U+0300 nothing combines; Hangul syllables and Han are whole. */
static bool
is_plain(int32_t c)
{
	return c < 0x300 || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3131 && c <= 0x318e);
}

static struct str
map(struct arena *a, struct str s, int options, utf8proc_custom_func each)
{
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t n;

	n = utf8proc_map_custom((const utf8proc_uint8_t *)s.p,
	    (utf8proc_ssize_t)s.n, &made, (utf8proc_option_t)options, each,
	    NULL);
	if (n < 0)
		return s;
	s = arena_dup(a, (struct str){ (const char *)made, (size_t)n });
	free(made);
	return s;
}

struct str
utf8_nfc(struct arena *a, struct str s)
{
	size_t i = 0;

	while (i < s.n)
		if (!is_plain(utf8_next(s, &i)))
			return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE,
			    NULL);
	return s;
}

/* I with a dot is two characters when Unicode folds it, and i in the database
 * (lower() with C.UTF-8): the only one of which they make different texts. */
static utf8proc_int32_t
fold_dot(utf8proc_int32_t c, void *arg)
{
	(void)arg;
	return c == 0x130 ? 'i' : c;
}

struct str
utf8_fold(struct arena *a, struct str s)
{
	return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	    UTF8PROC_CASEFOLD, fold_dot);
}

bool
utf8_is_digit(int32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9';
	return utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

static bool
is_space(int32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 ||
	    c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	    c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

struct str
utf8_trim(struct str s)
{
	size_t i, at = 0, end = 0, begin = s.n;
	int32_t c;

	for (i = 0; i < s.n; at = i) {
		c = utf8_next(s, &i);
		if (c < 0)
			return s;
		if (is_space(c))
			continue;
		if (begin == s.n)
			begin = at;
		end = i;
	}
	return end > begin ? str_sub(s, begin, end) : str_sub(s, 0, 0);
}
