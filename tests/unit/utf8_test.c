/* UTF-8 and normal forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "utf8.h"

static struct arena *mem;

static size_t
put(char *to, int32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 63));
		to[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 63));
	to[2] = (char)(0x80 | (c >> 6 & 63));
	to[3] = (char)(0x80 | (c & 63));
	return 4;
}

static void
every_code_point(void **state)
{
	char text[4];
	struct str s;
	size_t i;
	int32_t c;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		s = (struct str){ text, put(text, c) };
		i = 0;
		if (c >= 0xd800 && c <= 0xdfff) {
			assert_int_equal(utf8_next(s, &i), -1);
			assert_int_equal(i, 0);
			continue;
		}
		assert_int_equal(utf8_next(s, &i), c);
		assert_int_equal(i, s.n);
	}
}

/* Is this one to four bytes long text valid?  RFC 3629, section 4. */
static bool
is_valid(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t more, i;

	if (p[0] < 0x80)
		return n == 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return false;
	more = p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
	low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : low;
	high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : high;
	if (n != more + 1 || p[1] < low || p[1] > high)
		return false;
	for (i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return false;
	return true;
}

/* Every one and two bytes, and every three and four whose tail is at one of
 * the edges, as one character. */
static void
every_sequence(void **state)
{
	static const unsigned char edges[] = { 0, 0x41, 0x7f, 0x80, 0x8f, 0x90,
		0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf4, 0xff };
	unsigned char p[4];
	size_t n, i, second, tail;

	(void)state;
	for (n = 1; n <= 4; n++)
		for (i = 0; i < 256; i++)
			for (second = 0; second < 256; second++)
				for (tail = 0; tail < 15 * 15; tail++) {
					size_t at = 0;

					p[0] = (unsigned char)i;
					p[1] = (unsigned char)second;
					p[2] = edges[tail % 15];
					p[3] = edges[tail / 15];
					assert_int_equal(utf8_next((struct str)
					    { (char *)p, n }, &at) >= 0 &&
					    at == n, is_valid(p, n));
				}
}

static void
lengths(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(STR("")), 0);
	assert_int_equal(utf8_length(STR_NONE), 0);
	assert_int_equal(utf8_length(STR("abc")), 3);
	assert_int_equal(utf8_length(STR("a\xc3\xa9\xea\xb0\x80"
	    "\xf0\x9f\x98\x80")), 4);
	assert_int_equal(utf8_length((struct str){ "a\0b", 3 }), 3);
	assert_int_equal(utf8_length(STR("abc\xff")), -1);
	assert_int_equal(utf8_length(STR("\xea\xb0")), -1);
	assert_int_equal(utf8_length(STR("\xc0\x80")), -1);
}

static void
controls(void **state)
{
	char text[6];
	size_t n;
	int32_t c;

	(void)state;
	for (c = 0; c < 0x300; c++) {
		text[0] = 'a';
		n = 1 + put(text + 1, c);
		text[n++] = 'b';
		assert_int_equal(utf8_has_control((struct str){ text, n },
		    false), c < 32 || (c >= 127 && c < 160));
		assert_int_equal(utf8_has_control((struct str){ text, n },
		    true), c != '\n' && c != '\t' &&
		    (c < 32 || (c >= 127 && c < 160)));
	}
	assert_false(utf8_has_control(STR(""), false));
	assert_true(utf8_has_control(STR("a\r\n"), true));
}

static void
assert_nfc(struct str given, struct str want)
{
	struct str made = utf8_nfc(mem, given);

	if (!str_eq(made, want))
		fail_msg("%.*s is not %.*s", STR_ARG(made), STR_ARG(want));
	made = utf8_nfc(mem, made);
	assert_true(str_eq(made, want)); /* once is enough */
}

