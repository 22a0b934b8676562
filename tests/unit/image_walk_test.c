/*
 * Headers of pictures without a decoder, and WebP without metadata: crafted
 * files, each cut at every byte, and random ones.  Every file lies in memory
 * of exactly its length, so that a byte read too far is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "image_walk.h"
#include "image_webp.h"

#include <stdlib.h>

struct file {
	struct str bytes;
	enum image_type type;
	int width, height, frames;
};

#define BYTES(s) { s, sizeof(s) - 1 }
#define ISPE(w, h) "\0\0\0\x14" "ispe" "\0\0\0\0" w h
#define META(ispe) "\0\0\0\x38" "meta" "\0\0\0\0" "\0\0\0\x2c" "iprp" \
	"\0\0\0\x24" "ipco" ispe "\0\0\0\x08" "free"

static const struct file files[] = {
	{ BYTES("\xff\xd8\xff\xe0\0\x04" "AB" "\xff\xff\xc0\0\x0b\x08"
	    "\x01\x02\x03\x04\x01\x01\x11\0" "\xff\xda\0\x04" "CD"
	    "x\xff\0y\xff\xd3z" "\xff\xda\0\x02" "w\xff\xd9"),
	    IMAGE_JPEG, 0x304, 0x102, 1 },
	{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x20"
	    "\x08\x02\0\0\0CRC!\0\0\0\x03IDATabcCRC!\0\0\0\0IENDCRC!"),
	    IMAGE_PNG, 256, 32, 1 },
	{ BYTES("GIF89a\x10\0\x08\0\x80\0\0abcdef!\xf9\x04wxyz\0"
	    "\x2c\0\0\0\0\x10\0\x08\0\0\x02\x01x\0"
	    "\x2c\x08\0\0\0\x10\0\x08\0\x80" "abcdef\x02\x01x\0;"),
	    IMAGE_GIF, 24, 8, 2 },
	{ BYTES("RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0abc\x9d\x01\x2a"
	    "\x40\x01\xf0\0"), IMAGE_WEBP, 320, 240, 1 },
	{ BYTES("RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f\xff\xc0"
	    "\x3f\0\0"), IMAGE_WEBP, 256, 256, 1 },
	{ BYTES("RIFF\x46\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0"
	    "\x3f\x01\0\xef\0\0" "ANMF\x10\0\0\0" "0123456789abcdef"
	    "ANMF\x10\0\0\0" "0123456789abcdef"), IMAGE_WEBP, 320, 240, 2 },
	{ BYTES("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"
	    META(ISPE("\0\0\x02\x80", "\0\0\x01\xe0"))
	    "\0\0\0\x0c" "mdatabcd"), IMAGE_HEIC, 640, 480, 1 },
	{ BYTES("\0\0\0\x1c" "ftypmif1\0\0\0\0miafavifmif1"
	    META(ISPE("\0\0\x02\x80", "\0\0\x01\xe0"))
	    "\0\0\0\0" "mdatabcd"), IMAGE_AVIF, 640, 480, 1 },
};
#define N_FILES (sizeof(files) / sizeof(files[0]))

/* The walk over the first n bytes, which are all there is. */
static enum image_why
walk(struct str s, size_t n, struct image_head *h)
{
	unsigned char *p = malloc(n > 0 ? n : 1);
	enum image_why why;

	if (n > 0)
		memcpy(p, s.p, n);
	why = image_walk((struct image_bytes){ p, n }, h);
	free(p);
	return why;
}

static void
headers(void **state)
{
	struct image_head h;
	size_t i;

	(void)state;
	for (i = 0; i < N_FILES; i++) {
		assert_int_equal(walk(files[i].bytes, files[i].bytes.n, &h),
		    IMAGE_FINE);
		assert_int_equal(h.type, files[i].type);
		assert_int_equal(h.width, files[i].width);
		assert_int_equal(h.height, files[i].height);
		assert_int_equal(h.frames, files[i].frames);
	}
}

/* A file without its last byte is never whole, except where a box says that
 * it reaches to the end, whatever the end is; and before the last box of an
 * ISO file, which need not have that one: there the decoder knows. */
static bool
may_end(const struct file *f, size_t n)
{
	if (f->type == IMAGE_AVIF && n >= f->bytes.n - 4)
		return true;
	return (f->type == IMAGE_AVIF || f->type == IMAGE_HEIC) &&
	    n == f->bytes.n - 12;
}

static void
every_cut(void **state)
{
	struct image_head h;
	size_t i, n;
	enum image_why why;

	(void)state;
	for (i = 0; i < N_FILES; i++)
		for (n = 0; n < files[i].bytes.n; n++) {
			why = walk(files[i].bytes, n, &h);
			assert_int_equal(why == IMAGE_FINE,
			    may_end(&files[i], n));
			assert_true(n > 0 ? why != IMAGE_EMPTY :
			    why == IMAGE_EMPTY);
		}
}

