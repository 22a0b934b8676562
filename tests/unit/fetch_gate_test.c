/* The gate: every range with its edges, URLs with what is made of them,
 * redirects, and the list of configured services. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fetch_gate.h"
#include "words.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static struct sockaddr_storage
address(const char *text, uint16_t port)
{
	struct sockaddr_storage a = { .ss_family = AF_INET };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;

	if (strchr(text, ':') == NULL) {
		assert_int_equal(inet_pton(AF_INET, text, &v4->sin_addr), 1);
		v4->sin_port = htons(port);
		return a;
	}
	a.ss_family = AF_INET6;
	assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
	v6->sin6_port = htons(port);
	return a;
}

/* first and last of each range that is refused; the neighbours are global
 * unless they are "" (they fall into another range). */
static const struct {
	const char *before, *first, *last, *after;
} ranges[] = {
	{ "", "0.0.0.0", "0.255.255.255", "1.0.0.0" },
	{ "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0" },
	{ "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0" },
	{ "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0" },
	{ "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0" },
	{ "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0" },
	{ "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0" },
	{ "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0" },
	{ "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0" },
	{ "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0" },
	{ "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0" },
	{ "198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0" },
	{ "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0" },
	{ "223.255.255.255", "224.0.0.0", "239.255.255.255", "" },
	{ "", "240.0.0.0", "255.255.255.255", "" },
	{ "", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
	{ "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::",
	    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
	{ "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
	    "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
	{ "3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::",
	    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "3fff:1000::" },
	{ "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
};

static const char *const refused6[] = {
	"::1", "::7f00:1", "::ffff:7f00:1", "::ffff:5db8:d822",
	"::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
	"2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1",
	"2001:20::1", "2001:30::1", "2002:7f00:1::", "5f00::1", "fc00::1",
	"fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
};

static const char *const global6[] = {
	"2606:4700::1111", "2a00:1450:4001::1", "2620:fe::fe", "2400::1",
	"2001:4860:4860::8888", "2001:200::1", "3000::1",
};

static bool
is_global(const char *text)
{
	struct sockaddr_storage a = address(text, 80);

	return fetch_gate_global((const struct sockaddr *)&a);
}

static void
edges_of_ranges(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		assert_false(is_global(ranges[i].first));
		assert_false(is_global(ranges[i].last));
		if (ranges[i].before[0] != '\0')
			assert_true(is_global(ranges[i].before));
		if (ranges[i].after[0] != '\0')
			assert_true(is_global(ranges[i].after));
	}
	for (i = 0; i < sizeof(refused6) / sizeof(refused6[0]); i++)
		assert_false(is_global(refused6[i]));
	for (i = 0; i < sizeof(global6) / sizeof(global6[0]); i++)
		assert_true(is_global(global6[i]));
}

/* The list of ranges for IPv4, compared with a plain second statement of it
 * over one address of every /16, and the /24s that are refused. */
static void
every_16(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	unsigned a, b;
	bool special;

	(void)state;
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			special = a == 0 || a == 10 || a == 127 || a >= 224 ||
			    (a == 100 && b >= 64 && b < 128) ||
			    (a == 169 && b == 254) ||
			    (a == 172 && b >= 16 && b < 32) ||
			    (a == 192 && b == 168) ||
			    (a == 198 && (b == 18 || b == 19));
			v4.sin_addr.s_addr = htonl(a << 24 | b << 16 | 0xf0f1);
			assert_int_equal(fetch_gate_global(
			    (const struct sockaddr *)&v4), !special);
		}
}

static void
other_families_and_zones(void **state)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr local = { .sa_family = AF_UNIX };
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	(void)state;
	assert_false(fetch_gate_global(&local));
	assert_false(fetch_gate_global(&none));
	assert_int_equal(inet_pton(AF_INET6, "2606:4700::1",
	    &v6.sin6_addr), 1);
	assert_true(fetch_gate_global((const struct sockaddr *)&v6));
	v6.sin6_scope_id = 1;
	assert_false(fetch_gate_global((const struct sockaddr *)&v6));
}

#define SERVICES "127.0.0.1:9000, Pictures.local:8080,[::1]:9000,,a:443"

static const struct {
	const char *url;
	enum fetch_reason reason;
	const char *sent;
} urls[] = {
	{ "http://a.example/", FETCH_FINE, "http://a.example/" },
	{ "HTTPS://A.example", FETCH_FINE, "https://A.example/" },
	{ "http://a.example:443/x", FETCH_FINE, "http://a.example:443/x" },
	{ "https://a.example:80/", FETCH_FINE, "https://a.example:80/" },
	{ "http://a.example:00080/", FETCH_FINE, "http://a.example:80/" },
	{ "http://a.example/a b", FETCH_FINE, "http://a.example/a%20b" },
	{ "http://a.example/\xea\xb0\x80?\xea\xb0\x80", FETCH_FINE,
	    "http://a.example/%ea%b0%80?%ea%b0%80" },
	{ "http://a.example/x#y@z", FETCH_FINE, "http://a.example/x" },
	{ "http://a.example#@b.example/", FETCH_FINE, "http://a.example/" },
	{ "http://a.example?@b.example/", FETCH_FINE,
	    "http://a.example/?@b.example/" },
	{ "http://a.example/../../b/./c", FETCH_FINE, "http://a.example/b/c" },
	{ "http://a.example/@2x.png", FETCH_FINE, "http://a.example/@2x.png" },
	{ "http://\xed\x95\x9c\xea\xb8\x80.kr/", FETCH_FINE,
	    "http://xn--bj0bj06e.kr/" },
	{ "http://93.184.216.34/", FETCH_FINE, "http://93.184.216.34/" },
	{ "http://0x5db8d822/", FETCH_FINE, "http://93.184.216.34/" },
	{ "http://[2606:4700:0::1]/", FETCH_FINE, "http://[2606:4700::1]/" },
	{ "http://127.0.0.1:9000/", FETCH_FINE, "http://127.0.0.1:9000/" },
	{ "http://pictures.LOCAL:8080/a", FETCH_FINE,
	    "http://pictures.LOCAL:8080/a" },
	{ "http://[::1]:9000/", FETCH_FINE, "http://[::1]:9000/" },
	{ "http://127.0.0.1:9001/", FETCH_PORT, NULL },
	{ "http://127.0.0.2:9000/", FETCH_PORT, NULL },
	{ "http://pictures.local.evil:8080/", FETCH_PORT, NULL },
	{ "http://xpictures.local:8080/", FETCH_PORT, NULL },
	{ "http://127.0.0.1/", FETCH_ADDRESS, NULL },
	{ "http://u@127.0.0.1:9000/", FETCH_LOGIN, NULL },
	{ "ftp://127.0.0.1:9000/", FETCH_SCHEME, NULL },
	{ "http://2130706433/", FETCH_ADDRESS, NULL },
	{ "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.1/", FETCH_ADDRESS,
	    NULL },
	{ "http://[fe80::1%25eth0]/", FETCH_ADDRESS, NULL },
	{ "http://[::ffff:1.1.1.1]/", FETCH_ADDRESS, NULL },
	{ "http://a.example:81/", FETCH_PORT, NULL },
	{ "http://a.example:0/", FETCH_PORT, NULL },
	{ "http://a.example:99999/", FETCH_PORT, NULL },
	{ "file:///etc/passwd", FETCH_SCHEME, NULL },
	{ "nothing://a/", FETCH_SCHEME, NULL },
	{ "http://a:b@a.example/", FETCH_LOGIN, NULL },
	{ "http://@a.example/", FETCH_LOGIN, NULL },
	{ "http://a.example\\@b/", FETCH_URL, NULL },
	{ "http://a.example/\t", FETCH_URL, NULL },
	{ "http://a.example/\n", FETCH_URL, NULL },
	{ "http://a.exa\rmple/", FETCH_URL, NULL },
	{ " http://a.example/", FETCH_URL, NULL },
	{ "http://a_b~c.example/", FETCH_URL, NULL },
	{ "http:///", FETCH_URL, NULL },
	{ "a.example/", FETCH_URL, NULL },
	{ "", FETCH_URL, NULL },
};

static void
urls_judged(void **state)
{
	struct fetch_gate g;
	enum fetch_reason r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		r = fetch_gate_open(&g, str_of(urls[i].url), SERVICES);
		if (r != urls[i].reason)
			fail_msg("%s: %s", urls[i].url, fetch_reason_name(r));
		if (r == FETCH_FINE)
			assert_string_equal(g.text, urls[i].sent);
		else
			assert_null(g.url);
		fetch_gate_close(&g);
	}
}

