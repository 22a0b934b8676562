/* Hashtags, against Python's re with the expression that defines them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "hashtag.h"
#include "python.h"
#include "tags/hashtags.h"

static struct arena *mem;

/* "a b c " */
static const char *
tags_of(struct str text, int max)
{
	struct str out[100];
	struct buf b;
	const char *all;
	int i, n;

	assert_true(max <= 100);
	arena_reset(mem);
	n = hashtags_of(mem, text, out, max);
	buf_open(&b, 100000);
	for (i = 0; i < n; i++) {
		buf_str(&b, out[i]);
		buf_byte(&b, ' ');
	}
	all = arena_dup(mem, buf_view(&b)).p;
	buf_close(&b);
	return all;
}

#define TAGS(text, want) assert_string_equal(tags_of(STR(text), 100), want)

static void
known(void **state)
{
	(void)state;
	TAGS("", "");
	TAGS("#", "");
	TAGS("# a", "");
	TAGS("#a", "a ");
	TAGS("#a#b", "a b ");
	TAGS("##a", "a ");
	TAGS("x#a", "a ");
	TAGS("#a_b", "a ");
	TAGS("#_a", "");
	TAGS("#a-b #c.d!", "a c ");
	TAGS("#a1 #1 #007", "a1 1 007 ");
	TAGS("(#a) #b, #c\n#d", "a b c d ");
	TAGS("#바다 #ㄱ #가a1", "바다 ㄱ 가a1 ");
	/* outside of U+3131..U+D7A3 and A-Z no letter counts */
	TAGS("#\xc3\xa9 #\xe1\x84\x80 #\xd0\xb6 #a\xc3\xa9", "a ");
	/* ... but Han and digits of any script do */
	TAGS("#漢字 #\xd9\xa1\xd9\xa2", "漢字 \xd9\xa1\xd9\xa2 ");
	TAGS("#\xf0\x9f\x98\x80 #a\xf0\x9f\x98\x80", "a ");
	/* each once, as first written */
	TAGS("#Sea #sea #SEA #seas", "Sea seas ");
	assert_string_equal(tags_of(STR("#a #b #c"), 2), "a b ");
	assert_string_equal(tags_of(STR("#a #b #c"), 0), "");
	/* bytes that are no text end a tag */
	TAGS("#a\xff" "b #\xea\xb0", "a ");
}

#define PLAIN(text, want) do { \
	arena_reset(mem); \
	assert_string_equal(arena_dup(mem, \
	    hashtag_plain(mem, STR(text))).p, want); \
} while (0)

static void
without(void **state)
{
	(void)state;
	PLAIN("Walk by the sea #sea #산책", "Walk by the sea");
	PLAIN("#sea  a #b  c", "a c");
	PLAIN("a#b", "a");
	PLAIN("x#a-b", "x -b");
	PLAIN("a # b ## c", "a # b ## c");
	PLAIN("노을#노을 지는 바다", "노을 지는 바다");
	/* nothing else: all of it */
	PLAIN("#sea #산책", "#sea #산책");
	PLAIN("", "");
}

static void
random_text(struct buf *b, uint64_t *seed)
{
	static const char *const some[] = { "#", "#", "#", "a", "Z", "7", "_",
		" ", "-", "가", "힣", "ㄱ", "ㆎ", "漢", "\xc3\xa9",
		"\xed\x9e\xa3", "\xed\x9e\xa4", "\xe3\x84\xb0", "\xe3\x84\xb1",
		"\xd9\xa3", "\xef\xbc\x97", "\xc2\xb2", "\xe2\x85\xa0",
		"\xf0\x9d\x9f\x97", "\xf0\x9f\x98\x80", "e\xcc\x81",
		"\xe0\xa5\xaa", "\xe1\x85\xa1", "\xe0\xbc\xaa" };
	int n = (int)(fake_number(seed) % 40);

	while (n-- > 0)
		buf_str(b, str_of(some[fake_number(seed) %
		    (sizeof(some) / sizeof(some[0]))]));
	buf_byte(b, '\n');
}

