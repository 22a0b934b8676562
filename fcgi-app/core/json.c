/* Writing JSON.  Runs of bytes that need no escape are copied whole. */
#include "json.h"

#include "clock.h"

/* 0: as it is, 1: \u00XX, 2: U+2028/9 may begin here, else the letter after
 * the backslash. */
static const unsigned char escape[256] = {
	[0 ... 7] = 1, [11] = 1, [14 ... 31] = 1,
	['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	['"'] = '"', ['\\'] = '\\', ['<'] = 1, [127] = 1, [0xe2] = 2,
};

static bool
is_separator(struct str s, size_t i)
{
	return i + 2 < s.n && (unsigned char)s.p[i + 1] == 0x80 &&
	    ((unsigned char)s.p[i + 2] & 0xfe) == 0xa8;
}

void
json_str(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t i, from = 0;
	unsigned char c, kind;

	buf_byte(b, '"');
	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		kind = escape[c];
		if (kind == 0 || (kind == 2 && !is_separator(s, i)))
			continue;
		buf_add(b, s.p + from, i - from);
		if (kind == 2) {
			buf_add(b, s.p[i + 2] & 1 ? "\\u2029" : "\\u2028", 6);
			i += 2;
		} else if (kind == 1) {
			buf_add(b, "\\u00", 4);
			buf_byte(b, hex[c >> 4]);
			buf_byte(b, hex[c & 15]);
		} else {
			buf_byte(b, '\\');
			buf_byte(b, (char)kind);
		}
		from = i + 1;
	}
	buf_add(b, s.p + from, s.n - from);
	buf_byte(b, '"');
}

void
json_raw(struct buf *b, struct str s)
{
	size_t i, from = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '<') {
			buf_add(b, s.p + from, i - from);
			buf_add(b, "\\u003c", 6);
			from = i + 1;
		} else if ((unsigned char)s.p[i] == 0xe2 &&
		    is_separator(s, i)) {
			buf_add(b, s.p + from, i - from);
			buf_add(b, s.p[i + 2] & 1 ? "\\u2029" : "\\u2028", 6);
			i += 2;
			from = i + 1;
		}
	}
	buf_add(b, s.p + from, s.n - from);
}

void
json_comma(struct buf *b)
{
	char last = b->n > 0 ? b->p[b->n - 1] : '{';

	if (last != '{' && last != '[' && last != ':' && last != ',')
		buf_byte(b, ',');
}

void
json_key(struct buf *b, const char *key)
{
	json_comma(b);
	buf_byte(b, '"');
	buf_str(b, str_of(key));
	buf_add(b, "\":", 2);
}

void
json_time(struct buf *b, int64_t us)
{
	char text[32] = "\"";
	int n = clock_iso(text + 1, us);

	text[n + 1] = '"';
	buf_add(b, text, (size_t)n + 2);
}
