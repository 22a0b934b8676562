/* Languages: what a header prefers, and the sentences of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "fake.h"
#include "utf8.h"
#include "words.h"

#include <ctype.h>

static void
preferred(void **state)
{
	static const struct {
		const char *header;
		enum lang lang;
	} known[] = {
		{ "", LANG_EN }, { "ko", LANG_KO }, { "en", LANG_EN },
		{ "KO", LANG_KO }, { "ko-KR", LANG_KO }, { "Ko-Kore-KR",
		    LANG_KO }, { "en-GB", LANG_EN }, { "fr", LANG_EN },
		{ "*", LANG_EN }, { "kor", LANG_EN }, { "k", LANG_EN },
		{ "kok", LANG_EN }, { "-ko", LANG_EN },
		{ "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", LANG_KO },
		{ "en-US,en;q=0.9,ko;q=0.8", LANG_EN },
		{ "en;q=0.8,ko;q=0.9", LANG_KO },
		{ "en;q=0.8, ko;q=0.81", LANG_KO },
		{ "en;q=0.899,ko;q=0.9", LANG_KO },
		{ "fr,ko;q=0.1", LANG_KO }, { "fr;q=0.9,*;q=0.5", LANG_EN },
		{ "en,ko", LANG_EN }, { "ko,en", LANG_KO },
		{ "ko;q=1.000,en;q=0.999", LANG_KO },
		{ "ko;q=0.001", LANG_KO }, { "ko;q=0", LANG_EN },
		{ "ko;q=0.000,fr", LANG_EN }, { "en;q=0,ko;q=0.1", LANG_KO },
		{ " ko ; q=0.5 ,\ten ; q=0.6 ", LANG_EN },
		{ "ko;q=9,en", LANG_KO }, { "en;q=2,ko;q=1", LANG_EN },
		{ "ko;q=", LANG_EN }, { "ko;q=x", LANG_EN },
		{ "ko;q=-1", LANG_EN }, { "ko;q", LANG_KO },
		{ ",,;;,;q=1,ko", LANG_KO }, { ";", LANG_EN },
		{ "ko;q=0.5;q=0.1,en;q=0.3", LANG_KO },
		{ "\xff\xfe,ko", LANG_KO }, { "ko\xff", LANG_EN },
		{ "ko_KR", LANG_EN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (words_lang(str_of(known[i].header)) != known[i].lang)
			fail_msg("%s", known[i].header);
	assert_int_equal(words_lang(STR_NONE), LANG_EN);
	conf.language = "ko";
	assert_int_equal(words_lang(STR_NONE), LANG_KO);
	assert_int_equal(words_lang(STR("fr")), LANG_KO);
	assert_int_equal(words_lang(STR("en")), LANG_EN);
	conf.language = "en";
}

static void
translated(void **state)
{
	(void)state;
	assert_string_equal(words_in(LANG_KO, "not found"),
	    "찾을 수 없습니다");
	assert_string_equal(words_in(LANG_EN, "not found"), "not found");
	assert_string_equal(words_in(LANG_KO, "no such sentence"),
	    "no such sentence");
	assert_string_equal(words_in(LANG_KO, ""), "");
}

/* Takes the next conversion of a printf format off *p, into spec. */
static bool
next_spec(const char **p, char *spec)
{
	size_t n;

	while ((*p = strchr(*p, '%')) != NULL && (*p)[1] == '%')
		*p += 2;
	if (*p == NULL)
		return false;
	n = strcspn(*p, "diouxXeEfgGcsp") + 1;
	assert_true(n < 16);
	memcpy(spec, *p, n);
	spec[n] = '\0';
	*p += n;
	return true;
}

static int hangul;

static void
check_pair(const char *en, const char *ko, void *arg)
{
	const char *p = en, *q = ko;
	char a[16], b[16];
	bool more = true;
	size_t i;

	*(int *)arg += 1;
	assert_true(utf8_length(str_of(ko)) > 0);
	assert_false(isspace((unsigned char)ko[0]) || ko[0] == '\0');
	for (i = 0; en[i] != '\0'; i++)
		assert_true((unsigned char)en[i] < 127);
	while (more) {
		more = next_spec(&p, a);
		if (next_spec(&q, b) != more || (more && strcmp(a, b) != 0))
			fail_msg("\"%s\" and \"%s\" take other arguments", en,
			    ko);
	}
	/* a sentence has a syllable of U+AC00..U+D7A3 */
	for (i = 0; ko[i] != '\0'; i++)
		if ((unsigned char)ko[i] >= 0xea && (unsigned char)ko[i] <= 0xed)
			break;
	hangul += ko[i] != '\0';
	/* a pair is found under its English, so none stands there twice */
	assert_string_equal(words_in(LANG_KO, en), ko);
}

static void
every_pair(void **state)
{
	int n = 0;

	(void)state;
	words_each(check_pair, &n);
	assert_true(n > 50);
	assert_int_equal(hangul, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(preferred),
		cmocka_unit_test(translated),
		cmocka_unit_test(every_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