static void
length_of_urls(void **state)
{
	char text[FETCH_URL_MAX + 2];
	struct fetch_gate g;
	size_t n = (size_t)snprintf(text, sizeof(text), "http://a.example/");

	(void)state;
	memset(text + n, 'a', sizeof(text) - n);
	assert_int_equal(fetch_gate_open(&g, (struct str){ text,
	    FETCH_URL_MAX }, ""), FETCH_FINE);
	assert_int_equal(strlen(g.text), FETCH_URL_MAX);
	fetch_gate_close(&g);
	assert_int_equal(fetch_gate_open(&g, (struct str){ text,
	    FETCH_URL_MAX + 1 }, ""), FETCH_URL);
	text[FETCH_URL_MAX - 1] = ' '; /* fits, but not as it is sent */
	text[FETCH_URL_MAX - 2] = ' ';
	text[FETCH_URL_MAX - 3] = 'a';
	assert_int_equal(fetch_gate_open(&g, (struct str){ text,
	    FETCH_URL_MAX }, ""), FETCH_URL);
	text[20] = '\0';
	assert_int_equal(fetch_gate_open(&g, (struct str){ text, 30 }, ""),
	    FETCH_URL);
}

static const struct {
	const char *from, *location;
	enum fetch_reason reason;
	const char *sent;
} leads[] = {
	{ "http://a.example/b/c?d", "e", FETCH_FINE, "http://a.example/b/e" },
	{ "http://a.example/b/c?d", "?e", FETCH_FINE,
	    "http://a.example/b/c?e" },
	{ "http://a.example/b/c", "/e", FETCH_FINE, "http://a.example/e" },
	{ "http://a.example/b/c", "../../../e", FETCH_FINE,
	    "http://a.example/e" },
	{ "http://a.example/", "//b.example/x", FETCH_FINE,
	    "http://b.example/x" },
	{ "https://a.example/", "//b.example/x", FETCH_FINE,
	    "https://b.example/x" },
	{ "http://a.example/", "https://a.example/", FETCH_FINE,
	    "https://a.example/" },
	{ "http://a.example/", "/\xea\xb0\x80 b", FETCH_FINE,
	    "http://a.example/%ea%b0%80%20b" },
	{ "http://a.example:443/", "/x", FETCH_FINE,
	    "http://a.example:443/x" },
	{ "http://127.0.0.1:9000/", "/x", FETCH_FINE,
	    "http://127.0.0.1:9000/x" },
	{ "https://a.example/", "http://a.example/", FETCH_DOWNGRADE, NULL },
	{ "http://127.0.0.1:9000/", "http://127.0.0.1/", FETCH_ADDRESS, NULL },
	{ "http://127.0.0.1:9000/", "//localhost:9000/", FETCH_PORT, NULL },
	{ "http://a.example/", "//127.1/", FETCH_ADDRESS, NULL },
	{ "http://a.example/", "//b@c.example/", FETCH_LOGIN, NULL },
	{ "http://a.example/", "file:///etc/passwd", FETCH_SCHEME, NULL },
	{ "http://a.example/", "/\\b.example/", FETCH_REDIRECT, NULL },
	{ "http://a.example/", "/a\tb", FETCH_REDIRECT, NULL },
	{ "http://a.example/", "", FETCH_REDIRECT, NULL },
	{ "http://a.example/", "http://[::1", FETCH_REDIRECT, NULL },
};

