/* Which requests are certainly those of a page of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "origin.h"

static bool
is_own(const char *header, const char *origin, const char *site)
{
	struct req rq = { .requested_with = str_of(header),
		.origin = str_of(origin), .fetch_site = str_of(site) };

	return origin_is_own_page(&rq);
}

#define OWN(...) assert_true(is_own(__VA_ARGS__))
#define FOREIGN(...) assert_false(is_own(__VA_ARGS__))

static void
headers(void **state)
{
	const char *us = "http://127.0.0.1:8080";

	(void)state;
	conf.public_url = us;
	OWN("pinwall", NULL, NULL);
	OWN("pinwall", us, NULL);
	OWN("pinwall", us, "same-origin");
	OWN("pinwall", NULL, "none");
	FOREIGN(NULL, us, "same-origin");
	FOREIGN("", us, "same-origin");
	FOREIGN("Pinwall", us, "same-origin");
	FOREIGN("pinwall ", us, "same-origin");
	FOREIGN("XMLHttpRequest", us, "same-origin");
	FOREIGN("pinwall", us, "same-site");
	FOREIGN("pinwall", us, "cross-site");
	FOREIGN("pinwall", us, "Same-Origin");
	FOREIGN("pinwall", us, "?");
	FOREIGN("pinwall", "null", "same-origin");
}

static void
origins(void **state)
{
	static const char *const others[] = {
		"null", "http://evil.example", "http://127.0.0.1",
		"http://127.0.0.1:808", "http://127.0.0.1:80800",
		"http://127.0.0.1:8081", "https://127.0.0.1:8080",
		"http://127.0.0.1:8080.evil.com", "http://127.0.0.1:8080/",
		"http://evil.com/http://127.0.0.1:8080",
		"http://127.0.0.1:8080@evil.com", "127.0.0.1:8080",
		"http://127.0.0.1:8080, http://evil.example",
		"http://localhost:8080", "http://[::1]:8080", " ",
	};
	size_t i;

	(void)state;
	conf.public_url = "http://127.0.0.1:8080";
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		FOREIGN("pinwall", others[i], NULL);
	conf.public_url = "https://pins.example";
	FOREIGN("pinwall", "https://a.pins.example", NULL);
	FOREIGN("pinwall", "https://evilpins.example", NULL);
	FOREIGN("pinwall", "https://pins.example.", NULL);
	FOREIGN("pinwall", "http://pins.example", NULL);
	FOREIGN("pinwall", "https://", NULL);
	OWN("pinwall", "https://pins.example", NULL);
}

/* Browsers leave out the port that a scheme has anyway, and write hosts
 * small; of an address with a path the origin is the beginning. */
static void
addresses(void **state)
{
	static const struct {
		const char *url, *own, *foreign;
	} cases[] = {
		{ "https://Pins.Example:443", "https://pins.example",
		    "https://pins.example:443" },
		{ "http://pins.example:80", "http://pins.example",
		    "https://pins.example" },
		{ "https://pins.example:80", "https://pins.example:80",
		    "https://pins.example" },
		{ "http://pins.example:443", "http://pins.example:443",
		    "http://pins.example" },
		{ "http://pins.example:8080", "http://pins.example:8080",
		    "http://pins.example:80" },
		{ "https://pins.example/wall", "https://pins.example",
		    "https://pins.example/wall" },
		{ "http://[::1]:8080", "http://[::1]:8080", "http://[::1]" },
		{ "pins.example", "pins.example", "https://pins.example" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf.public_url = cases[i].url;
		OWN("pinwall", cases[i].own, NULL);
		FOREIGN("pinwall", cases[i].foreign, NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(origins),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
