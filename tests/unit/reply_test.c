/* Errors and small answers, and the table of outcomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "utf8.h"
#include "words.h"

static struct fake f;

static void
assert_out(int status, const char *want)
{
	assert_int_equal(f.rq.status, status);
	if (!str_eq(buf_view(&f.out), str_of(want)))
		fail_msg("%.*s is not %s", STR_ARG(buf_view(&f.out)), want);
}

static void
answers(void **state)
{
	(void)state;
	fake_again(&f);
	assert_int_equal(fail(&f.rq, ERR_CONFLICT, "%s", "a \"b\" <c>"),
	    ERR_CONFLICT);
	assert_out(409, "{\"detail\":\"a \\\"b\\\" \\u003cc>\"}");
	assert_int_equal(fail(&f.rq, ERR_NOT_FOUND, "not found"),
	    ERR_NOT_FOUND);
	assert_out(404, "{\"detail\":\"not found\"}"); /* the last one counts */
	assert_int_equal(reply_detail(&f.rq, 200, "not found"), OK);
	assert_out(200, "{\"detail\":\"not found\"}");
	assert_int_equal(reply_empty(&f.rq), OK);
	assert_out(204, "");
}

static void
in_korean(void **state)
{
	(void)state;
	fake_again(&f);
	f.rq.lang = LANG_KO;
	assert_int_equal(fail(&f.rq, ERR_NOT_FOUND, "not found"),
	    ERR_NOT_FOUND);
	assert_out(404, "{\"detail\":\"찾을 수 없습니다\"}");
	assert_int_equal(fail_field(&f.rq, "n", "must be at least %lld", 3LL),
	    ERR_INPUT);
	assert_int_equal(reply_detail(&f.rq, 200, "not found"), OK);
	assert_out(200, "{\"detail\":\"찾을 수 없습니다\"}");
	assert_true(str_eq(buf_view(&f.errors),
	    STR("{\"n\":[\"3 이상이어야 합니다\"]")));
	f.rq.lang = LANG_EN;
}

/* The text of a fault goes to the log alone. */
static void
faults(void **state)
{
	(void)state;
	fake_again(&f);
	assert_int_equal(fail(&f.rq, ERR_DB, "secret %s", "thing"), ERR_DB);
	assert_out(0, "");
	assert_int_equal(fail(&f.rq, ERR_BUSY, "x"), ERR_BUSY);
	assert_out(0, "");
}

static void
fields(void **state)
{
	(void)state;
	fake_again(&f);
	assert_int_equal(fail_field(&f.rq, "title", "text is needed"),
	    ERR_INPUT);
	assert_int_equal(fail_field(&f.rq, "title", "another"), ERR_INPUT);
	assert_int_equal(fail_field(&f.rq, "subtitle", "%s", "x"), ERR_INPUT);
	assert_int_equal(fail_field(&f.rq, "tit", "\"title\":"), ERR_INPUT);
	assert_int_equal(fail_field(&f.rq, "<", "y"), ERR_INPUT);
	assert_int_equal(fail_field(&f.rq, "<", "z"), ERR_INPUT);
	assert_true(str_eq(buf_view(&f.errors),
	    STR("{\"title\":[\"text is needed\"],\"subtitle\":[\"x\"],"
	    "\"tit\":[\"\\\"title\\\":\"],\"\\u003c\":[\"y\"]")));
}

/* A reason that is too long is cut between two characters. */
static void
long_reasons(void **state)
{
	static const char *const letters[] = { "a", "\xc3\xa9", "가",
		"\xf0\x9f\x98\x80" };
	char text[1000];
	const char *told;
	size_t i, n, lead;

	(void)state;
	for (i = 0; i < 4; i++)
		for (lead = 0; lead < 5; lead++) {
			memset(text, 'x', lead);
			for (n = lead; n < 600; n += strlen(letters[i]))
				memcpy(text + n, letters[i],
				    strlen(letters[i]) + 1);
			fake_again(&f);
			assert_int_equal(fail(&f.rq, ERR_CONFLICT, "%s", text),
			    ERR_CONFLICT);
			told = fake_reason(&f, "detail");
			assert_true(utf8_length(str_of(told)) > 0);
			assert_true(strlen(told) <= 511 && strlen(told) >= 500);
			assert_memory_equal(told, text, strlen(told));
		}
}

static void
headers(void **state)
{
	(void)state;
	fake_again(&f);
	reply_header(&f.rq, "A", STR("b c"));
	reply_header(&f.rq, "Bad", STR("x\r\nSet-Cookie: y"));
	reply_header(&f.rq, "Bad", STR("x\ny"));
	reply_header(&f.rq, "Bad", (struct str){ "x\0y", 3 });
	reply_header(&f.rq, "Bad", STR("x\x7f"));
	reply_header(&f.rq, "Tab", STR("x\ty"));
	reply_header(&f.rq, "E", STR(""));
	reply_header(&f.rq, "K", STR("가"));
	assert_true(str_eq(buf_view(&f.head),
	    STR("A: b c\r\nE: \r\nK: 가\r\n")));
}

static void
outcomes(void **state)
{
	enum err e;

	(void)state;
	assert_int_equal(OK, 0);
	for (e = OK; e < ERR_COUNT; e++) {
		assert_int_equal(err_is_fault(e), err_status(e) >= 500);
		assert_int_equal(strncmp(err_code(e), "ERR_", 4) == 0, e != OK);
		if (e == OK)
			continue;
		assert_true(err_status(e) >= 400 && err_status(e) < 600);
		assert_string_not_equal(words_in(LANG_KO, err_detail(e)),
		    err_detail(e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(in_korean),
		cmocka_unit_test(faults),
		cmocka_unit_test(fields),
		cmocka_unit_test(long_reasons),
		cmocka_unit_test(headers),
		cmocka_unit_test(outcomes),
	};
	int failed;

	fake_open(&f, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fake_close(&f);
	return failed;
}