static void
redirects_judged(void **state)
{
	struct fetch_gate g;
	enum fetch_reason r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		assert_int_equal(fetch_gate_open(&g, str_of(leads[i].from),
		    SERVICES), FETCH_FINE);
		r = fetch_gate_redirect(&g, str_of(leads[i].location),
		    SERVICES);
		if (r != leads[i].reason)
			fail_msg("%s -> %s: %s", leads[i].from,
			    leads[i].location, fetch_reason_name(r));
		assert_string_equal(g.text, r == FETCH_FINE ? leads[i].sent :
		    leads[i].from);
		fetch_gate_close(&g);
	}
}

static bool
connects(const char *url, const char *to, uint16_t port)
{
	struct sockaddr_storage a = address(to, port);
	struct fetch_gate g;
	bool may;

	assert_int_equal(fetch_gate_open(&g, str_of(url), SERVICES),
	    FETCH_FINE);
	may = fetch_gate_connect(&g, (const struct sockaddr *)&a);
	fetch_gate_close(&g);
	return may;
}

static void
connections_judged(void **state)
{
	struct sockaddr local = { .sa_family = AF_UNIX };
	struct fetch_gate g;

	(void)state;
	assert_true(connects("http://a.example/", "93.184.216.34", 80));
	assert_true(connects("https://a.example/", "2606:4700::1", 443));
	assert_false(connects("http://a.example/", "93.184.216.34", 443));
	assert_false(connects("http://a.example/", "93.184.216.34", 0));
	assert_false(connects("http://a.example/", "127.0.0.1", 80));
	assert_false(connects("http://a.example/", "::ffff:127.0.0.1", 80));
	assert_true(connects("http://127.0.0.1:9000/", "127.0.0.1", 9000));
	assert_false(connects("http://127.0.0.1:9000/", "127.0.0.1", 80));
	/* a name's entry is for its port; it opens nothing at another */
	assert_true(connects("https://a/", "10.0.0.1", 443));
	assert_false(connects("http://a/", "10.0.0.1", 80));
	assert_int_equal(fetch_gate_open(&g, STR("https://a/"), SERVICES),
	    FETCH_FINE);
	assert_false(fetch_gate_connect(&g, &local));
	fetch_gate_close(&g);
}

