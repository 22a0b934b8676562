/*
 * Writes a JPEG anew without decoding its pixels.
 *
 * What a JPEG stores are coefficients; only how they are packed is undone and
 * done again here, as jpegtran does.  So nothing of the picture is lost, and
 * nothing else survives: no metadata, no tables and no structure of the
 * sender's, nothing after the end.  What was written here is written again to
 * the same bytes: an export that is imported and exported is the same.
 *
 * It belongs where pictures are decoded, after they were.
 */
#ifndef INFRA_IMAGE_JPEG_H
#define INFRA_IMAGE_JPEG_H

#include "image_walk.h"

/* *p is made by malloc, *n its length.  False, and nothing was made: there is
 * a colour profile, it is neither grey nor YCbCr, or something is wrong with
 * it, be it that a decoder would only warn. */
bool image_jpeg_repack(struct image_bytes b, void **p, size_t *n);

#endif
