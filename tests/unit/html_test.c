/* Writing HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "html.h"

static struct buf b;

#define WRITTEN(want) do { \
	if (!str_eq(buf_view(&b), STR(want))) \
		fail_msg("%.*s", STR_ARG(buf_view(&b))); \
	buf_reset(&b, SIZE_MAX); \
} while (0)

static void
texts(void **state)
{
	(void)state;
	html_text(&b, STR(""));
	WRITTEN("");
	html_text(&b, STR("가 b"));
	WRITTEN("가 b");
	html_text(&b, STR("<!--# include -->"));
	WRITTEN("&lt;!--# include --&gt;");
	html_text(&b, STR("\"'&amp;</title>"));
	WRITTEN("&quot;&#39;&amp;amp;&lt;/title&gt;");
}

static void
metas(void **state)
{
	(void)state;
	html_meta(&b, "property", "og:title", STR("a\"><script>"));
	WRITTEN("<meta property=\"og:title\" "
	    "content=\"a&quot;&gt;&lt;script&gt;\">\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(metas),
	};
	int failed;

	buf_open(&b, 1000);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_close(&b);
	return failed;
}