static void
lists_of_services(void **state)
{
	(void)state;
	assert_true(fetch_gate_allow_ok(""));
	assert_true(fetch_gate_allow_ok(SERVICES));
	assert_true(fetch_gate_allow_ok(" a:1 , b:65535 "));
	assert_false(fetch_gate_allow_ok("a"));
	assert_false(fetch_gate_allow_ok("a:0"));
	assert_false(fetch_gate_allow_ok("a:65536"));
	assert_false(fetch_gate_allow_ok("a:1;b:2"));
	assert_false(fetch_gate_allow_ok("::1:80"));
	assert_false(fetch_gate_allow_ok("[]:80"));
	assert_false(fetch_gate_allow_ok("http://a:80"));
	assert_false(fetch_gate_allow_ok(":80"));
	assert_false(fetch_gate_allow_ok("a:80,b:"));
}

static void
sentences(void **state)
{
	const char *text;
	int r;

	(void)state;
	for (r = FETCH_FINE + 1; r < FETCH_FAULT; r++) {
		text = fetch_reason_text((enum fetch_reason)r);
		assert_true(strlen(text) > 10 && strlen(text) < 70);
		assert_true(text[0] >= 'a' && text[0] <= 'z');
		assert_ptr_not_equal(words_in(LANG_KO, text), text);
	}
	assert_string_equal(fetch_reason_name(FETCH_SLOW), "SLOW");
	assert_string_equal(fetch_reason_text(FETCH_FINE), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_of_ranges),
		cmocka_unit_test(every_16),
		cmocka_unit_test(other_families_and_zones),
		cmocka_unit_test(urls_judged),
		cmocka_unit_test(length_of_urls),
		cmocka_unit_test(redirects_judged),
		cmocka_unit_test(connections_judged),
		cmocka_unit_test(lists_of_services),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
