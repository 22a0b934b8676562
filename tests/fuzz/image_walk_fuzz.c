/*
 * Headers of pictures, without a decoder: any bytes.  What is fine has a size
 * and frames; a copy with one byte less is read without a byte too far; and a
 * WebP file that was cleaned once is clean: nothing goes a second time.
 */
#include "conf.h"
#include "image_walk.h"
#include "image_webp.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
walk(const uint8_t *data, size_t n)
{
	unsigned char *p = malloc(n + 1);
	struct image_head h;

	memcpy(p, data, n);
	if (image_walk((struct image_bytes){ p, n }, &h) == IMAGE_FINE) {
		assert(h.type != IMAGE_NONE && h.width > 0 && h.height > 0 &&
		    h.frames > 0);
		image_walk_limits(&h);
	}
	free(p);
}

static void
clean(const uint8_t *data, size_t n)
{
	unsigned char *p = malloc(n + 1);
	size_t once = n, twice;

	memcpy(p, data, n);
	if (image_webp_clean(p, &once)) {
		assert(once <= n);
		twice = once;
		assert(image_webp_clean(p, &twice) && twice == once);
	}
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (conf.pixels_max == 0 && !conf_load(NULL))
		abort();
	walk(data, n);
	if (n > 0)
		walk(data, n - 1);
	clean(data, n);
	return 0;
}
