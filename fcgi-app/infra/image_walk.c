/* JPEG (ITU T.81 annex B), PNG (W3C PNG 5), GIF89a, WebP (RFC 9649). */
#include "image_walk.h"

#include "conf.h"
#include "image_sizes.h"

static bool
has(struct image_bytes b, size_t at, const char *bytes, size_t n)
{
	return at <= b.n && n <= b.n - at && memcmp(b.p + at, bytes, n) == 0;
}

#define HAS(b, at, literal) has(b, at, literal, sizeof(literal) - 1)

static uint32_t
big(const unsigned char *p, int n)
{
	uint32_t v = 0;
	int i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint32_t
little(const unsigned char *p, int n)
{
	uint32_t v = 0;
	int i;

	for (i = n - 1; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

enum image_type
image_walk_type(struct image_bytes b)
{
	if (HAS(b, 0, "\xff\xd8\xff"))
		return IMAGE_JPEG;
	if (HAS(b, 0, "\x89PNG\r\n\x1a\n"))
		return IMAGE_PNG;
	if (HAS(b, 0, "GIF87a") || HAS(b, 0, "GIF89a"))
		return IMAGE_GIF;
	if (HAS(b, 0, "RIFF") && HAS(b, 8, "WEBP"))
		return IMAGE_WEBP;
	if (HAS(b, 4, "ftyp"))
		return image_walk_brand(b);
	return IMAGE_NONE;
}

/* The position of the next marker's second byte at or after at; b.n when there
 * is none.  Inside a scan FF 00 is a byte and FF D0..D7 are its restarts. */
static size_t
jpeg_marker(struct image_bytes b, size_t at, bool in_scan)
{
	for (; at + 1 < b.n; at++) {
		if (b.p[at] != 0xff || b.p[at + 1] == 0xff ||
		    b.p[at + 1] == 0)
			continue;
		if (!in_scan || b.p[at + 1] < 0xd0 || b.p[at + 1] > 0xd7)
			return at + 1;
	}
	return b.n;
}

/* A frame header: length, precision, height, width, components of which each
 * has an id, its sampling and a table. */
static bool
jpeg_frame(struct image_bytes seg, struct image_head *out)
{
	if (seg.n < 9 || out->width != 0)
		return false; /* short, or the second of its kind */
	out->height = big(seg.p + 3, 2);
	out->width = big(seg.p + 5, 2);
	out->fine = seg.p[7] != 3 || (seg.n >= 11 && seg.p[9] == 0x11);
	return out->width > 0 && out->height > 0;
}

static enum image_why
walk_jpeg(struct image_bytes b, struct image_head *out)
{
	struct image_bytes seg;
	size_t at = 2;
	bool in_scan = false;
	int m;

	for (;;) {
		at = jpeg_marker(b, at, in_scan);
		if (at >= b.n)
			return IMAGE_CUT;
		m = b.p[at++];
		if (m == 0xd9)
			return in_scan ? IMAGE_FINE : IMAGE_DAMAGED;
		if (m == 0x01 || (m >= 0xd0 && m <= 0xd8))
			continue;
		if (b.n - at < 2)
			return IMAGE_CUT;
		seg = (struct image_bytes){ b.p + at, big(b.p + at, 2) };
		if (seg.n < 2)
			return IMAGE_DAMAGED;
		if (seg.n > b.n - at)
			return IMAGE_CUT;
		at += seg.n;
		if (m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 &&
		    m != 0xcc && !jpeg_frame(seg, out))
			return IMAGE_DAMAGED;
		if (m == 0xda && out->width == 0)
			return IMAGE_DAMAGED;
		in_scan = in_scan || m == 0xda;
	}
}

static enum image_why
walk_png(struct image_bytes b, struct image_head *out)
{
	size_t at = 8, n;
	bool data = false;

	if (b.n < 33)
		return IMAGE_CUT;
	if (!HAS(b, 8, "\0\0\0\rIHDR"))
		return IMAGE_DAMAGED;
	out->width = big(b.p + 16, 4);
	out->height = big(b.p + 20, 4);
	while (b.n - at >= 12) {
		n = big(b.p + at, 4);
		if (n > b.n - at - 12)
			return IMAGE_CUT;
		if (HAS(b, at + 4, "IEND"))
			return data ? IMAGE_FINE : IMAGE_DAMAGED;
		data = data || HAS(b, at + 4, "IDAT");
		at += n + 12;
	}
	return IMAGE_CUT;
}

/* Bytes of a colour table, by the flags before it. */
static size_t
gif_table(int flags)
{
	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* The position after a row of sub-blocks; b.n + 1 when it is cut off. */
static size_t
gif_skip(struct image_bytes b, size_t at)
{
	while (at < b.n && b.p[at] != 0)
		at += (size_t)b.p[at] + 1;
	return at + 1;
}

/* A frame's place may lie outside the screen; then the screen is larger. */
static size_t
gif_frame(struct image_bytes b, size_t at, struct image_head *out)
{
	const unsigned char *p = b.p + at;
	int64_t right, bottom;

	if (b.n - at < 9)
		return b.n + 1;
	right = (int64_t)little(p, 2) + little(p + 4, 2);
	bottom = (int64_t)little(p + 2, 2) + little(p + 6, 2);
	if (right > out->width)
		out->width = right;
	if (bottom > out->height)
		out->height = bottom;
	out->frames++;
	return gif_skip(b, at + 9 + gif_table(p[8]) + 1);
}

static enum image_why
walk_gif(struct image_bytes b, struct image_head *out)
{
	size_t at;
	int kind;

	if (b.n < 13)
		return IMAGE_CUT;
	out->width = little(b.p + 6, 2);
	out->height = little(b.p + 8, 2);
	out->frames = 0;
	at = 13 + gif_table(b.p[10]);
	while (at < b.n) {
		kind = b.p[at++];
		if (kind == 0x3b)
			return out->frames > 0 ? IMAGE_FINE : IMAGE_DAMAGED;
		else if (kind == 0x21)
			at = gif_skip(b, at + 1);
		else if (kind == 0x2c)
			at = gif_frame(b, at, out);
		else if (kind != 0)
			return IMAGE_DAMAGED;
	}
	return IMAGE_CUT;
}

/* The size from a VP8 (lossy) or VP8L chunk. */
static bool
webp_still(struct image_bytes c, bool lossless, struct image_head *out)
{
	if (lossless) {
		if (!HAS(c, 0, "\x2f") || c.n < 5)
			return false;
		out->width = (little(c.p + 1, 4) & 0x3fff) + 1;
		out->height = (little(c.p + 1, 4) >> 14 & 0x3fff) + 1;
	} else {
		if (!HAS(c, 3, "\x9d\x01\x2a") || c.n < 10)
			return false;
		out->width = little(c.p + 6, 2) & 0x3fff;
		out->height = little(c.p + 8, 2) & 0x3fff;
	}
	out->frames++;
	return true;
}

static bool
webp_chunk(const char *id, struct image_bytes c, bool *canvas,
    struct image_head *out)
{
	struct image_head still = *out;

	if (memcmp(id, "VP8X", 4) == 0 && c.n >= 10) {
		*canvas = true;
		out->width = (int64_t)little(c.p + 4, 3) + 1;
		out->height = (int64_t)little(c.p + 7, 3) + 1;
		return true;
	}
	if (memcmp(id, "ANMF", 4) == 0) {
		out->frames++;
		return c.n >= 16;
	}
	if (memcmp(id, "VP8 ", 4) != 0 && memcmp(id, "VP8L", 4) != 0)
		return true;
	if (!webp_still(c, id[3] == 'L', &still))
		return false;
	/* beside a canvas the picture must fill it, RFC 9649 2.7 */
	if (*canvas && (still.width != out->width ||
	    still.height != out->height))
		return false;
	*out = still;
	out->lossless = id[3] == 'L';
	return true;
}

static enum image_why
walk_webp(struct image_bytes b, struct image_head *out)
{
	bool canvas = false;
	size_t at = 12, n, end;

	if (b.n < 20)
		return IMAGE_CUT;
	end = (size_t)little(b.p + 4, 4) + 8;
	if (end > b.n)
		return IMAGE_CUT;
	out->frames = 0;
	while (at < end && end - at >= 8) {
		n = little(b.p + at + 4, 4);
		if (n > end - at - 8)
			return IMAGE_DAMAGED;
		if (!webp_chunk((const char *)b.p + at,
		    (struct image_bytes){ b.p + at + 8, n }, &canvas, out))
			return IMAGE_DAMAGED;
		at += 8 + n + (n & 1);
	}
	return out->frames > 0 ? IMAGE_FINE : IMAGE_DAMAGED;
}

enum image_why
image_walk(struct image_bytes b, struct image_head *out)
{
	enum image_why why;

	*out = (struct image_head){ .type = image_walk_type(b), .frames = 1 };
	switch (out->type) {
	case IMAGE_JPEG:
		why = walk_jpeg(b, out);
		break;
	case IMAGE_PNG:
		why = walk_png(b, out);
		break;
	case IMAGE_GIF:
		why = walk_gif(b, out);
		break;
	case IMAGE_WEBP:
		why = walk_webp(b, out);
		break;
	case IMAGE_AVIF:
	case IMAGE_HEIC:
		why = image_walk_boxes(b, out);
		break;
	default:
		return b.n == 0 ? IMAGE_EMPTY : IMAGE_UNKNOWN;
	}
	if (why == IMAGE_FINE && (out->width < 1 || out->height < 1))
		return IMAGE_DAMAGED;
	return why;
}

enum image_why
image_walk_limits(const struct image_head *h)
{
	if (h->width > conf.pixels_max / h->height)
		return IMAGE_PIXELS;
	if (h->width > IMAGE_SIDE_MAX || h->height > IMAGE_SIDE_MAX)
		return IMAGE_TALL;
	if (h->frames > conf.frames_max)
		return IMAGE_FRAMES;
	if (h->frames > conf.pixels_max / (h->width * h->height))
		return IMAGE_ROLL;
	return IMAGE_FINE;
}
