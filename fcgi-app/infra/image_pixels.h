/*
 * From bytes to pixels: decoding, scaling, colour, orientation, with libvips.
 *
 * What comes out of here is always the same: in memory, upright, sRGB, eight
 * bits, three or four bands, frames one below the other, and nothing attached
 * but what an animation needs.  Fields are kept by a list, not removed by one.
 *
 * libvips is called with the one decoder that fits the type, never with its
 * own guess; every other decoder is blocked.  Its cache is off and it works
 * with one thread.  Images are reference counted: who gets one from here drops
 * it with g_object_unref.
 */
#ifndef INFRA_IMAGE_PIXELS_H
#define INFRA_IMAGE_PIXELS_H

#include "image_walk.h"

typedef struct _VipsImage VipsImage;

struct image_look {
	struct image_bytes bytes;
	const struct image_head *head;
	int width, height; /* upright, of one frame */
	int frames;
	int orientation; /* EXIF 1..8 */
};

/* Makes libvips ready, before any child is forked and without starting a
 * thread.  False: logged. */
bool image_pixels_open(void);

/* Asks the decoder for the size, and holds it against the limits once more. */
enum image_why image_pixels_look(struct image_bytes b,
    const struct image_head *h, struct image_look *out);
/* Decodes every pixel of the picture and scales it down to width x height,
 * which must have its proportions; JPEG and WebP are scaled while they are
 * decoded.  IMAGE_CUT and IMAGE_DAMAGED where a part cannot be decoded. */
enum image_why image_pixels_decode(const struct image_look *l, int width,
    int height, VipsImage **out);
/* A smaller copy of what image_pixels_decode made. */
enum image_why image_pixels_shrink(VipsImage *in, int width, int height,
    VipsImage **out);
/* Its first frame alone. */
enum image_why image_pixels_still(VipsImage *in, VipsImage **out);
/* A square of its first frame alone. */
enum image_why image_pixels_square(VipsImage *in, struct image_square square,
    VipsImage **out);
/* Its first frame in w x h pixels of four bytes, out of proportion. */
enum image_why image_pixels_small(VipsImage *in, int w, int h,
    unsigned char *rgba);

/* The picture as a file of the type.  original: it stands for the source,
 * else for one of the sizes; same: the source, a JPEG that shows what the
 * picture shows, or none.  *p is made by g_malloc, or malloc: they are one. */
struct image_encoding {
	enum image_type type;
	bool original, quick;
	const struct image_head *source;
	struct image_bytes same;
};
enum image_why image_pixels_encode(VipsImage *in,
    const struct image_encoding *how, void **p, size_t *n);

/* The reason for libvips's last error, which is forgotten. */
enum image_why image_pixels_why(void);

#endif
