/* Drawn pictures are PNG files that others read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "demo/draw.h"
#include "python.h"

static struct buf b, answer;

static const char script[] = "import io, sys\n"
    "from PIL import Image\n"
    "data = sys.stdin.buffer.read()\n"
    "Image.open(io.BytesIO(data)).verify()\n"
    "im = Image.open(io.BytesIO(data))\n"
    "im.load()\n"
    "sys.stdout.write('%s %s %dx%d %d' % (im.format, im.mode, im.width,\n"
    "    im.height, len(set(im.resize((16, 16)).getdata())) > 20))\n";

static void
assert_picture(int width, int height, unsigned seed)
{
	char want[100];

	buf_reset(&b, SIZE_MAX);
	buf_reset(&answer, SIZE_MAX);
	draw_png(&b, width, height, seed);
	assert_true(buf_ok(&b));
	assert_true(python(script, buf_view(&b), &answer));
	snprintf(want, sizeof(want), "PNG RGB %dx%d 1", width, height);
	buf_byte(&answer, '\0');
	assert_string_equal(answer.p, want);
}

static void
pictures(void **state)
{
	(void)state;
	assert_picture(16, 16, 0);
	assert_picture(64, 200, 1);
	assert_picture(2000, 16, 2);
	assert_picture(300, 450, 3);
	assert_picture(148, 148, 4294967295u); /* about one stored block */
}

static void
of_a_seed(void **state)
{
	struct buf again;

	(void)state;
	buf_open(&again, 64 << 20);
	buf_reset(&b, SIZE_MAX);
	draw_png(&b, 50, 40, 7);
	draw_png(&again, 50, 40, 7);
	assert_true(str_eq(buf_view(&b), buf_view(&again)));
	buf_reset(&again, SIZE_MAX);
	draw_png(&again, 50, 40, 8);
	assert_int_equal(b.n, again.n);
	assert_false(str_eq(buf_view(&b), buf_view(&again)));
	buf_close(&again);
}

static void
too_small_a_builder(void **state)
{
	struct buf small;

	(void)state;
	buf_open(&small, 1000);
	draw_png(&small, 50, 40, 7);
	assert_false(buf_ok(&small));
	assert_true(small.n <= 1000);
	buf_close(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures),
		cmocka_unit_test(of_a_seed),
		cmocka_unit_test(too_small_a_builder),
	};
	int failed;

	buf_open(&b, 64 << 20);
	buf_open(&answer, 1000);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_close(&b);
	buf_close(&answer);
	return failed;
}
