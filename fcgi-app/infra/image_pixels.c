/* Decoding, scaling, colour, orientation. */
#include "image_pixels.h"

#include "image_vips.h"
#include "log.h"

#define FRAMES_KEPT "page-height"

static void
quiet(const gchar *domain, GLogLevelFlags level, const gchar *text,
    gpointer arg)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)arg;
}

bool
image_pixels_open(void)
{
	static const char *const allowed[] = {
		"VipsForeignLoadJpeg", "VipsForeignLoadPng",
		"VipsForeignLoadNsgif", "VipsForeignLoadWebp",
		"VipsForeignLoadHeif",
	};
	size_t i;

	g_log_set_default_handler(quiet, NULL);
	if (vips_init("pinwall") != 0) {
		log_error("image: libvips: %s", vips_error_buffer());
		return false;
	}
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	/* it compiles at run time, which the sandbox does not allow */
	vips_vector_set_enabled(FALSE);
	vips_operation_block_set("VipsForeignLoad", TRUE);
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (g_type_from_name(allowed[i]) == 0) {
			log_error("image: libvips has no %s", allowed[i]);
			return false;
		}
		vips_operation_block_set(allowed[i], FALSE);
	}
	return true;
}

enum image_why
image_pixels_why(void)
{
	const char *text = vips_error_buffer();
	enum image_why why = IMAGE_DAMAGED;

	if (strstr(text, "out of memory") != NULL)
		why = IMAGE_MEMORY;
	vips_error_clear();
	return why;
}

/* The picture, not decoded yet; JPEG in 1/shrink and WebP in part of its
 * size.  fail_on: what is broken is refused, not painted grey. */
static VipsImage *
load(struct image_bytes b, const struct image_head *h, int shrink, double part)
{
	void *p = (void *)(uintptr_t)b.p;
	VipsImage *out = NULL;

#define COMMON "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", \
	VIPS_FAIL_ON_ERROR, NULL
	switch (h->type) {
	case IMAGE_JPEG:
		vips_jpegload_buffer(p, b.n, &out, "shrink", shrink, COMMON);
		break;
	case IMAGE_PNG:
		vips_pngload_buffer(p, b.n, &out, COMMON);
		break;
	case IMAGE_GIF:
		vips_gifload_buffer(p, b.n, &out, "n", -1, COMMON);
		break;
	case IMAGE_WEBP:
		/* else it would want a file for more than 100 MB */
		vips_webpload_buffer(p, b.n, &out, "n", -1, "scale", part,
		    "memory", TRUE, COMMON);
		break;
	case IMAGE_AVIF:
	case IMAGE_HEIC:
		vips_heifload_buffer(p, b.n, &out, COMMON);
		break;
	default:
		break;
	}
#undef COMMON
	return out;
}

/* Does the orientation lay the picture on its side? */
static bool
is_turned(const struct image_look *l)
{
	return l->orientation >= 5;
}

enum image_why
image_pixels_look(struct image_bytes b, const struct image_head *h,
    struct image_look *out)
{
	g_autoptr(VipsImage) in = load(b, h, 1, 1);
	struct image_head seen = *h;

	if (in == NULL)
		return image_pixels_why();
	seen.width = in->Xsize;
	seen.height = vips_image_get_page_height(in);
	seen.frames = in->Ysize / seen.height;
	*out = (struct image_look){ .bytes = b, .head = h,
		.width = (int)seen.width, .height = (int)seen.height,
		.frames = (int)seen.frames, .orientation = 1 };
	if (seen.frames == 1)
		out->orientation = vips_image_get_orientation(in);
	if (is_turned(out)) {
		out->width = (int)seen.height;
		out->height = (int)seen.width;
	}
	return image_walk_limits(&seen);
}

/* Scales one frame.  See-through pixels must not lend their colour to their
 * neighbours, so alpha is multiplied in before and out after. */
