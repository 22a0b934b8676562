/* Query strings, forms, cookies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "form.h"

static struct arena *mem;

/* All pairs as "name=value;...", then ! if the text is bad. */
static const char *
pairs_of(struct str text)
{
	struct str name, value;
	struct buf b;
	const char *whole;
	enum form_step step;

	arena_reset(mem);
	buf_open(&b, 100000);
	while ((step = form_next(mem, &text, &name, &value)) == FORM_PAIR) {
		buf_str(&b, name);
		buf_byte(&b, '=');
		buf_str(&b, value);
		buf_byte(&b, ';');
	}
	if (step == FORM_BAD)
		buf_byte(&b, '!');
	whole = arena_dup(mem, buf_view(&b)).p;
	buf_close(&b);
	return whole;
}

#define PAIRS(text, want) assert_string_equal(pairs_of(STR(text)), want)

static void
pairs(void **state)
{
	(void)state;
	PAIRS("", "");
	PAIRS("&", "");
	PAIRS("&&&a=1&&", "a=1;");
	PAIRS("a", "a=;");
	PAIRS("a=", "a=;");
	PAIRS("=a", "=a;");
	PAIRS("=", "=;");
	PAIRS("a=b=c", "a=b=c;");
	PAIRS("a=1&a=2", "a=1;a=2;");
	PAIRS("a+b=c+d", "a b=c d;");
	PAIRS("a%2Bb=%26%3D%25", "a+b=&=%;");
	PAIRS("%61=%41", "a=A;");
	PAIRS("a=%ea%B0%80", "a=\xea\xb0\x80;");
	PAIRS("a=%2541", "a=%41;"); /* once */
	PAIRS("a;b=c;d", "a;b=c;d;");
	assert_memory_equal(pairs_of(STR("a=%00b")), "a=\0b;", 6);
}

/* A percent sign at each distance of the end, and with wrong digits. */
static void
percent(void **state)
{
	static const char *const bad[] = {
		"a=%", "a=%4", "a=%%", "a=%4g", "a=%g4", "a=%zz", "a=% 1",
		"a=%+1", "a=%-1", "a=%4%41", "a=x%", "a=xx%4", "%=a", "%4=a",
		"%", "%4", "a%", "a%4", "%u0041=1", "a=%\xef\xbc\x91\xef",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(pairs_of(str_of(bad[i])), "!");
	PAIRS("a=%41", "a=A;");
	PAIRS("a=%41x", "a=Ax;");
	PAIRS("b=1&a=%", "b=1;!");
	/* the end of a piece is the end: digits of the next do not count */
	PAIRS("a=%&41", "!");
	PAIRS("a=%4&1", "!");
	/* and so is the end of the text, whatever lies behind it */
	assert_string_equal(pairs_of((struct str){ "a=%41", 4 }), "!");
	assert_string_equal(pairs_of((struct str){ "a=%41", 3 }), "!");
}

static void
written_and_read(void **state)
{
	char text[40];
	struct str s, name, value, rest;
	uint64_t seed = 5;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		arena_reset(mem);
		s = (struct str){ text, fake_number(&seed) % sizeof(text) };
		for (i = 0; i < s.n; i++)
			text[i] = (char)fake_number(&seed);
		rest = arena_printf(mem, "k=%.*s", STR_ARG(form_encode(mem, s)));
		for (i = 0; i < rest.n; i++)
			assert_true(rest.p[i] > ' ' && rest.p[i] < 127 &&
			    rest.p[i] != '&' && rest.p[i] != '+');
		assert_int_equal(form_next(mem, &rest, &name, &value),
		    FORM_PAIR);
		assert_true(str_eq(value, s));
		assert_int_equal(form_next(mem, &rest, &name, &value),
		    FORM_END);
	}
	assert_string_equal(form_encode(mem, (struct str){
	    "aZ09-._~ /\0\xff", 12 }).p, "aZ09-._~%20%2F%00%FF");
}

static void
assert_cookie(struct str header, const char *want)
{
	struct str found = cookie_find(header, STR("c"));

	if (want == NULL ? found.p != NULL : !str_eq(found, str_of(want)))
		fail_msg("%.*s: %.*s", STR_ARG(header), STR_ARG(found));
}

static void
cookies(void **state)
{
	(void)state;
	assert_cookie(STR_NONE, NULL);
	assert_cookie(STR(""), NULL);
	assert_cookie(STR("c"), NULL);
	assert_cookie(STR("c="), NULL);
	assert_cookie(STR("c=v"), "v");
	assert_cookie(STR("a=b; c=v"), "v");
	assert_cookie(STR("c=v; a=b"), "v");
	assert_cookie(STR("a=b;c=v;d=e"), "v");
	assert_cookie(STR(";; c=v ;"), "v");
	assert_cookie(STR("c=v=w=="), "v=w==");
	assert_cookie(STR("c=v%20"), "v%20"); /* nothing is decoded */
	/* names are compared whole, and with their case */
	assert_cookie(STR("C=v"), NULL);
	assert_cookie(STR("cc=v"), NULL);
	assert_cookie(STR("__Host-c=v"), NULL);
	assert_cookie(STR("c =v"), NULL);
	assert_cookie(STR("a=c=v"), NULL);
	/* twice is never */
	assert_cookie(STR("c=v; c=v"), NULL);
	assert_cookie(STR("c=v; a=b; c=w"), NULL);
	assert_cookie(STR("c=v; c=w; c=x"), NULL);
	assert_cookie(STR("c=v; c="), NULL);
	assert_cookie(STR("c=; c=v"), NULL);
}

static void
cookie_bytes(void **state)
{
	char text[] = "c=a?b";
	int byte;

	(void)state;
	assert_cookie(STR("c=\"v\""), "v");
	assert_cookie(STR("c=\"\""), NULL);
	assert_cookie(STR("c=\""), NULL);
	assert_cookie(STR("c=\"v"), NULL);
	assert_cookie(STR("c=v\""), NULL);
	assert_cookie(STR("c=\"\"v\"\""), NULL);
	assert_cookie(STR("c=a b"), NULL);
	for (byte = 0; byte < 256; byte++) {
		bool allowed = byte > 32 && byte < 127 && byte != '"' &&
		    byte != ',' && byte != '\\';

		text[3] = (char)byte;
		if (byte == ';')
			assert_cookie((struct str){ text, 5 }, "a");
		else
			assert_cookie((struct str){ text, 5 },
			    allowed ? text + 2 : NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
		cmocka_unit_test(percent),
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(cookies),
		cmocka_unit_test(cookie_bytes),
	};
	int failed;

	mem = arena_open(1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(mem);
	return failed;
}
