/* Reading a JSON body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "json_in.h"

static struct arena *mem;
static struct value got[8];
static struct str names[8];
static int n_got;

static void
keep(void *arg, struct str name, const struct value *v)
{
	(void)arg;
	if (n_got < 8) {
		names[n_got] = name;
		got[n_got] = *v;
	}
	n_got++;
}

static const char *
read_it(struct str text)
{
	arena_reset(mem);
	n_got = 0;
	/* as input.c gives it: with a NUL after it */
	return json_in_members(mem, arena_dup(mem, text), keep, NULL);
}

#define BAD "the body is not valid JSON"
#define NO_OBJECT "the body must be a JSON object"
#define TWICE "a field is given more than once"

static void
assert_refused(struct str text, const char *why)
{
	const char *reason = read_it(text);

	if (reason == NULL || strcmp(reason, why) != 0)
		fail_msg("%.*s: %s", STR_ARG(text),
		    reason != NULL ? reason : "taken");
	assert_int_equal(n_got, 0);
}

static void
members(void **state)
{
	(void)state;
	assert_null(read_it(STR(" {\"a\" : 1, \"b\":\"x\\u0000y\\n\",\"c\":true,"
	    "\"d\":false,\"e\":null,\"f\":[1],\"g\":{},\"\":1.5}\r\n\t ")));
	assert_int_equal(n_got, 8);
	assert_true(str_eq(names[0], STR("a")));
	assert_true(got[0].kind == VALUE_INT && got[0].number == 1);
	assert_true(got[1].kind == VALUE_TEXT && got[1].typed);
	assert_true(str_eq(got[1].text, (struct str){ "x\0y\n", 4 }));
	assert_true(got[2].kind == VALUE_BOOL && got[2].number == 1);
	assert_true(got[3].kind == VALUE_BOOL && got[3].number == 0);
	assert_true(got[4].kind == VALUE_NULL);
	assert_true(got[5].kind == VALUE_OTHER);
	assert_true(got[6].kind == VALUE_OTHER);
	assert_true(got[7].kind == VALUE_NUMBER && got[7].real == 1.5);
	assert_true(str_eq(names[7], STR("")));
	assert_null(read_it(STR("{}")));
	assert_int_equal(n_got, 0);
}

/* Reasons of JSON's grammar (RFC 8259), and limits. */
static void
not_json(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{,\"a\":1}", "{a:1}", "{'a':1}", "{\"a\":'x'}", "{\"a\":01}", "{\"a\":00}", "{\"a\":-00}", "{\"a\":-07}", "{\"a\":[ 000]}",
		
		"{\"a\":+1}", "{\"a\":.5}", "{\"a\":0x10}", "{\"a\":NaN}",
		"{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":tru}",
		"{\"a\":True}", "{\"a\":NULL}", "{\"a\":1} x", "{\"a\":1}{}",
		"{\"a\":1}]", "{\"a\":1,\"b\"", "{\"a\":\"x}", "{\"a\":\"\n\"}",
		"{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}",
		"{\"a\":\"\xff\"}", "{\"a\":\"\xc0\x80\"}",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xf4\x90\x80\x80\"}",
		"{\"\xff\":1}", "/**/{\"a\":1}", "{\"a\":1 // x\n}",
		"\xef\xbb\xbf{\"a\":1}", "{\"a\":1;\"b\":2}", "{\"a\" 1}",
		"{\"a\":--1}", "{\"a\":1e}", "undefined",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(str_of(bad[i]), BAD);
	assert_refused((struct str){ "{\"a\":1}\0", 8 }, BAD);
	assert_refused((struct str){ "{\"a\":1\0}", 8 }, BAD);
	assert_refused((struct str){ "\0{\"a\":1}", 8 }, BAD);
}

static void
no_object(void **state)
{
	static const char *const bad[] = { "[]", "[{\"a\":1}]", "\"a\"",
		"null", "true", "1 ", "1", "-1.5" };
	size_t i;
	const char *why;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = read_it(str_of(bad[i]));
		assert_non_null(why);
		assert_int_equal(n_got, 0);
	}
	assert_refused(STR("[]"), NO_OBJECT);
	assert_refused(STR("null"), why);
}

static void
too_deep(void **state)
{
	char text[200];
	int depth, i, n;

	(void)state;
	for (depth = 1; depth < 20; depth++) {
		n = 0;
		for (i = 1; i < depth; i++)
			n += snprintf(text + n, 10, "{\"a\":");
		n += snprintf(text + n, 10, "{}");
		for (i = 1; i < depth; i++)
			text[n++] = '}';
		text[n] = '\0';
		if (depth <= 8)
			assert_null(read_it(str_of(text)));
		else
			assert_refused(str_of(text), BAD);
	}
	memset(text, '[', 99);
	assert_refused((struct str){ text, 99 }, BAD);
}