static void
normal_form_c(void **state)
{
	(void)state;
	assert_nfc(STR(""), STR(""));
	assert_nfc(STR("abc \xc3\xa9"), STR("abc \xc3\xa9"));
	assert_nfc(STR("e\xcc\x81"), STR("\xc3\xa9"));
	/* Jamo: KIYEOK A, and with a final KIYEOK */
	assert_nfc(STR("\xe1\x84\x80\xe1\x85\xa1"), STR("\xea\xb0\x80"));
	assert_nfc(STR("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"),
	    STR("\xea\xb0\x81"));
	/* a whole syllable and a final */
	assert_nfc(STR("\xea\xb0\x80\xe1\x86\xa8"), STR("\xea\xb0\x81"));
	/* compatibility Jamo stay */
	assert_nfc(STR("\xe3\x84\xb1\xe3\x85\x8f"),
	    STR("\xe3\x84\xb1\xe3\x85\x8f"));
	/* ANGSTROM SIGN, OHM SIGN, a Han compatibility character */
	assert_nfc(STR("\xe2\x84\xab"), STR("\xc3\x85"));
	assert_nfc(STR("\xe2\x84\xa6"), STR("\xce\xa9"));
	assert_nfc(STR("\xef\xa4\x80"), STR("\xe8\xb1\x88"));
	/* marks in another order are the same text */
	assert_nfc(STR("q\xcc\x87\xcc\xa3"), STR("q\xcc\xa3\xcc\x87"));
	/* a full width letter is another letter */
	assert_nfc(STR("\xef\xbc\xa1"), STR("\xef\xbc\xa1"));
	/* composition exclusion: stays decomposed */
	assert_nfc(STR("\xe0\xa5\x98"), STR("\xe0\xa4\x95\xe0\xa4\xbc"));
	/* one NUL in it does not end it */
	assert_nfc((struct str){ "\0e\xcc\x81", 4 },
	    (struct str){ "\0\xc3\xa9", 3 });
}

/* Every Hangul syllable, from its Jamo as Unicode 3.12 computes them. */
static void
every_syllable(void **state)
{
	char jamo[9], whole[4];
	struct str made;
	size_t n;
	int32_t s;

	(void)state;
	for (s = 0; s < 11172; s++) {
		n = put(jamo, 0x1100 + s / 588);
		n += put(jamo + n, 0x1161 + s % 588 / 28);
		if (s % 28 > 0)
			n += put(jamo + n, 0x11a7 + s % 28);
		made = utf8_nfc(mem, (struct str){ jamo, n });
		assert_true(str_eq(made, (struct str){ whole,
		    put(whole, 0xac00 + s) }));
		if (s % 1000 == 0)
			arena_reset(mem);
	}
}

static void
folded(void **state)
{
	(void)state;
#define SAME(a, b) assert_true(str_eq(utf8_fold(mem, STR(a)), \
	utf8_fold(mem, STR(b))))
	SAME("ABC", "abc");
	SAME("\xc3\x84", "\xc3\xa4");
	SAME("A\xcc\x88", "\xc3\xa4");
	SAME("stra\xc3\x9f" "e", "STRASSE");
	SAME("\xea\xb0\x80", "\xe1\x84\x80\xe1\x85\xa1");
	/* as the database has it */
	SAME("\xc4\xb0", "i");
	assert_false(str_eq(utf8_fold(mem, STR("a")), utf8_fold(mem,
	    STR("b"))));
	assert_int_equal(utf8_fold(mem, STR("")).n, 0);
}

static void
digits(void **state)
{
	(void)state;
	assert_true(utf8_is_digit('0') && utf8_is_digit('9'));
	assert_false(utf8_is_digit('/') || utf8_is_digit(':'));
	assert_true(utf8_is_digit(0x661) && utf8_is_digit(0xff11));
	assert_false(utf8_is_digit(0xb2));   /* SUPERSCRIPT TWO: No */
	assert_false(utf8_is_digit(0x2160)); /* ROMAN NUMERAL ONE: Nl */
	assert_false(utf8_is_digit(0x4e00)); /* Han one: Lo */
	assert_false(utf8_is_digit(-1));
}

static void
trimmed(void **state)
{
	static const int32_t spaces[] = { 9, 10, 11, 12, 13, 32, 0x85, 0xa0,
		0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
		0x3000 };
	char text[20];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		n = put(text, spaces[i]);
		text[n++] = 'x';
		n += put(text + n, spaces[i]);
		text[n++] = 'y';
		n += put(text + n, spaces[i]);
		n += put(text + n, ' ');
		assert_true(str_starts(utf8_trim((struct str){ text, n }),
		    STR("x")));
		assert_true(str_ends(utf8_trim((struct str){ text, n }),
		    STR("y")));
		assert_int_equal(utf8_trim((struct str){ text,
		    put(text, spaces[i]) }).n, 0);
	}
	assert_int_equal(utf8_trim(STR("")).n, 0);
	assert_true(str_eq(utf8_trim(STR("a  b")), STR("a  b")));
	/* ZERO WIDTH SPACE is no white space (Cf) */
	assert_int_equal(utf8_trim(STR("\xe2\x80\x8b")).n, 3);
	assert_true(str_eq(utf8_trim(STR(" \xff ")), STR(" \xff ")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(every_sequence),
		cmocka_unit_test(lengths),
		cmocka_unit_test(controls),
		cmocka_unit_test(normal_form_c),
		cmocka_unit_test(every_syllable),
		cmocka_unit_test(folded),
		cmocka_unit_test(digits),
		cmocka_unit_test(trimmed),
	};
	int failed;

	mem = arena_open(8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(mem);
	return failed;
}