static const char script[] =
    "import re, sys, unicodedata\n"
    "fold = lambda t: unicodedata.normalize('NFC', t.casefold())\n"
    "data = sys.stdin.buffer.read().decode()\n"
    "for line in data.split('\\n')[:-1]:\n"
    "    seen = {}\n"
    "    for t in re.findall(r'#([a-zA-Z\\d\\u3131-\\ud7a3]+)', line):\n"
    "        seen.setdefault(fold(t), t)\n"
    "    out = ''.join(t + ' ' for t in seen.values()) + '\\n'\n"
    "    sys.stdout.buffer.write(out.encode())\n";

static void
as_python(void **state)
{
	struct buf texts, answers;
	struct str text, want, rest, answer;
	uint64_t seed = 9;
	int i;

	(void)state;
	buf_open(&texts, 16 << 20);
	buf_open(&answers, 16 << 20);
	for (i = 0; i < 20000; i++)
		random_text(&texts, &seed);
	assert_true(python(script, buf_view(&texts), &answers));
	rest = buf_view(&texts);
	answer = buf_view(&answers);
	for (i = 0; i < 20000; i++) {
		text = str_sub(rest, 0, str_find(rest, '\n', 0));
		rest = str_sub(rest, text.n + 1, rest.n);
		want = str_sub(answer, 0, str_find(answer, '\n', 0));
		answer = str_sub(answer, want.n + 1, answer.n);
		if (!str_eq(str_of(tags_of(text, 100)), want))
			fail_msg("%.*s: %s, not %.*s", STR_ARG(text),
			    tags_of(text, 100), STR_ARG(want));
	}
	assert_int_equal(rest.n + answer.n, 0);
	buf_close(&texts);
	buf_close(&answers);
}

/* Every code point is a tag's letter for both, or for neither; of those that
 * Python's version of Unicode does not have, nothing is asked. */
static void
every_letter(void **state)
{
	static const char each[] = "import re, sys, unicodedata as u\n"
	    "letter = re.compile(r'[a-zA-Z\\d\\u3131-\\ud7a3]')\n"
	    "for c in range(0x110000):\n"
	    "    if u.category(chr(c)) == 'Cn':\n"
	    "        sys.stdout.write('?')\n"
	    "    elif not 0xd800 <= c < 0xe000:\n"
	    "        sys.stdout.write('01'[bool(letter.match(chr(c)))])\n";
	struct buf answer;
	char text[8] = "#";
	struct str out;
	size_t i = 0, n;
	int32_t c;

	(void)state;
	buf_open(&answer, 2 << 20);
	assert_true(python(each, STR(""), &answer));
	for (c = 0; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		n = 1;
		if (c < 0x80)
			text[n++] = (char)c;
		else if (c < 0x800)
			text[n++] = (char)(0xc0 | c >> 6);
		else if (c < 0x10000)
			text[n++] = (char)(0xe0 | c >> 12);
		else
			text[n++] = (char)(0xf0 | c >> 18);
		if (c >= 0x10000)
			text[n++] = (char)(0x80 | (c >> 12 & 63));
		if (c >= 0x800)
			text[n++] = (char)(0x80 | (c >> 6 & 63));
		if (c >= 0x80)
			text[n++] = (char)(0x80 | (c & 63));
		if (answer.p[i++] != '?' && answer.p[i - 1] - '0' !=
		    hashtags_of(mem, (struct str){ text, n }, &out, 1))
			fail_msg("U+%04X", (unsigned)c);
		if (c % 1000 == 0)
			arena_reset(mem);
	}
	assert_int_equal(i, answer.n);
	buf_close(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(without),
		cmocka_unit_test(as_python),
		cmocka_unit_test(every_letter),
	};
	int failed;

	mem = arena_open(8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(mem);
	return failed;
}
