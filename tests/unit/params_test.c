/* FastCGI parameters: what is taken from them, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "params.h"

static struct req rq;

#define READ(...) \
	do { \
		static const char *const texts[] = { __VA_ARGS__, NULL }; \
		rq = (struct req){ .mem = NULL }; \
		params_read(texts, &rq); \
	} while (0)

static void
assert_text(struct str s, const char *want)
{
	if (want == NULL)
		assert_null(s.p);
	else
		assert_true(s.p != NULL && str_eq(s, str_of(want)));
}

static void
every_name(void **state)
{
	(void)state;
	READ("FCGI_ROLE=RESPONDER", "REQUEST_METHOD=PATCH",
	    "DOCUMENT_URI=/api/pins/1", "QUERY_STRING=a=b&c=d",
	    "CONTENT_TYPE=application/json", "CONTENT_LENGTH=17",
	    "REMOTE_ADDR=::1", "REQUEST_SCHEME=https",
	    "REQUEST_START=1763774687.123",
	    "REQUEST_ID=0123456789abcdef0123456789abcdef",
	    "HTTP_AUTHORIZATION=Bearer x=", "HTTP_COOKIE=a=b; c=d",
	    "HTTP_ORIGIN=https://x", "HTTP_X_REQUESTED_WITH=fetch",
	    "HTTP_SEC_FETCH_SITE=same-origin",
	    "HTTP_ACCEPT_LANGUAGE=ko", "HTTP_IF_NONE_MATCH=\"x\"",
	    "HTTP_USER_AGENT=u", "HTTP_IDEMPOTENCY_KEY=k",
	    "HTTP_CONTENT_ENCODING=gzip");
	assert_int_equal(rq.method, PATCH);
	assert_text(rq.path, "/api/pins/1");
	assert_text(rq.query, "a=b&c=d");
	assert_text(rq.content_type, "application/json");
	assert_int_equal(rq.body.length, 17);
	assert_text(rq.remote_addr, "::1");
	assert_text(rq.forwarded_proto, "https");
	assert_true(rq.arrived == INT64_C(1763774687123000));
	assert_string_equal(rq.id, "0123456789abcdef0123456789abcdef");
	assert_text(rq.authorization, "Bearer x=");
	assert_text(rq.cookie, "a=b; c=d");
	assert_text(rq.origin, "https://x");
	assert_text(rq.requested_with, "fetch");
	assert_text(rq.fetch_site, "same-origin");
	assert_text(rq.accept_language, "ko");
	assert_text(rq.if_none_match, "\"x\"");
	assert_text(rq.user_agent, "u");
	assert_text(rq.idempotency_key, "k");
	assert_text(rq.content_encoding, "gzip");
}

static void
any_order_and_twice(void **state)
{
	(void)state;
	READ("HTTP_COOKIE=first", "DOCUMENT_URI=/one", "UNKNOWN=x",
	    "HTTP_COOKIE=second", "REQUEST_METHOD=GET", "DOCUMENT_URI=/two",
	    "REQUEST_METHOD=POST");
	assert_text(rq.cookie, "first");
	assert_text(rq.path, "/one");
	assert_int_equal(rq.method, GET);
}

static void
nothing_and_nonsense(void **state)
{
	(void)state;
	READ("FCGI_ROLE=RESPONDER");
	assert_int_equal(rq.method, METHOD_OTHER);
	assert_text(rq.path, "");
	assert_text(rq.query, "");
	assert_text(rq.cookie, NULL);
	assert_int_equal(rq.body.length, 0);
	assert_true(rq.arrived == 0);
	assert_int_equal(strlen(rq.id), 16);
	READ("", "=", "=x", "HTTP_COOKIE", "HTTP_COOKIE=", "HTTP_COOKIEX=x",
	    "TTP_COOKIE=x", "REQUEST_METHOD=get", "CONTENT_LENGTH=",
	    "HTTP_COOKIE=late");
	assert_text(rq.cookie, "late");
	assert_int_equal(rq.method, METHOD_OTHER);
	assert_int_equal(rq.body.length, 0);
}

static void
lengths(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{ "CONTENT_LENGTH=0", 0 }, { "CONTENT_LENGTH=1", 1 },
		{ "CONTENT_LENGTH=9223372036854775807", INT64_MAX },
		{ "CONTENT_LENGTH=9223372036854775808", -1 },
		{ "CONTENT_LENGTH=-1", -1 }, { "CONTENT_LENGTH=+1", -1 },
		{ "CONTENT_LENGTH= 1", -1 }, { "CONTENT_LENGTH=1 ", -1 },
		{ "CONTENT_LENGTH=01", -1 }, { "CONTENT_LENGTH=1,1", -1 },
		{ "CONTENT_LENGTH=0x1", -1 }, { "CONTENT_LENGTH=x", -1 },
	};
	const char *texts[2] = { NULL, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		texts[0] = cases[i].text;
		rq = (struct req){ .mem = NULL };
		params_read(texts, &rq);
		assert_true(rq.body.length == cases[i].want);
	}
}

static void
starts(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{ "REQUEST_START=0.001", 1000 },
		{ "REQUEST_START=1.999", 1999000 },
		{ "REQUEST_START=1763774687", 0 },
		{ "REQUEST_START=1763774687.1", 0 },
		{ "REQUEST_START=1763774687.1234", 0 },
		{ "REQUEST_START=1763774687.12x", 0 },
		{ "REQUEST_START=-1.000", 0 }, { "REQUEST_START=.123", 0 },
		{ "REQUEST_START=100000000001.000", 0 },
		{ "REQUEST_START=9223372036854775807.000", 0 },
		{ "REQUEST_START=1.2.3", 0 },
	};
	const char *texts[2] = { NULL, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		texts[0] = cases[i].text;
		rq = (struct req){ .mem = NULL };
		params_read(texts, &rq);
		assert_true(rq.arrived == cases[i].want);
	}
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
own_ids_differ(void **state)
{
	static char ids[10000][17];
	size_t i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		READ("REQUEST_ID=0123456789abcdeF");
		assert_int_equal(strspn(rq.id, "0123456789abcdef"), 16);
		memcpy(ids[i], rq.id, 17);
	}
	qsort(ids, 10000, sizeof(ids[0]), compare);
	for (i = 1; i < 10000; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name),
		cmocka_unit_test(any_order_and_twice),
		cmocka_unit_test(nothing_and_nonsense),
		cmocka_unit_test(lengths),
		cmocka_unit_test(starts),
		cmocka_unit_test(own_ids_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
