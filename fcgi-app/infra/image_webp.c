/* WebP without metadata. */
#include "image_webp.h"

#include <stdint.h>
#include <string.h>

#define HEAD 12 /* RIFF, length, WEBP */
#define ANIMATION 0x02
#define ALPHA 0x10

static uint32_t
get(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
put(unsigned char *p, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static bool
is_kept(const unsigned char *chunk)
{
	static const char kept[][5] = {
		"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF",
	};
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (memcmp(chunk, kept[i], 4) == 0)
			return true;
	return false;
}

bool
image_webp_clean(unsigned char *p, size_t *n)
{
	size_t from = HEAD, to = HEAD, len;
	unsigned char *chunk;

	if (*n < HEAD || memcmp(p, "RIFF", 4) != 0 ||
	    memcmp(p + 8, "WEBP", 4) != 0)
		return false;
	while (from < *n) {
		chunk = p + from;
		if (*n - from < 8)
			return false;
		len = (size_t)get(chunk + 4) + 8;
		len += len & 1;
		if (len > *n - from)
			return false;
		from += len;
		if (memcmp(chunk, "VP8X", 4) == 0) {
			if (len < 18)
				return false;
			chunk[8] &= ANIMATION | ALPHA;
			/* nothing left to announce: not needed */
			if (chunk[8] == 0)
				continue;
		}
		if (is_kept(chunk)) {
			memmove(p + to, chunk, len);
			to += len;
		}
	}
	put(p + 4, (uint32_t)(to - 8));
	*n = to;
	return to > HEAD;
}
