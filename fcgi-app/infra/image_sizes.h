/*
 * The widths in which a picture is served, as pure arithmetic.
 */
#ifndef INFRA_IMAGE_SIZES_H
#define INFRA_IMAGE_SIZES_H

#include "image_wire.h"

#define IMAGE_WEBP_SIDE 16383 /* the largest side of a WebP file */
#define IMAGE_SIDE_MAX 65500     /* of a JPEG file as libjpeg writes it */

struct image_size {
	int name; /* index of its name */
	int width, height;
};

/* The sizes of a picture of width x height pixels, narrowest first; how many
 * there are.  Never wider than the picture: the first that is not narrower is
 * the last.  A height over IMAGE_WEBP_SIDE is cut to it, the width in
 * proportion. */
int image_sizes(int width, int height, struct image_size out[IMAGE_SIZES]);
/* Which of them is made first: "736", or the widest below it. */
int image_sizes_first(const struct image_size *sizes, int n);

#endif
