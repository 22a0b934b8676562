/*
 * AVIF and HEIC: boxes of ISO/IEC 14496-12, of which only `ftyp` (what it is)
 * and, in `meta`, the `ispe` properties (how large) are read.  A file has one
 * `ispe` for each size that occurs in it - the picture, its tiles, its
 * thumbnail; the largest counts.
 */
#include "image_walk.h"

struct box {
	const unsigned char *type;
	struct image_bytes body;
};

static uint64_t
number(const unsigned char *p, int n)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Takes the first box off *rest.  False: there is no whole box. */
static bool
box_next(struct image_bytes *rest, struct box *out)
{
	uint64_t n, head = 8;

	if (rest->n < head)
		return false;
	n = number(rest->p, 4);
	if (n == 1) {
		head = 16;
		if (rest->n < head)
			return false;
		n = number(rest->p + 8, 8);
	} else if (n == 0) {
		n = rest->n; /* up to the end */
	}
	if (n < head || n > rest->n)
		return false;
	out->type = rest->p + 4;
	out->body = (struct image_bytes){ rest->p + head, n - head };
	rest->p += n;
	rest->n -= n;
	return true;
}

static bool
is_type(const unsigned char *p, const char *type)
{
	return memcmp(p, type, 4) == 0;
}

/* The first box within b that has the type. */
static bool
box_find(struct image_bytes b, const char *type, struct image_bytes *out)
{
	struct box x;

	while (box_next(&b, &x))
		if (is_type(x.type, type)) {
			*out = x.body;
			return true;
		}
	return false;
}

/* One brand says how the pixels are coded, others only that it is HEIF. */
static enum image_type
brand(const unsigned char *p, bool *heif)
{
	static const char *const hevc[] = {
		"heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs",
	};
	size_t i;

	if (is_type(p, "avif") || is_type(p, "avis"))
		return IMAGE_AVIF;
	for (i = 0; i < sizeof(hevc) / sizeof(hevc[0]); i++)
		if (is_type(p, hevc[i]))
			return IMAGE_HEIC;
	*heif = *heif || is_type(p, "mif1") || is_type(p, "msf1") ||
	    is_type(p, "mif2") || is_type(p, "miaf");
	return IMAGE_NONE;
}

enum image_type
image_walk_brand(struct image_bytes b)
{
	enum image_type t;
	bool heif = false;
	struct box x;
	size_t at;

	if (!box_next(&b, &x) || x.body.n < 8)
		return IMAGE_NONE;
	t = brand(x.body.p, &heif);
	/* after the first brand and its version: those it is fit for */
	for (at = 8; t == IMAGE_NONE && at + 4 <= x.body.n; at += 4)
		t = brand(x.body.p + at, &heif);
	return t == IMAGE_NONE && heif ? IMAGE_HEIC : t;
}

static bool
read_sizes(struct image_bytes meta, struct image_head *out)
{
	struct image_bytes props;
	uint64_t w, h;
	struct box x;

	if (meta.n < 4)
		return false;
	meta.p += 4; /* version and flags */
	meta.n -= 4;
	if (!box_find(meta, "iprp", &props) ||
	    !box_find(props, "ipco", &props))
		return false;
	while (box_next(&props, &x)) {
		if (!is_type(x.type, "ispe") || x.body.n < 12)
			continue;
		w = number(x.body.p + 4, 4);
		h = number(x.body.p + 8, 4);
		if (w * h > (uint64_t)out->width * (uint64_t)out->height) {
			out->width = (int64_t)w;
			out->height = (int64_t)h;
		}
	}
	return out->width > 0;
}

/* What follows when both the description and the data are there may be
 * anything; the decoder checks that every extent lies within the file. */
enum image_why
image_walk_boxes(struct image_bytes b, struct image_head *out)
{
	bool meta = false, data = false;
	struct box x;

	while (b.n > 0 && box_next(&b, &x)) {
		if (is_type(x.type, "mdat"))
			data = true;
		if (meta || !is_type(x.type, "meta"))
			continue;
		meta = true;
		if (!read_sizes(x.body, out))
			return IMAGE_DAMAGED;
	}
	if (b.n >= 8 && is_type(b.p + 4, "mdat"))
		return IMAGE_CUT;
	if (!meta)
		return b.n > 0 ? IMAGE_CUT : IMAGE_DAMAGED;
	/* without mdat the data may lie in the description (idat) */
	return b.n > 0 && !data ? IMAGE_CUT : IMAGE_FINE;
}