static void
twice(void **state)
{
	(void)state;
	assert_refused(STR("{\"a\":1,\"a\":2}"), TWICE);
	assert_refused(STR("{\"a\":1,\"b\":2,\"a\":1}"), TWICE);
	assert_refused(STR("{\"a\":1,\"\\u0061\":2}"), TWICE);
	assert_refused(STR("{\"/\":1,\"\\/\":2}"), TWICE);
	assert_refused(STR("{\"\xea\xb0\x80\":1,\"\\uac00\":2}"), TWICE);
	assert_refused(STR("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"),
	    TWICE);
	assert_refused(STR("{\"a\":{\"b\":1},\"a\":{\"b\":1}}"), TWICE);
	/* colons and braces in texts are no members */
	assert_null(read_it(STR("{\"a:\":\"x:y\\\":{\",\"b\":\"[\\\\\"}")));
	assert_int_equal(n_got, 2);
	/* members of other objects are not this one's */
	assert_null(read_it(STR("{\"a\":{\"c\":1,\"d\":[{\"e\":2}]},\"c\":3}")));
	assert_int_equal(n_got, 2);
}

/* json-c would end the name there. */
static void
nul_in_a_name(void **state)
{
	(void)state;
	assert_refused(STR("{\"a\\u0000b\":1}"), BAD);
	assert_refused(STR("{\"\\u0000\":1}"), BAD);
	assert_refused(STR("{\"b\":\"\",\"a\\u0000\"\n:1}"), BAD);
	/* an escaped backslash before u0000 is no NUL */
	assert_null(read_it(STR("{\"a\\\\u0000b\":1}")));
	assert_true(str_eq(names[0], STR("a\\u0000b")));
	/* in a text it is one that value.c judges */
	assert_null(read_it(STR("{\"a\":\"\\u0000\",\"b\":1}")));
	assert_int_equal(n_got, 2);
}

/* json-c would put U+FFFD in their place. */
static void
half_pairs(void **state)
{
	static const char *const bad[] = { "\\ud800", "\\uDBFFx", "\\udc00",
		"\\ud800\\u0041", "\\ud800\\ud800\\udc00",
		"\\ud83d\\ude00\\udfff", "\\ud800\\n", "\\ud800 \\udc00",
		"\\udc00\\ud800" };
	char text[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "{\"a\":\"%s\"}", bad[i]);
		assert_refused(str_of(text), BAD);
		snprintf(text, sizeof(text), "{\"%s\":1}", bad[i]);
		assert_refused(str_of(text), BAD);
	}
	assert_null(read_it(STR("{\"a\":\"\\uD83D\\uDE00\\ud7ff\\ue000\","
	    "\"b\":\"\\\\ud800\"}")));
	assert_true(str_eq(got[0].text, STR("\xf0\x9f\x98\x80"
	    "\xed\x9f\xbf\xee\x80\x80")));
	assert_true(str_eq(got[1].text, STR("\\ud800")));
}

/* What json-c takes for a text in apostrophes. */
static void
apostrophes(void **state)
{
	(void)state;
	assert_refused(STR("{'a\":1,\"b':2}"), BAD);
	assert_refused(STR("{\"a\":'x',\"b\":2}"), BAD);
	assert_null(read_it(STR("{\"it's\":\"o'clock\"}")));
	assert_true(str_eq(names[0], STR("it's")));
}

static void
numbers(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t value;
	} known[] = {
		{ "0", true, 0 }, { "-1", true, -1 }, { "100", true, 100 },
		{ "1e-05", false, 0 }, { "1e05", false, 0 }, { "-0.001", false, 0 },
		{ "2147483648", true, 2147483648 },
		{ "9007199254740993", true, 9007199254740993 },
		{ "9223372036854775806", true, INT64_MAX - 1 },
		{ "-9223372036854775807", true, INT64_MIN + 1 },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "18446744073709551615", false, 0 },
		{ "18446744073709551617", false, 0 },
		{ "123456789012345678901234567890", false, 0 },
		{ "1.", false, 0 }, { "1.0", false, 0 }, { "1e3", false, 0 },
		{ "1E400", false, 0 },
		{ "-1e-400", false, 0 }, { "0.1", false, 0 },
	};
	char text[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(text, sizeof(text), "{\"a\":%s}", known[i].text);
		assert_null(read_it(str_of(text)));
		assert_int_equal(n_got, 1);
		assert_int_equal(got[0].kind == VALUE_INT, known[i].whole);
		if (known[i].whole)
			assert_true(got[0].number == known[i].value);
	}
}

static void
large(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, 1 << 20);
	buf_byte(&b, '{');
	for (i = 0; i < 5000; i++)
		buf_printf(&b, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
	buf_byte(&b, '}');
	assert_null(read_it(buf_view(&b)));
	assert_int_equal(n_got, 5000);
	buf_close(&b);
}

/* Nothing behind the end is looked at: under the sanitizers, where that is
 * noticed. */
static void
cut_everywhere(void **state)
{
	static const char text[] = "{\"a\":-10,\"b\":\"\\u0000\\\\\",\"c\":[0]}";
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text) - 1; n++)
		assert_refused((struct str){ text, n }, BAD);
	assert_null(read_it(str_of(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(not_json),
		cmocka_unit_test(no_object),
		cmocka_unit_test(too_deep),
		cmocka_unit_test(twice),
		cmocka_unit_test(nul_in_a_name),
		cmocka_unit_test(half_pairs),
		cmocka_unit_test(apostrophes),
		cmocka_unit_test(numbers),
		cmocka_unit_test(large),
		cmocka_unit_test(cut_everywhere),
	};
	int failed;

	mem = arena_open(8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(mem);
	return failed;
}
