/* Widths of pictures: names, proportions, bounds, for every width there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "image_sizes.h"

#include <stdlib.h>

static const int widths[] = { 236, 474, 736, 1200 };

static void
check(int width, int height)
{
	struct image_size s[IMAGE_SIZES];
	int i, n = image_sizes(width, height, s);
	int first = image_sizes_first(s, n);
	double error;

	assert_in_range(n, 1, IMAGE_SIZES);
	for (i = 0; i < n; i++) {
		assert_int_equal(s[i].name, i);
		assert_in_range(s[i].width, 1,
		    width < widths[i] ? width : widths[i]);
		assert_in_range(s[i].height, 1, IMAGE_WEBP_SIDE);
		assert_true(s[i].height <= height);
		error = (double)s[i].height * width / height - s[i].width;
		/* half a pixel of the shorter side */
		assert_true(s[i].width == 1 || s[i].height == 1 ||
		    (error < 0 ? -error : error) <=
		    0.5 * width / height + 0.51);
	}
	for (i = 0; i < n - 1; i++)
		assert_true(widths[i] < width);
	assert_true(n == IMAGE_SIZES || widths[n - 1] >= width);
	assert_true(s[first].name <= 2);
	assert_true(first == n - 1 || s[first].name == 2);
}

static void
every_width(void **state)
{
	static const int heights[] = { 1, 2, 3, 99, 1000, 16383, 16384, 50000,
		IMAGE_SIDE_MAX };
	size_t i;
	int w;

	(void)state;
	for (i = 0; i < sizeof(heights) / sizeof(heights[0]); i++)
		for (w = 1; w <= IMAGE_SIDE_MAX; w += w < 3000 ? 1 : 997)
			check(w, heights[i]);
}

static void
examples(void **state)
{
	struct image_size s[IMAGE_SIZES];

	(void)state;
	assert_int_equal(image_sizes(4000, 3000, s), 4);
	assert_int_equal(s[0].width, 236);
	assert_int_equal(s[0].height, 177);
	assert_int_equal(s[3].width, 1200);
	assert_int_equal(s[3].height, 900);
	assert_int_equal(image_sizes_first(s, 4), 2);
	assert_int_equal(image_sizes(300, 400, s), 2);
	assert_int_equal(s[1].width, 300);
	assert_int_equal(s[1].height, 400);
	assert_int_equal(image_sizes_first(s, 2), 1);
	assert_int_equal(image_sizes(100, 50000, s), 1);
	assert_int_equal(s[0].width, 33);
	assert_int_equal(s[0].height, IMAGE_WEBP_SIDE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_width),
		cmocka_unit_test(examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
