/* Sizes of pictures. */
#include "image_sizes.h"

static const int widths[IMAGE_SIZES] = { 236, 474, 736, 1200 };
#define FIRST 2 /* index of 736 */

/* to * by / from, rounded, at least 1 */
static int
scale(int to, int by, int from)
{
	int64_t v = ((int64_t)to * by + from / 2) / from;

	return v < 1 ? 1 : (int)v;
}

int
image_sizes(int width, int height, struct image_size out[IMAGE_SIZES])
{
	int w, h, n = 0;

	do {
		w = width < widths[n] ? width : widths[n];
		h = scale(height, w, width);
		if (h > IMAGE_WEBP_SIDE) {
			w = scale(w, IMAGE_WEBP_SIDE, h);
			h = IMAGE_WEBP_SIDE;
		}
		out[n] = (struct image_size){ n, w, h };
	} while (widths[n++] < width && n < IMAGE_SIZES);
	return n;
}

int
image_sizes_first(const struct image_size *sizes, int n)
{
	int i = n - 1;

	while (sizes[i].name > FIRST)
		i--;
	return i;
}
