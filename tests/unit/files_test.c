/* A picture's list of files: written, read, chosen from, shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "files.h"

static struct buf b;

static const char *
json_of(const char *files)
{
	buf_reset(&b, SIZE_MAX);
	files_json_all(&b, str_of(files));
	buf_byte(&b, '\0');
	return b.p;
}

#define LIST "3f9c-1z 236=236x354.webp 736=736x1104.webp 1200=1200x1800.webp" \
	" original=4000x6000.jpg"

static void
read_one_by_one(void **state)
{
	static const struct {
		const char *name, *ext;
		int64_t width, height;
	} want[] = { { "236", "webp", 236, 354 }, { "736", "webp", 736, 1104 },
		{ "1200", "webp", 1200, 1800 },
		{ "original", "jpg", 4000, 6000 } };
	struct file_name f;
	struct str rest, key = files_key(STR(LIST), &rest);
	size_t i;

	(void)state;
	assert_true(str_eq(key, STR("3f9c-1z")));
	for (i = 0; i < 4; i++) {
		assert_true(files_next(&rest, &f));
		assert_true(str_eq(f.name, str_of(want[i].name)));
		assert_true(str_eq(f.ext, str_of(want[i].ext)));
		assert_true(f.width == want[i].width);
		assert_true(f.height == want[i].height);
	}
	assert_false(files_next(&rest, &f));
	assert_false(files_next(&rest, &f));
	assert_true(str_eq(files_key(STR("key"), &rest), STR("key")));
	assert_false(files_next(&rest, &f));
	assert_int_equal(files_key(STR(""), &rest).n, 0);
}

static void
written_and_read(void **state)
{
	struct file_name f;
	struct str rest;
	int64_t width, height;

	(void)state;
	for (width = 1; width < 1000000; width = width * 3 + 1) {
		height = 1000000 - width;
		buf_reset(&b, SIZE_MAX);
		buf_printf(&b, "key %lld=%lldx%lld.webp", (long long)width,
		    (long long)width, (long long)height);
		(void)files_key(buf_view(&b), &rest);
		assert_true(files_next(&rest, &f));
		assert_true(f.width == width && f.height == height);
	}
}

/* What nobody writes ends the list; it is not read as something else. */
static void
not_a_list(void **state)
{
	static const char *const bad[] = { "k a", "k a=", "k a=1", "k a=1x",
		"k a=1x2", "k a=1x2.", "k =x.", "k a=x2.w", "k a=1x.w",
		"k a=-x1.w", "k a=01x2.w", "k a=1.5x2.w", "k a=1x2x3.w",
		"k x=1.w", "k a.w" };
	struct file_name f;
	struct str rest;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)files_key(str_of(bad[i]), &rest);
		assert_false(files_next(&rest, &f));
		assert_false(files_image(str_of(bad[i]), &f));
		assert_string_equal(json_of(bad[i]), "[]");
	}
}

static void
assert_image(const char *files, const char *want)
{
	struct file_name f;
	bool found = files_image(str_of(files), &f);

	assert_int_equal(found, want != NULL);
	if (found)
		assert_true(str_eq(f.name, str_of(want)));
}

static void
the_one_that_stands_for_it(void **state)
{
	(void)state;
	assert_image(LIST, "736");
	assert_image("k 236=236x1.webp 474=474x1.webp original=500x1.jpg",
	    "474");
	assert_image("k 100=100x1.webp original=100x1.png", "100");
	assert_image("k 1200=1200x1.webp original=4000x1.jpg", "1200");
	assert_image("k 736=736x1.webp 236=236x1.webp", "736");
	assert_image("k original=100x1.png", NULL);
	assert_image("k", NULL);
	assert_image("", NULL);
}

static void
shown(void **state)
{
	struct file_name f = { STR("736"), STR("webp"), 736, 1104 };

	(void)state;
	assert_string_equal(json_of("3f9c-1z 236=236x354.webp "
	    "original=4000x6000.jpg"),
	    "[{\"width\":236,\"height\":354,"
	    "\"url\":\"/media/3f/3f9c-1z/236.webp\"},"
	    "{\"width\":4000,\"height\":6000,"
	    "\"url\":\"/media/3f/3f9c-1z/original.jpg\"}]");
	assert_string_equal(json_of("3f9c-1z"), "[]");
	buf_reset(&b, SIZE_MAX);
	files_path(&b, STR("3f9c-1z"), &f);
	assert_true(str_eq(buf_view(&b), STR("3f/3f9c-1z/736.webp")));
	conf.media_url = "https://cdn.example/m";
	assert_non_null(strstr(json_of("3f9c-1z 236=236x354.webp"),
	    "\"https://cdn.example/m/3f/3f9c-1z/236.webp\""));
	conf.media_url = "/media";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_one_by_one),
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(not_a_list),
		cmocka_unit_test(the_one_that_stands_for_it),
		cmocka_unit_test(shown),
	};
	int failed;

	buf_open(&b, 100000);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_close(&b);
	return failed;
}
