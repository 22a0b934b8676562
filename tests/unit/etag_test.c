/* Conditions by ETag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "etag.h"

static bool
is_in(const char *list)
{
	return etag_is_among(str_of(list), STR("\"one\""));
}

static void
lists(void **state)
{
	static const char *const good[] = { "\"one\"", "W/\"one\"", "*", " * ",
		"\"x\", \"one\"", "\"x\",W/\"one\"", ",, \"one\",",
		"\"\" ,\t\"one\" ", "\"a,b\", \"one\"", "\"one\", x",
		"\"W/\", \"one\"" };
	static const char *const bad[] = { "", " ", ",", "one", "\"one",
		"one\"", "\"One\"", "\"one \"", "w/\"one\"", "W/", "W/ \"one\"",
		"**", "\"*\"", "*, \"x\"", "\"x\" \"one\"", "\"one\"x",
		"x, \"one\"", "\"x, \"one\"", "\"x\"; \"one\"", "\"", "W/\"" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!is_in(good[i]))
			fail_msg("%s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (is_in(bad[i]))
			fail_msg("%s", bad[i]);
	assert_false(is_in(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(lists) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
