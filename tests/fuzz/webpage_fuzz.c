/*
 * Pages, and the addresses in them: any bytes.  What is found is bounded and
 * in whole texts; an address that was made absolute is http or https, is made
 * of what an address may hold, and is the same when it is read once more.
 */
#include "webpage_parse.h"
#include "webpage_url.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
join(struct arena *a, struct str base, struct str ref)
{
	struct str whole = webpage_url_join(a, base, ref), again;
	size_t i;

	if (whole.p == NULL)
		return;
	assert(whole.n <= WEBPAGE_URL_MAX);
	assert(str_starts(whole, STR("http://")) ||
	    str_starts(whole, STR("https://")));
	for (i = 0; i < whole.n; i++)
		assert((unsigned char)whole.p[i] > ' ');
	again = webpage_url_join(a, base, whole);
	assert(str_eq(whole, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_open((size_t)256 << 20);
	struct str html = { (const char *)data, n }, found, base, one;
	size_t from, end;
	int texts = 0;

	found = webpage_parse(a, html);
	assert(found.n >= 2 && found.p[found.n - 1] == '\0');
	from = str_find(found, '\0', 0) + 1;
	base = str_sub(found, from, str_find(found, '\0', from));
	for (from = 0; from < found.n; from = end + 1) {
		end = str_find(found, '\0', from);
		one = str_sub(found, from, end);
		assert(one.n <= WEBPAGE_TEXT_MAX);
		join(a, STR("https://x.test/a/b?c"), one);
		join(a, base, one);
		texts++;
	}
	assert(texts <= WEBPAGE_FOUND_MAX + 2);
	join(a, html, STR("a/../b"));
	join(a, STR("http://x.test"), html);
	arena_close(a);
	return 0;
}
