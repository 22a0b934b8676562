/* Names of sql/schemes in routes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cache_routes.h"
#include "route.h"

#define READS(...) { GET, "/x", NULL, NULL, AUTH_NONE, .reads = { __VA_ARGS__ } }
#define TOUCHES(...) { POST, "/x", NULL, NULL, AUTH_NONE, \
	.touches = { __VA_ARGS__ } }

static void
names(void **state)
{
	static const struct route good[] = { READS("pins"), READS(NULL),
		READS("pin:{pin}", "names"), READS("boards?{title}|"),
		READS("board:{board}|pins_by:{name}|pins"),
		TOUCHES("pin", "tag_follows_of"), TOUCHES(NULL) };
	static const struct route bad[] = { READS("pinz"), READS(""),
		READS("pin:{pin}", "name"), READS("board:{board}||pins"),
		READS("boards?{title}|x"), READS("Pins"), READS("pins "),
		READS("|pins"), TOUCHES("pin:{pin}"), TOUCHES("pin", "table:pin"),
		TOUCHES("pins|tags"), TOUCHES("") };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!cache_route_check(&good[i]))
			fail_msg("good[%zu]", i);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cache_route_check(&bad[i]))
			fail_msg("bad[%zu]", i);
}

static void
those_of_the_program(void **state)
{
	(void)state;
	assert_true(cache_routes_check());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(those_of_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