static VipsImage *
scale(VipsImage *in, int width, int height)
{
	g_autoptr(VipsImage) weighted = NULL, small = NULL, plain = NULL;
	VipsImage *out = NULL;
	double across = (double)width / in->Xsize;
	double down = (double)height / in->Ysize;

	if (width == in->Xsize && height == in->Ysize)
		return g_object_ref(in);
	if (!vips_image_hasalpha(in)) {
		vips_resize(in, &out, across, "vscale", down, NULL);
		return out;
	}
	if (vips_premultiply(in, &weighted, NULL) == 0 &&
	    vips_resize(weighted, &small, across, "vscale", down, NULL) == 0 &&
	    vips_unpremultiply(small, &plain, NULL) == 0)
		vips_cast(plain, &out, in->BandFmt, NULL);
	return out;
}

/* Scales each frame of a roll on its own, so that none bleeds into the next.
 * The roll must be in memory. */
static VipsImage *
scale_roll(VipsImage *in, int frames, int width, int height)
{
	int each = in->Ysize / frames, i, n = 0;
	g_autofree VipsImage **list = g_new0(VipsImage *, frames);
	VipsImage *frame, *roll = NULL, *out = NULL;

	if (width == in->Xsize && height == each)
		return g_object_ref(in);
	for (i = 0; i < frames; i++) {
		if (vips_crop(in, &frame, 0, i * each, in->Xsize, each,
		    NULL) != 0)
			break;
		list[i] = scale(frame, width, height);
		g_object_unref(frame);
		if (list[i] == NULL)
			break;
		n++;
	}
	if (n == frames && vips_arrayjoin(list, &roll, n, "across", 1,
	    NULL) == 0 && vips_copy(roll, &out, NULL) == 0)
		vips_image_set_int(out, FRAMES_KEPT, height);
	for (i = 0; i < n; i++)
		g_object_unref(list[i]);
	if (roll != NULL)
		g_object_unref(roll);
	return out;
}

/* A profile that cannot be used is passed over, as browsers do. */
static VipsImage *
to_srgb(VipsImage *in)
{
	g_autoptr(VipsImage) managed = NULL, plain = NULL, few = NULL;
	VipsImage *out = NULL;

	if (vips_image_get_typeof(in, VIPS_META_ICC_NAME) == 0 ||
	    vips_icc_transform(in, &managed, "srgb", "embedded", TRUE,
	    "depth", 8, NULL) != 0)
		managed = g_object_ref(in);
	if (vips_colourspace(managed, &plain, VIPS_INTERPRETATION_sRGB,
	    NULL) != 0)
		return NULL;
	if (plain->Bands > 4) {
		if (vips_extract_band(plain, &few, 0, "n", 4, NULL) != 0)
			return NULL;
	} else {
		few = g_object_ref(plain);
	}
	vips_cast(few, &out, VIPS_FORMAT_UCHAR, NULL);
	return out;
}

/* In memory and upright. */
static VipsImage *
settle(VipsImage *in, int orientation)
{
	g_autoptr(VipsImage) stored = vips_image_copy_memory(in);
	g_autoptr(VipsImage) upright = NULL;

	if (stored == NULL || orientation == 1)
		return g_steal_pointer(&stored);
	if (vips_autorot(stored, &upright, NULL) != 0)
		return NULL;
	return vips_image_copy_memory(upright);
}

/* Without any field but those of an animation; a resolution like any other. */
static VipsImage *
clean(VipsImage *in)
{
	static const char *const kept[] = {
		FRAMES_KEPT, "delay", "loop", "gif-palette", NULL,
	};
	VipsImage *out = NULL;
	char **fields;
	int i;

	if (vips_copy(in, &out, "xres", 72 / 25.4, "yres", 72 / 25.4,
	    NULL) != 0)
		return NULL;
	fields = vips_image_get_fields(out);
	for (i = 0; fields[i] != NULL; i++)
		if (!g_strv_contains(kept, fields[i]))
			vips_image_remove(out, fields[i]);
	g_strfreev(fields);
	return out;
}

/* Into how small a picture it may be decoded that is at least as large as
 * wanted. */
