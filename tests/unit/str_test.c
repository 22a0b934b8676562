/* Texts, numbers and builders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "str.h"

static void
numbers_that_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 }, { "1", 1 }, { "-1", -1 }, { "9", 9 }, { "10", 10 },
		{ "2147483646", 2147483646 }, { "2147483647", 2147483647 },
		{ "2147483648", 2147483648 }, { "-2147483649", -2147483649 },
		{ "9007199254740991", 9007199254740991 },
		{ "9007199254740993", 9007199254740993 },
		{ "9223372036854775806", INT64_MAX - 1 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775807", INT64_MIN + 1 },
		{ "-9223372036854775808", INT64_MIN },
	};
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		v = 7;
		assert_true(str_int(str_of(good[i].text), &v));
		assert_true(v == good[i].value);
	}
	/* only what the length says */
	assert_true(str_int((struct str){ "123x", 3 }, &v) && v == 123);
}

static void
numbers_that_are_not(void **state)
{
	static const char *const bad[] = {
		"", "-", "+", "+1", "-0", "00", "01", "-01", "007", " 1", "1 ",
		"\t1", "1\n", "1.0", "1.", ".5", "1e3", "1e400", "0x10", "0b1",
		"0o7", "1_000", "1,000", "--1", "- 1", "1-", "a", "nan", "inf",
		"9223372036854775808", "-9223372036854775809",
		"18446744073709551615", "18446744073709551616",
		"99999999999999999999999999999999999999",
		"-99999999999999999999999999999999999999",
		"\xef\xbc\x91",         /* FULLWIDTH DIGIT ONE */
		"1\xef\xbc\x91", "\xd9\xa1", /* ARABIC-INDIC DIGIT ONE */
		"\xe2\x88\x92" "1",     /* MINUS SIGN */
	};
	int64_t v = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (str_int(str_of(bad[i]), &v))
			fail_msg("\"%s\" is taken for %lld", bad[i],
			    (long long)v);
	assert_false(str_int((struct str){ "1\0", 2 }, &v));
	assert_false(str_int((struct str){ "\0" "1", 2 }, &v));
	assert_false(str_int(STR_NONE, &v));
	assert_int_equal(v, 7);
}

