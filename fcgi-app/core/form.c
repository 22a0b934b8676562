/* Pairs in text. */
#include "form.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
decode(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t i, n = 0;
	int high, low;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '+') {
			p[n++] = ' ';
		} else if (s.p[i] != '%') {
			p[n++] = s.p[i];
		} else {
			high = i + 2 < s.n ? hex(s.p[i + 1]) : -1;
			low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			p[n++] = (char)(high << 4 | low);
			i += 2;
		}
	}
	p[n] = '\0';
	*out = (struct str){ p, n };
	return true;
}

enum form_step
form_next(struct arena *a, struct str *rest, struct str *name,
    struct str *value)
{
	struct str piece;
	size_t amp, eq;

	do {
		if (rest->n == 0)
			return FORM_END;
		amp = str_find(*rest, '&', 0);
		piece = str_sub(*rest, 0, amp);
		*rest = str_sub(*rest, amp + 1, rest->n);
	} while (piece.n == 0);
	eq = str_find(piece, '=', 0);
	if (!decode(a, str_sub(piece, 0, eq), name) ||
	    !decode(a, str_sub(piece, eq + 1, piece.n), value))
		return FORM_BAD;
	return FORM_PAIR;
}

/* RFC 6265's cookie-octet. */
static bool
is_cookie_text(struct str s)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		if (c <= 32 || c >= 127 || strchr("\",;\\", c) != NULL)
			return false;
	}
	return s.n > 0;
}

struct str
cookie_find(struct str header, struct str name)
{
	struct str found = STR_NONE, piece;
	size_t at = 0, semi, eq;

	while (at < header.n) {
		semi = str_find(header, ';', at);
		piece = str_trim(str_sub(header, at, semi));
		at = semi + 1;
		eq = str_find(piece, '=', 0);
		if (eq == piece.n || !str_eq(str_sub(piece, 0, eq), name))
			continue;
		if (found.p != NULL)
			return STR_NONE;
		found = str_sub(piece, eq + 1, piece.n);
		if (found.n >= 2 && found.p[0] == '"' &&
		    found.p[found.n - 1] == '"')
			found = str_sub(found, 1, found.n - 1);
	}
	return is_cookie_text(found) ? found : STR_NONE;
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

struct str
form_encode(struct arena *a, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = arena_alloc(a, s.n * 3 + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++) {
		if (is_unreserved(s.p[i])) {
			p[n++] = s.p[i];
			continue;
		}
		p[n++] = '%';
		p[n++] = digits[(unsigned char)s.p[i] >> 4];
		p[n++] = digits[s.p[i] & 15];
	}
	p[n] = '\0';
	return (struct str){ p, n };
}
