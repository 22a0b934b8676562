/* Facts about pixels: what is known of pictures that are easy to describe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "image_facts.h"

#include <string.h>

static unsigned char rgba[FACTS_BYTES];

static void
paint(int x0, int y0, int x1, int y1, uint32_t colour, int alpha)
{
	unsigned char *p;
	int x, y;

	for (y = y0; y < y1; y++)
		for (x = x0; x < x1; x++) {
			p = rgba + 4 * (y * FACTS_W + x);
			p[0] = (unsigned char)(colour >> 16);
			p[1] = (unsigned char)(colour >> 8);
			p[2] = (unsigned char)colour;
			p[3] = (unsigned char)alpha;
		}
}

static void
fill(uint32_t colour)
{
	paint(0, 0, FACTS_W, FACTS_H, colour, 255);
}

static void
one_colour(void **state)
{
	static const uint32_t colours[] = { 0, 0xffffff, 0xff0000, 0x00ff00,
		0x0000ff, 0x123456, 0x808080, 0x010101 };
	uint32_t out[FACTS_COLOURS];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		fill(colours[i]);
		assert_int_equal(image_facts_palette(rgba, out), 1);
		assert_int_equal(out[0], colours[i]);
		assert_int_equal(image_facts_dhash(rgba), 0);
	}
}

static void
widest_first(void **state)
{
	/* rows of each, of 64 */
	static const struct {
		uint32_t colour;
		int rows;
	} bands[] = { { 0xe01010, 5 }, { 0x1010e0, 30 }, { 0x10e010, 9 },
		{ 0xf0f0f0, 12 }, { 0x101010, 8 } };
	static const uint32_t want[] = { 0x1010e0, 0xf0f0f0, 0x10e010,
		0x101010, 0xe01010 };
	uint32_t out[FACTS_COLOURS];
	int i, y = 0;

	(void)state;
	for (i = 0; i < 5; i++) {
		paint(0, y, FACTS_W, y + bands[i].rows, bands[i].colour, 255);
		y += bands[i].rows;
	}
	assert_int_equal(y, FACTS_H);
	assert_int_equal(image_facts_palette(rgba, out), 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(out[i], want[i]);
}

/* More colours than places; alike ones are one; rare ones are none. */
static void
many_colours(void **state)
{
	uint32_t out[FACTS_COLOURS];
	int i, n;

	(void)state;
	for (i = 0; i < 24; i++)
		paint(3 * i, 0, 3 * i + 3, FACTS_H,
		    (uint32_t)(i * 10) << 16 | (uint32_t)(255 - i * 10), 255);
	n = image_facts_palette(rgba, out);
	assert_in_range(n, 3, FACTS_COLOURS);
	for (i = 0; i < n; i++)
		assert_int_equal(out[i] & 0xff00, 0);

	fill(0x203040);
	paint(0, 0, 30, 30, 0x213141, 255);
	paint(50, 50, 56, 57, 0xff0000, 255); /* 42 of 4,608 */
	assert_int_equal(image_facts_palette(rgba, out), 1);
}

static void
see_through_has_no_colour(void **state)
{
	uint32_t out[FACTS_COLOURS];
	char one[FACTS_BLURHASH + 1], two[FACTS_BLURHASH + 1];

	(void)state;
	paint(0, 0, FACTS_W, FACTS_H, 0xff0000, 0);
	assert_int_equal(image_facts_palette(rgba, out), 1);
	assert_int_equal(out[0], 0xffffff);
	image_facts_blurhash(rgba, one);
	fill(0xffffff);
	image_facts_blurhash(rgba, two);
	assert_string_equal(one, two);

	paint(0, 0, FACTS_W, 40, 0xff0000, 0);
	paint(0, 40, FACTS_W, FACTS_H, 0x0000ff, 255);
	assert_int_equal(image_facts_palette(rgba, out), 1);
	assert_int_equal(out[0], 0x0000ff);
}

static void
hash_bits(void **state)
{
	int i;

	(void)state;
	/* lighter to the right, then darker */
	for (i = 0; i < 9; i++)
		paint(8 * i, 0, 8 * i + 8, FACTS_H, (uint32_t)i * 0x0a0a0a,
		    255);
	assert_int_equal(image_facts_dhash(rgba), UINT64_MAX);
	for (i = 0; i < 9; i++)
		paint(8 * i, 0, 8 * i + 8, FACTS_H, 0xffffff -
		    (uint32_t)i * 0x0a0a0a, 255);
	assert_int_equal(image_facts_dhash(rgba), 0);
	/* one light field: the bit before it, in its row */
	fill(0);
	paint(8, 0, 16, 8, 0xffffff, 255);
	assert_int_equal(image_facts_dhash(rgba), UINT64_C(1) << 63);
	fill(0);
	paint(64, 56, 72, 64, 0xffffff, 255);
	assert_int_equal(image_facts_dhash(rgba), 1);
}

/* Black has nothing but its size and strength: nine on a scale of 0..18 is
 * zero, and 3429 = 9 * 361 + 9 * 19 + 9 is "fQ" in base 83.  White is
 * 0xffffff = "TSUA", with a little of each wave (strength 4: 2 / 72 and 2 / 64
 * of 1), for the formula takes its cosines at the pixels' edges. */
static void
placeholder_of_one_colour(void **state)
{
	char out[FACTS_BLURHASH + 1];

	(void)state;
	fill(0);
	image_facts_blurhash(rgba, out);
	assert_string_equal(out, "L00000fQfQfQfQfQfQfQfQfQfQfQ");
	fill(0xffffff);
	image_facts_blurhash(rgba, out);
	assert_int_equal(strlen(out), FACTS_BLURHASH);
	assert_memory_equal(out, "L4TSUA", 6);
}

/* The same on either side: the same average, the first wave upside down. */
static void
placeholder_of_halves(void **state)
{
	char left[FACTS_BLURHASH + 1], right[FACTS_BLURHASH + 1];

	(void)state;
	fill(0);
	paint(0, 0, FACTS_W / 2, FACTS_H, 0xffffff, 255);
	image_facts_blurhash(rgba, left);
	fill(0);
	paint(FACTS_W / 2, 0, FACTS_W, FACTS_H, 0xffffff, 255);
	image_facts_blurhash(rgba, right);
	assert_memory_equal(left + 2, right + 2, 4);
	/* 18 of 18 and 0 of 18 in each colour */
	assert_memory_equal(left + 6, "~q", 2);
	assert_memory_equal(right + 6, "00", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_colour),
		cmocka_unit_test(widest_first),
		cmocka_unit_test(many_colours),
		cmocka_unit_test(see_through_has_no_colour),
		cmocka_unit_test(hash_bits),
		cmocka_unit_test(placeholder_of_one_colour),
		cmocka_unit_test(placeholder_of_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
