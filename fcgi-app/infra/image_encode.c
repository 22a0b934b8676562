/*
 * From pixels to files.
 *
 * The settings were measured on photographs of 12 megapixels (processor time
 * on one core): WebP of 736 pixels takes 22 ms with effort 2 and 43 ms with
 * effort 4, for 4 in a hundred fewer bytes; PNG of the whole 0.9 s at level 4
 * with filters, 3 s at level 6, for as little.  GIF is not dithered: its
 * frames have few colours already, and dithering them doubles the time and
 * lengthens the file.
 */
#include "image_pixels.h"

#include "image_jpeg.h"
#include "image_vips.h"
#include "image_webp.h"

/* Lossless WebP needs 28 bytes of memory a pixel. */
#define LOSSLESS_MAX (8 * 1000 * 1000)
/* A longer animation is packed in a hurry. */
#define ROLL_QUICK (10 * 1000 * 1000)

static int
save_webp(VipsImage *in, const struct image_encoding *how, void **p, size_t *n)
{
	int64_t pixels = (int64_t)in->Xsize * in->Ysize;
	bool moves = vips_image_get_page_height(in) < in->Ysize;
	bool lossless = how->original && how->source->lossless && !moves &&
	    pixels <= LOSSLESS_MAX;
	int effort = moves ? pixels > ROLL_QUICK ? 0 : 2 : lossless ? 0 :
	    how->quick || how->original ? 2 : 4;

	if (vips_webpsave_buffer(in, p, n, "Q", how->original ? 90 : 80,
	    "effort", effort, "lossless", lossless, NULL) != 0)
		return -1;
	return image_webp_clean(*p, n) ? 0 : -1;
}

/* From the source itself, where that shows the same; else as it would be
 * written from that. */
static int
save_jpeg(VipsImage *in, const struct image_encoding *how, void **p, size_t *n)
{
	bool fine = how->source->type == IMAGE_JPEG && how->source->fine;
	void *again;
	size_t len;

	if (how->same.p != NULL && image_jpeg_repack(how->same, p, n))
		return 0;
	if (vips_jpegsave_buffer(in, p, n, "Q", 90, "strip", TRUE,
	    "subsample_mode", fine ? VIPS_FOREIGN_SUBSAMPLE_OFF :
	    VIPS_FOREIGN_SUBSAMPLE_ON, NULL) != 0)
		return -1;
	if (image_jpeg_repack((struct image_bytes){ *p, *n }, &again, &len)) {
		g_free(*p);
		*p = again;
		*n = len;
	}
	return 0;
}

enum image_why
image_pixels_encode(VipsImage *in, const struct image_encoding *how, void **p,
    size_t *n)
{
	int failed = -1;

	*p = NULL;
	*n = 0;
	if (how->type == IMAGE_WEBP)
		failed = save_webp(in, how, p, n);
	else if (how->type == IMAGE_JPEG)
		failed = save_jpeg(in, how, p, n);
	else if (how->type == IMAGE_PNG)
		failed = vips_pngsave_buffer(in, p, n, "compression", 4,
		    "filter", VIPS_FOREIGN_PNG_FILTER_ALL, "strip", TRUE, NULL);
	else if (how->type == IMAGE_GIF)
		failed = vips_gifsave_buffer(in, p, n, "reuse", TRUE,
		    "dither", 0.0, "effort", 3, NULL);
	return failed == 0 ? IMAGE_FINE : image_pixels_why();
}