static VipsImage *
open_scaled(const struct image_look *l, int width, int height)
{
	int shrink = 1;
	double part = 1;

	if (l->frames > 1)
		return load(l->bytes, l->head, 1, 1);
	while (shrink < 8 && l->width / (2 * shrink) >= width &&
	    l->height / (2 * shrink) >= height)
		shrink *= 2;
	part = fmax((double)width / l->width, (double)height / l->height);
	return load(l->bytes, l->head, shrink, fmin(1, part));
}

/* libjpeg paints grey what it cannot decode, and only warns; libvips keeps the
 * first warning of a picture.  Some cameras' harmless faults warn as well, so
 * not every warning is one. */
static enum image_why
complaint(void)
{
	const char *text = vips_error_buffer();
	enum image_why why = IMAGE_FINE;

	if (strstr(text, "premature end") != NULL)
		why = IMAGE_CUT;
	else if (strstr(text, "Corrupt JPEG data") != NULL &&
	    strstr(text, "extraneous bytes") == NULL)
		why = IMAGE_DAMAGED;
	vips_error_clear();
	return why;
}

/* Each step takes the one before; the first that fails ends it. */
enum image_why
image_pixels_decode(const struct image_look *l, int width, int height,
    VipsImage **out)
{
	g_autoptr(VipsImage) in = open_scaled(l, width, height);
	g_autoptr(VipsImage) roll = NULL, small = NULL, plain = NULL;
	g_autoptr(VipsImage) upright = NULL;

	*out = NULL;
	if (in == NULL)
		return image_pixels_why();
	if (l->frames > 1) {
		roll = vips_image_copy_memory(in);
		if (roll != NULL)
			small = scale_roll(roll, l->frames, width, height);
	} else {
		small = is_turned(l) ? scale(in, height, width) :
		    scale(in, width, height);
	}
	if (small != NULL)
		plain = to_srgb(small);
	if (plain != NULL)
		upright = settle(plain, l->orientation);
	if (upright != NULL)
		*out = clean(upright);
	return *out != NULL ? complaint() : image_pixels_why();
}

/* Frames in a roll that came from here. */
static int
frames_of(VipsImage *in)
{
	return in->Ysize / vips_image_get_page_height(in);
}

enum image_why
image_pixels_shrink(VipsImage *in, int width, int height, VipsImage **out)
{
	g_autoptr(VipsImage) small = scale_roll(in, frames_of(in), width,
	    height);

	*out = small != NULL ? vips_image_copy_memory(small) : NULL;
	return *out != NULL ? IMAGE_FINE : image_pixels_why();
}

enum image_why
image_pixels_still(VipsImage *in, VipsImage **out)
{
	g_autoptr(VipsImage) frame = NULL;

	*out = NULL;
	if (vips_crop(in, &frame, 0, 0, in->Xsize,
	    vips_image_get_page_height(in), NULL) == 0)
		*out = vips_image_copy_memory(frame);
	return *out != NULL ? IMAGE_FINE : image_pixels_why();
}

enum image_why
image_pixels_square(VipsImage *in, struct image_square square, VipsImage **out)
{
	g_autoptr(VipsImage) part = NULL;

	*out = NULL;
	if (vips_crop(in, &part, square.x, square.y, square.size, square.size,
	    NULL) == 0)
		*out = vips_image_copy_memory(part);
	return *out != NULL ? IMAGE_FINE : image_pixels_why();
}

enum image_why
image_pixels_small(VipsImage *in, int w, int h, unsigned char *rgba)
{
	g_autoptr(VipsImage) frame = NULL, small = NULL, stored = NULL;
	const unsigned char *p;
	int i, bands = in->Bands;

	if (vips_crop(in, &frame, 0, 0, in->Xsize,
	    vips_image_get_page_height(in), NULL) == 0)
		small = scale(frame, w, h);
	if (small != NULL)
		stored = vips_image_copy_memory(small);
	if (stored == NULL)
		return image_pixels_why();
	p = VIPS_IMAGE_ADDR(stored, 0, 0);
	for (i = 0; i < w * h; i++) {
		memcpy(rgba + 4 * i, p + bands * i, 3);
		rgba[4 * i + 3] = bands == 4 ? p[bands * i + 3] : 255;
	}
	return IMAGE_FINE;
}
