/* Writing JSON.  json-c, which the program uses for reading, says whether it
 * is JSON and what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "json.h"
#include "fake.h"

static struct buf b;

static void
assert_written(struct str given, const char *want)
{
	buf_reset(&b, SIZE_MAX);
	json_str(&b, given);
	if (!str_eq(buf_view(&b), str_of(want)))
		fail_msg("%.*s is not %s", STR_ARG(buf_view(&b)), want);
}

static void
escapes(void **state)
{
	(void)state;
	assert_written(STR(""), "\"\"");
	assert_written(STR("a b/c'>&"), "\"a b/c'>&\"");
	assert_written(STR("\"\\\b\t\n\f\r"), "\"\\\"\\\\\\b\\t\\n\\f\\r\"");
	assert_written((struct str){ "\0\1\2\7\x0b\x0e\x1f", 7 },
	    "\"\\u0000\\u0001\\u0002\\u0007\\u000b\\u000e\\u001f\"");
	assert_written(STR("\x7f"), "\"\\u007f\"");
	assert_written(STR("</script><!--"),
	    "\"\\u003c/script>\\u003c!--\"");
	/* LINE SEPARATOR and PARAGRAPH SEPARATOR, and their neighbours */
	assert_written(STR("\xe2\x80\xa8"), "\"\\u2028\"");
	assert_written(STR("x\xe2\x80\xa9y"), "\"x\\u2029y\"");
	assert_written(STR("\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac"),
	    "\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\"");
	/* the beginning of one at the very end */
	assert_written(STR("a\xe2"), "\"a\xe2\"");
	assert_written(STR("a\xe2\x80"), "\"a\xe2\x80\"");
	assert_written(STR("\xea\xb0\x80\xf0\x9f\x98\x80"),
	    "\"\xea\xb0\x80\xf0\x9f\x98\x80\"");
}

/* A character of every kind, at random. */
static size_t
put_character(char *to, uint64_t *seed)
{
	static const char *const some[] = { "a", "<", "\"", "\\", "\n", "\x01",
		"\x7f", "\xc3\xa9", "\xea\xb0\x80", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xa0", "\xe2\x81\xa8",
		"\xf0\x9f\x98\x80", "/", " " };
	struct str s = str_of(some[fake_number(seed) % 16]);

	memcpy(to, s.p, s.n);
	return s.n;
}

static void
assert_clean(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		assert_true((unsigned char)s.p[i] >= 32 && s.p[i] != '<' &&
		    s.p[i] != 127);
	assert_null(memmem(s.p, s.n, "\xe2\x80\xa8", 3));
	assert_null(memmem(s.p, s.n, "\xe2\x80\xa9", 3));
}

static void
written_and_read(void **state)
{
	char text[200];
	struct json_object *o;
	uint64_t seed = 1;
	size_t n;
	int i, k;

	(void)state;
	for (i = 0; i < 20000; i++) {
		for (n = 0, k = (int)(fake_number(&seed) % 40); k > 0; k--)
			n += put_character(text + n, &seed);
		buf_reset(&b, SIZE_MAX);
		json_str(&b, (struct str){ text, n });
		assert_clean(buf_view(&b));
		buf_byte(&b, '\0');
		o = json_tokener_parse(b.p);
		assert_int_equal(json_object_get_string_len(o), n);
		assert_memory_equal(json_object_get_string(o), text, n);
		json_object_put(o);
	}
}

/* The JSON of somebody else means the same afterwards. */
static void
raw(void **state)
{
	static const char *const texts[] = {
		"{\"a\":\"<b>\",\"<\":[1,null,\"\xe2\x80\xa8\xe2\x80\xa9\"]}",
		"\"\xe2\x80\xa7\xe2\x80\xaa\"", "[]", "{}", "\"\\\\<\"",
		"\"\\u003c<\\\"<\"",
	};
	struct json_object *was, *is;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_reset(&b, SIZE_MAX);
		json_raw(&b, str_of(texts[i]));
		assert_clean(buf_view(&b));
		buf_byte(&b, '\0');
		was = json_tokener_parse(texts[i]);
		is = json_tokener_parse(b.p);
		assert_non_null(was);
		assert_true(json_object_equal(was, is));
		json_object_put(was);
		json_object_put(is);
	}
	buf_reset(&b, SIZE_MAX);
	json_raw(&b, STR("\xe2\x80"));
	assert_true(str_eq(buf_view(&b), STR("\xe2\x80")));
}

static void
commas(void **state)
{
	(void)state;
	buf_reset(&b, SIZE_MAX);
	json_comma(&b); /* nothing before it */
	buf_byte(&b, '{');
	json_key(&b, "a");
	buf_byte(&b, '[');
	json_comma(&b);
	buf_int(&b, 1);
	json_comma(&b);
	json_str(&b, STR("x:"));
	json_comma(&b);
	json_str(&b, STR("{[,"));
	buf_byte(&b, ']');
	json_key(&b, "b");
	buf_byte(&b, '{');
	buf_byte(&b, '}');
	json_key(&b, "c");
	json_time(&b, 0);
	buf_byte(&b, '}');
	assert_true(str_eq(buf_view(&b), STR("{\"a\":[1,\"x:\",\"{[,\"],"
	    "\"b\":{},\"c\":\"1970-01-01T00:00:00.000000Z\"}")));
}

/* A builder that is full keeps its error, whatever is written. */
static void
over(void **state)
{
	struct buf small;
	size_t max;

	(void)state;
	for (max = 0; max < 14; max++) {
		buf_open(&small, max);
		json_str(&small, STR("<\xe2\x80\xa8"));
		assert_false(buf_ok(&small));
		assert_true(small.n <= max);
		buf_close(&small);
	}
	buf_open(&small, 14);
	json_str(&small, STR("<\xe2\x80\xa8"));
	assert_true(buf_ok(&small));
	buf_close(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(raw),
		cmocka_unit_test(commas),
		cmocka_unit_test(over),
	};
	int failed;

	buf_open(&b, 10000);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_close(&b);
	return failed;
}
