/* Pages: addresses made absolute, and what is found in HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "webpage_parse.h"
#include "webpage_url.h"

#include <stdlib.h>

#define BASE "https://Example.com/a/b/page.html?q=1"

/* want: NULL for none. */
static const struct {
	const char *base, *ref, *want;
} joins[] = {
	{ BASE, "c.png", "https://Example.com/a/b/c.png" },
	{ BASE, " c.png\n", "https://Example.com/a/b/c.png" },
	{ BASE, "c.png#top", "https://Example.com/a/b/c.png" },
	{ BASE, "/c.png?x=1&y=/../z", "https://Example.com/c.png?x=1&y=/../z" },
	{ BASE, "?x", "https://Example.com/a/b/page.html?x" },
	{ BASE, "../c.png", "https://Example.com/a/c.png" },
	{ BASE, "../../../../c.png", "https://Example.com/c.png" },
	{ BASE, "./x/./y/../c.png", "https://Example.com/a/b/x/c.png" },
	{ BASE, "x/..", "https://Example.com/a/b/" },
	{ BASE, "..", "https://Example.com/a/" },
	{ BASE, "//cdn.test/c.png", "https://cdn.test/c.png" },
	{ BASE, "//cdn.test", "https://cdn.test/" },
	{ BASE, "\\\\cdn.test\\c.png", "https://cdn.test/c.png" },
	{ BASE, "HTTP://x.test/a", "http://x.test/a" },
	{ BASE, "http://x.test?a", "http://x.test/?a" },
	{ BASE, "a b\"<>.png", "https://Example.com/a/b/a%20b%22%3C%3E.png" },
	{ BASE, "\xea\xb0\x80.png", "https://Example.com/a/b/%EA%B0%80.png" },
	{ BASE, "%EA%B0%80.png", "https://Example.com/a/b/%EA%B0%80.png" },
	{ BASE, "ht\ntp://x.test/a\tb", "http://x.test/ab" },
	{ BASE, "a:b.png", NULL },
	{ BASE, "./a:b.png", "https://Example.com/a/b/a:b.png" },
	{ BASE, "", NULL }, { BASE, "#x", NULL }, { BASE, "  ", NULL },
	{ BASE, "data:image/png;base64,x", NULL },
	{ BASE, "javascript:alert(1)", NULL }, { BASE, "file:///etc", NULL },
	{ BASE, "java\nscript:alert(1)", NULL },
	{ BASE, "http:", NULL }, { BASE, "http:/x", NULL },
	{ BASE, "http:c.png", NULL }, { BASE, "https://", NULL },
	{ BASE, "///x", NULL }, { BASE, "http://a b/", NULL },
	{ BASE, "http://a<b>/", NULL },
	{ "http://x.test", "c.png", "http://x.test/c.png" },
	{ "http://x.test", "?q", "http://x.test/?q" },
	{ "ftp://x.test/", "c.png", NULL }, { "", "c.png", NULL },
	{ "/a/b", "c.png", NULL }, { "", "http://x.test/a", NULL },
};

static void
test_join(void **state)
{
	struct arena *a = arena_open(1 << 20);
	struct str got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
		got = webpage_url_join(a, str_of(joins[i].base),
		    str_of(joins[i].ref));
		if (joins[i].want == NULL)
			assert_null(got.p);
		else
			assert_string_equal(got.p, joins[i].want);
	}
	arena_close(a);
}

static void
test_join_is_bounded(void **state)
{
	struct arena *a = arena_open(1 << 20);
	char ref[WEBPAGE_URL_MAX + 2];
	size_t most = WEBPAGE_URL_MAX - strlen("http://x.test/");

	(void)state;
	memset(ref, 'a', sizeof(ref));
	assert_int_equal(webpage_url_join(a, STR("http://x.test/"),
	    (struct str){ ref, most }).n, WEBPAGE_URL_MAX);
	assert_null(webpage_url_join(a, STR("http://x.test/"),
	    (struct str){ ref, most + 1 }).p);
	arena_close(a);
}

/* What is found, with '|' after each text. */
static const struct {
	const char *html, *want;
} pages[] = {
	{ "", "||" },
	{ "plain", "||" },
	{ "<title> a\n&lt;b </title>", "a\n<b||" },
	{ "<title>a</title><title>b</title>", "a||" },
	{ "<title>a</title><meta property=og:title content=b>", "b||" },
	{ "<svg><title>a</title></svg><title>b</title>", "b||" },
	{ "<base href=/x/><base href=/y/>", "|/x/|" },
	{ "<img src=a><IMG SRC=b>", "||a|b|" },
	{ "<img src=a><meta property=og:image content=b>", "||b|a|" },
	{ "<meta name=twitter:image content=a>"
	    "<meta name=OG:IMAGE content=b>", "||b|a|" },
	{ "<img src=a><link rel=image_src href=b>", "||b|a|" },
	{ "<link rel=icon href=b>", "||" },
	{ "<img src=a width=40><img src=b height=1>", "||" },
	{ "<img src=a width=80 height=90><img src=b><img src=c width=300>",
	    "||c|b|a|" },
	{ "<img src=a width=\"100%\" height=auto>", "||a|" },
	{ "<img src=a srcset=\"b 1x, c 2x\">", "||c|" },
	{ "<img srcset=\"a,b,c.png 20w, d,e 10w\">", "||a,b,c.png|" },
	{ "<img srcset=\" a \">", "||a|" },
	{ "<img srcset=\",,, \" src=b>", "||,,|" },
	{ "<img src=a data-src=b>", "||b|" },
	{ "<noscript><img src=a></noscript>", "||a|" },
	{ "<script>'<img src=a>'</script><!-- <img src=b> -->", "||" },
	{ "<table><img src=a><tr><img src=b>", "||a|b|" },
	{ "<p><img src=a</p>", "||a</p|" },
	{ "<img alt='>' src=\"a&amp;b\">", "||a&b|" },
};

static void
test_pages(void **state)
{
	struct arena *a = arena_open(16 << 20);
	struct str got;
	size_t i, k;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		got = webpage_parse(a, str_of(pages[i].html));
		text = arena_alloc(a, got.n + 1);
		for (k = 0; k < got.n; k++)
			text[k] = got.p[k] == '\0' ? '|' : got.p[k];
		text[got.n] = '\0';
		assert_string_equal(text, pages[i].want);
	}
	arena_close(a);
}

/* Deeper than a stack, more pictures than are taken. */
static void
test_large_pages(void **state)
{
	struct arena *a = arena_open((size_t)512 << 20);
	struct str got;
	struct buf b;
	int i, n = 0;

	(void)state;
	buf_open(&b, 2 << 20);
	for (i = 0; i < 100000; i++)
		buf_str(&b, STR("<div>"));
	for (i = 0; i < 300; i++)
		buf_printf(&b, "<img src=%d>", i);
	got = webpage_parse(a, buf_view(&b));
	for (i = 0; i < (int)got.n; i++)
		n += got.p[i] == '\0';
	assert_int_equal(n, 2 + WEBPAGE_FOUND_MAX);
	buf_close(&b);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_is_bounded),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_large_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
