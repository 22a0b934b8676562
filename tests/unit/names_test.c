/* The forms of user names and e-mail addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "accounts/accounts.h"
#include "python.h"

static struct arena *mem;

static const char *
username(struct str s)
{
	return accounts_check_username(mem, &s);
}

static bool
email(const char *text, const char **kept)
{
	struct str s = str_of(text);
	const char *why = accounts_check_email(mem, &s);

	if (kept != NULL)
		*kept = s.p;
	return why == NULL;
}

static void
names(void **state)
{
	static const char *const good[] = { "a", "Z", "7", "a1", "김민준",
		"ㅋㅋ", "a_b", "a.b", "a-b", "_a", "a_", "__a__", "a.b-c_d",
		"가.나", "admin1", "adminx", "a..b", "a-.b" };
	static const char *const odd[] = { ".a", "a.", "-a", "a-", "a b", "a@b",
		"a/b", "a\\b", "a\"b", "<a>", "a'b", "a%b", "a?b", "a#b", "a:b",
		"\xc3\xa9", "漢字", "\xd0\xb0", "a\xe2\x80\x8b" "b",
		"\xef\xbc\xa1", "\xe1\x84\x80\xe1\x85\xa1", "a\xff", "😀" };
	static const char *const reserved[] = { "admin", "ADMIN", "Api", "me",
		"www", "관리자", "pinwall", "null" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (username(str_of(good[i])) != NULL)
			fail_msg("%s is refused", good[i]);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		const char *why = username(str_of(odd[i]));

		if (why == NULL || strncmp(why, "use Hangul", 10) != 0)
			fail_msg("%s is taken", odd[i]);
	}
	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		assert_string_equal(username(str_of(reserved[i])),
		    "this name is reserved");
	assert_string_equal(username(STR("_")),
	    "use at least one letter or digit");
	assert_string_equal(username(STR("___")),
	    "use at least one letter or digit");
	assert_non_null(username((struct str){ "a\0b", 3 }));
}

#define X10 "aaaaaaaaaa"
#define X60 X10 X10 X10 X10 X10 X10

static void
addresses(void **state)
{
	static const char *const good[] = { "a@b.c", "a@b.co", "a.b@c.d",
		"a+b@c.d", "a_b-c@d-e.f", "!#$%&'*+-/=?^_`{|}~@x.yz",
		"1@1.com", "a@b.c.d.e", "a@xn--3e0b707e", "김@한국.kr" };
	static const char *const bad[] = { "", "@", "a", "a@", "@b.c", "a@b",
		"a@.c", "a@b.", "a@b..c", "a@-b.c", "a@b-.c", "a@b.c-",
		"a@b.-c", ".a@b.c", "a.@b.c", "a..b@c.d", "a b@c.d", "a@b c.d",
		"a@b.c ", " a@b.c", "a@b_c.d", "a@[1.2.3.4]", "a@b.c@d",
		"a@@b.c", "\"a\"@b.c", "a(b)@c.d", "a<b@c.d", "a>b@c.d",
		"a,b@c.d", "a;b@c.d", "a:b@c.d", "a\\b@c.d", "a@b.c\n",
		"a\r@b.c", "a@b.c\x7f", "a@b.c,d@e.f", "a@b.c>", "a@b,c.d",
		"a@b\xc3\xa9.c", "a@b:25.c" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]) - 2; i++)
		if (!email(good[i], NULL))
			fail_msg("%s is refused", good[i]);
	/* a host without a dot, and one that is not written in ASCII */
	assert_false(email(good[i], NULL));
	assert_false(email(good[i + 1], NULL));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (email(bad[i], NULL))
			fail_msg("%s is taken", bad[i]);
}

static void
address_limits(void **state)
{
	(void)state;
	assert_true(email(X60 "1234@b.c", NULL));  /* 64 */
	assert_false(email(X60 "12345@b.c", NULL));
	assert_true(email("a@" X60 "123.c", NULL)); /* a label of 63 */
	assert_false(email("a@" X60 "1234.c", NULL));
	assert_true(email("a@" X60 "." X60 "." X60 "." X60 "." "123456789",
	    NULL)); /* a domain of 253 */
	assert_false(email("a@" X60 "." X60 "." X60 "." X60 "." "1234567890",
	    NULL));
}

/* The domain has no case; who comes before it may. */
static void
address_case(void **state)
{
	const char *kept;

	(void)state;
	assert_true(email("John.DOE@Example.COM", &kept));
	assert_string_equal(kept, "John.DOE@example.com");
	assert_true(email("김@b.kr", &kept)); /* RFC 6531 */
	assert_string_equal(kept, "김@b.kr");
}

static const char script[] = "import re, sys\n"
    "local = re.compile(r\"[^\\x00-\\x20\\x7f\\\"(),:;<>@\\[\\\\\\].]+\"\n"
    "    r\"(\\.[^\\x00-\\x20\\x7f\\\"(),:;<>@\\[\\\\\\].]+)*\")\n"
    "label = r'[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'\n"
    "domain = re.compile(label + r'(\\.' + label + ')+', re.A)\n"
    "for line in sys.stdin.read().split('\\n')[:-1]:\n"
    "    who, at, where = line.rpartition('@')\n"
    "    good = (at and local.fullmatch(who) and len(who.encode()) <= 64\n"
    "        and domain.fullmatch(where.lower()) and len(where) <= 253)\n"
    "    sys.stdout.write('01'[bool(good)])\n";

static void
as_an_expression(void **state)
{
	static const char *const some[] = { "a", "B", "7", ".", ".", "-", "@",
		"@", "_", "+", " ", "\"", "(", "[", "\\", ":", "가", ",", ">",
		X60, "x" };
	struct buf texts, answer;
	struct str rest, line;
	uint64_t seed = 4;
	size_t i = 0;
	int n, k;

	(void)state;
	buf_open(&texts, 16 << 20);
	buf_open(&answer, 1 << 20);
	for (n = 0; n < 60000; n++) {
		for (k = (int)(fake_number(&seed) % 12); k >= 0; k--)
			buf_str(&texts, str_of(some[fake_number(&seed) %
			    (n % 3 == 0 ? 21 : 8)]));
		buf_byte(&texts, '\n');
	}
	assert_true(python(script, buf_view(&texts), &answer));
	assert_int_equal(answer.n, 60000);
	for (rest = buf_view(&texts); rest.n > 0;
	    rest = str_sub(rest, line.n + 1, rest.n)) {
		line = str_sub(rest, 0, str_find(rest, '\n', 0));
		line = arena_dup(mem, line);
		if (email(line.p, NULL) != (answer.p[i++] == '1'))
			fail_msg("%s", line.p);
		arena_reset(mem);
	}
	buf_close(&texts);
	buf_close(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(addresses),
		cmocka_unit_test(address_limits),
		cmocka_unit_test(address_case),
		cmocka_unit_test(as_an_expression),
	};
	int failed;

	mem = arena_open(8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(mem);
	return failed;
}