static void
compared(void **state)
{
	(void)state;
	assert_null(str_of(NULL).p);
	assert_true(str_of("").p != NULL && str_of("").n == 0);
	assert_true(str_eq(STR("a"), STR("a")));
	assert_false(str_eq(STR("a"), STR("A")));
	assert_false(str_eq(STR("a"), STR("ab")));
	assert_true(str_eq(STR(""), STR_NONE));
	assert_true(str_eq((struct str){ "a\0b", 3 },
	    (struct str){ "a\0b", 3 }));
	assert_false(str_eq((struct str){ "a\0b", 3 },
	    (struct str){ "a\0c", 3 }));
	assert_true(str_eq_nocase(STR("aZ-09"), STR("Az-09")));
	/* only letters have a case: @ and ` are 32 apart too */
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_false(str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
	assert_false(str_eq_nocase(STR("a"), STR("aa")));
	assert_true(str_starts(STR("abc"), STR("")));
	assert_true(str_starts(STR("abc"), STR("abc")));
	assert_false(str_starts(STR("abc"), STR("abcd")));
	assert_false(str_starts(STR_NONE, STR("a")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_ends(STR("abc"), STR("")));
	assert_false(str_ends(STR("abc"), STR("ab")));
	assert_false(str_ends(STR("c"), STR("bc")));
}

static void
parts(void **state)
{
	struct str s = STR("abcdef");

	(void)state;
	assert_true(str_eq(str_sub(s, 1, 3), STR("bc")));
	assert_true(str_eq(str_sub(s, 0, 99), s));
	assert_int_equal(str_sub(s, 6, 99).n, 0);
	assert_int_equal(str_sub(s, 99, 100).n, 0);
	assert_int_equal(str_sub(s, 4, 2).n, 0);
	assert_int_equal(str_sub(STR_NONE, 1, 2).n, 0);
	assert_int_equal(str_find(s, 'a', 0), 0);
	assert_int_equal(str_find(s, 'a', 1), 6);
	assert_int_equal(str_find(s, 'f', 5), 5);
	assert_int_equal(str_find(s, 'f', 6), 6);
	assert_int_equal(str_find(s, 'f', 600), 6);
	assert_int_equal(str_find(STR_NONE, 'f', 0), 0);
	assert_true(str_eq(str_trim(STR(" \t a b\t ")), STR("a b")));
	assert_true(str_eq(str_trim(STR("\na\n")), STR("\na\n")));
	assert_int_equal(str_trim(STR(" \t ")).n, 0);
	assert_int_equal(str_trim(STR_NONE).n, 0);
}

static void
builder_has_a_maximum(void **state)
{
	struct buf b;
	size_t max, n;

	(void)state;
	for (max = 0; max < 600; max += 7) {
		buf_open(&b, max);
		for (n = 0; n < max; n++)
			buf_byte(&b, 'x');
		assert_true(buf_ok(&b));
		assert_int_equal(b.n, max);
		buf_byte(&b, 'y');
		assert_false(buf_ok(&b));
		assert_int_equal(b.n, max);
		assert_true(b.cap <= max);
		buf_close(&b);
	}
}

static void
builder_error_stays(void **state)
{
	struct buf b;

	(void)state;
	buf_open(&b, 4);
	buf_add(&b, "abc", 3);
	buf_add(&b, "de", 2); /* does not fit: nothing of it is there */
	assert_true(str_eq(buf_view(&b), STR("abc")));
	assert_false(buf_ok(&b));
	buf_byte(&b, 'd'); /* would fit, but comes after an error */
	buf_int(&b, 1);
	buf_printf(&b, "%s", "");
	assert_null(buf_room(&b, 0));
	assert_true(str_eq(buf_view(&b), STR("abc")));
	buf_reset(&b, SIZE_MAX);
	assert_true(buf_ok(&b));
	assert_int_equal(b.n, 0);
	assert_true(b.cap > 0);
	buf_add(&b, "abcd", 4);
	assert_true(buf_ok(&b));
	buf_reset(&b, 3);
	assert_int_equal(b.cap, 0);
	buf_close(&b);
	assert_int_equal(b.max, 4);
	assert_true(buf_view(&b).p != NULL);
	buf_add(&b, NULL, 0); /* nothing of nowhere is fine */
	buf_str(&b, STR_NONE);
	assert_true(buf_ok(&b));
	assert_null(buf_room(&b, SIZE_MAX));
	assert_false(buf_ok(&b));
	buf_close(&b);
}

static void
builder_numbers_and_formats(void **state)
{
	struct buf b;

	(void)state;
	buf_open(&b, 1000);
	buf_int(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_int(&b, INT64_MAX);
	buf_byte(&b, ' ');
	buf_int(&b, 0);
	buf_byte(&b, ' ');
	buf_int(&b, -10);
	buf_printf(&b, " %s%c%5.1f", "ok", '!', 2.25);
	assert_true(str_eq(buf_view(&b), STR("-9223372036854775808 "
	    "9223372036854775807 0 -10 ok!  2.2")));
	buf_close(&b);
	/* a format needs room for the NUL that it is written with */
	buf_open(&b, 4);
	buf_printf(&b, "%s", "abcd");
	assert_false(buf_ok(&b));
	assert_int_equal(b.n, 0);
	buf_reset(&b, SIZE_MAX);
	buf_printf(&b, "%s", "abc");
	assert_true(str_eq(buf_view(&b), STR("abc")));
	buf_close(&b);
}

static void
builder_room(void **state)
{
	struct buf b;
	char *p;

	(void)state;
	buf_open(&b, 10000);
	p = buf_room(&b, 5000);
	assert_non_null(p);
	memset(p, 'a', 5000);
	buf_took(&b, 3);
	assert_true(str_eq(buf_view(&b), STR("aaa")));
	assert_non_null(buf_room(&b, 9997));
	assert_null(buf_room(&b, 9998));
	buf_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_are_read),
		cmocka_unit_test(numbers_that_are_not),
		cmocka_unit_test(compared),
		cmocka_unit_test(parts),
		cmocka_unit_test(builder_has_a_maximum),
		cmocka_unit_test(builder_error_stays),
		cmocka_unit_test(builder_numbers_and_formats),
		cmocka_unit_test(builder_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
