/*
 * What a picture says of itself, read from its bytes without any decoder.
 *
 * The walk goes over the structure that holds the pixels - JPEG segments, PNG
 * chunks, GIF blocks, RIFF chunks, ISO boxes - and over none of the pixels.  So
 * the limits hold before a decoder has seen a byte, and a file whose end is
 * missing is known as such, which the decoders do not always tell.  What lies
 * after the end of the picture is not looked at; it does not survive.
 *
 * It is pure: bytes in, facts out, no memory of its own.  The decoder's idea
 * of the size is compared with the limits again (image_pixels.c), since a
 * hostile file may tell each reader something else.
 */
#ifndef INFRA_IMAGE_WALK_H
#define INFRA_IMAGE_WALK_H

#include "image_wire.h"

struct image_head {
	enum image_type type;
	int64_t width, height; /* as stored, not turned; of one frame */
	int64_t frames;
	bool lossless; /* WebP only: a still of VP8L */
	bool fine;     /* JPEG only: colour is as fine as brightness */
};

struct image_bytes {
	const unsigned char *p;
	size_t n;
};

/* The type by the first bytes; IMAGE_NONE if it is none of ours. */
enum image_type image_walk_type(struct image_bytes b);
/* Fills *out.  IMAGE_FINE, IMAGE_EMPTY, IMAGE_UNKNOWN, IMAGE_CUT or
 * IMAGE_DAMAGED. */
enum image_why image_walk(struct image_bytes b, struct image_head *out);
/* Is that within conf.pixels_max and conf.frames_max?  All frames together
 * may have as many pixels as one picture may have. */
enum image_why image_walk_limits(const struct image_head *h);

/* image_walk_box.c: AVIF and HEIC. */
enum image_type image_walk_brand(struct image_bytes b);
enum image_why image_walk_boxes(struct image_bytes b, struct image_head *out);

#endif
