/* base64, three bytes and four characters at a time. */
#include "base64.h"

static const char url_set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_";
static const char mail_set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

static char *
encode(char *to, const char *set, const unsigned char *p, size_t n)
{
	uint32_t v;
	size_t i, j, had;

	for (i = 0; i < n; i += 3) {
		had = n - i < 3 ? n - i : 3;
		v = (uint32_t)p[i] << 16;
		v |= had > 1 ? (uint32_t)p[i + 1] << 8 : 0;
		v |= had > 2 ? p[i + 2] : 0;
		for (j = 0; j <= had; j++)
			*to++ = set[v >> (18 - 6 * j) & 63];
	}
	return to;
}

void
base64_url(char *out, const void *p, size_t n)
{
	*encode(out, url_set, p, n) = '\0';
}

void
base64_padded(char *out, const void *p, size_t n)
{
	char *to = encode(out, mail_set, p, n);

	while ((to - out) % 4 != 0)
		*to++ = '=';
	*to = '\0';
}

/* The six bits of c, or -1. */
static int
bits_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool
base64_url_read(struct str text, void *out, size_t max, size_t *n)
{
	unsigned char *to = out;
	uint32_t held = 0;
	int bits, waiting = 0;
	size_t i;

	if (text.n % 4 == 1 || text.n / 4 * 3 + text.n % 4 * 3 / 4 > max)
		return false;
	for (i = 0; i < text.n; i++) {
		bits = bits_of(text.p[i]);
		if (bits < 0)
			return false;
		held = held << 6 | (uint32_t)bits;
		waiting += 6;
		if (waiting < 8)
			continue;
		waiting -= 8;
		*to++ = (unsigned char)(held >> waiting);
		held &= (1u << waiting) - 1;
	}
	*n = (size_t)(to - (unsigned char *)out);
	return held == 0;
}