static void
more_after_the_end(void **state)
{
	char text[400];
	struct image_head h;
	size_t i, n;

	(void)state;
	for (i = 0; i < N_FILES; i++) {
		n = files[i].bytes.n;
		memcpy(text, files[i].bytes.p, n);
		memcpy(text + n, "<?php phpinfo();", 16);
		assert_int_equal(walk((struct str){ text, n + 16 }, n + 16,
		    &h), IMAGE_FINE);
		assert_int_equal(h.width, files[i].width);
		assert_int_equal(h.frames, files[i].frames);
	}
}

/* Each byte of each file in turn is something else; and random files with a
 * good beginning.  Nothing is read that is not there, and what is fine has a
 * size. */
static void
broken(void **state)
{
	uint64_t seed = 1;
	char text[400];
	struct image_head h;
	size_t i, at, n;
	int round;

	(void)state;
	for (round = 0; round < 200000; round++) {
		i = (size_t)round % N_FILES;
		n = files[i].bytes.n;
		memcpy(text, files[i].bytes.p, n);
		for (at = 0; at < 3; at++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			text[(seed >> 33) % n] = (char)(seed >> 25);
		}
		if (walk((struct str){ text, n }, n - (seed >> 60), &h) !=
		    IMAGE_FINE)
			continue;
		assert_true(h.width > 0 && h.height > 0 && h.frames > 0);
		image_walk_limits(&h);
	}
}

static void
limits(void **state)
{
	struct image_head h = { IMAGE_PNG, 5000, 10000, 1, false, false };

	(void)state;
	assert_true(conf_load(NULL));
	assert_int_equal(image_walk_limits(&h), IMAGE_FINE);
	h.width++;
	assert_int_equal(image_walk_limits(&h), IMAGE_PIXELS);
	h.width = h.height = UINT32_MAX;
	assert_int_equal(image_walk_limits(&h), IMAGE_PIXELS);
	h.height = 1;
	assert_int_equal(image_walk_limits(&h), IMAGE_PIXELS);
	h.width = 65501;
	assert_int_equal(image_walk_limits(&h), IMAGE_TALL);
	h.width = 500;
	h.height = 500;
	h.frames = 200;
	assert_int_equal(image_walk_limits(&h), IMAGE_FINE);
	h.frames = 201;
	assert_int_equal(image_walk_limits(&h), IMAGE_FRAMES);
	h.frames = 200;
	h.height = 501;
	assert_int_equal(image_walk_limits(&h), IMAGE_ROLL);
}

static void
colour_is_fine(void **state)
{
	char text[200];
	struct image_head h;
	struct str one = files[0].bytes;

	(void)state;
	assert_int_equal(walk(one, one.n, &h), IMAGE_FINE);
	assert_true(h.fine); /* grey */
	memcpy(text, one.p, one.n);
	/* three components, of which the first has two samples */
	text[18] = 3;
	text[20] = 0x22;
	assert_int_equal(walk((struct str){ text, one.n }, one.n, &h),
	    IMAGE_FINE);
	assert_false(h.fine);
	text[20] = 0x11;
	assert_int_equal(walk((struct str){ text, one.n }, one.n, &h),
	    IMAGE_FINE);
	assert_true(h.fine);
}

/* image_webp_clean on a copy of exactly its length. */
static bool
clean(const char *bytes, size_t n, unsigned char *out, size_t *left)
{
	unsigned char *p = malloc(n);
	bool good;

	memcpy(p, bytes, n);
	*left = n;
	good = image_webp_clean(p, left);
	if (good)
		memcpy(out, p, *left);
	free(p);
	return good;
}

#define PIXELS "VP8 \x06\0\0\0pixels"
#define EXIF "EXIF\x05\0\0\0place\0"

static void
webp_without_metadata(void **state)
{
	static const char full[] = "RIFF\x3c\0\0\0WEBP"
	    "VP8X\x0a\0\0\0\x2c\0\0\0\x3f\0\0\x3f\0\0" PIXELS EXIF;
	static const char seen[] = "RIFF\x20\0\0\0WEBP"
	    "VP8X\x0a\0\0\0\x1c\0\0\0\x3f\0\0\x3f\0\0" "XMP \x02\0\0\0hi"
	    PIXELS EXIF "ODD \0\0\0\0";
	static const char want[] = "RIFF\x24\0\0\0WEBP"
	    "VP8X\x0a\0\0\0\x10\0\0\0\x3f\0\0\x3f\0\0" PIXELS;
	unsigned char out[200];
	size_t n, i;

	(void)state;
	assert_true(clean(full, sizeof(full) - 1, out, &n));
	assert_int_equal(n, 12 + 14);
	assert_memory_equal(out, "RIFF\x12\0\0\0WEBP" PIXELS, n);
	assert_true(clean(seen, sizeof(seen) - 1, out, &n));
	assert_int_equal(n, sizeof(want) - 1);
	assert_memory_equal(out, want, n);
	for (i = 0; i < sizeof(full) - 1; i++)
		if (clean(full, i, out, &n))
			assert_int_equal(i, 44);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),
		cmocka_unit_test(headers),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(more_after_the_end),
		cmocka_unit_test(broken),
		cmocka_unit_test(colour_is_fine),
		cmocka_unit_test(webp_without_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
