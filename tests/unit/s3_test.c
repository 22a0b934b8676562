/* Signed addresses, and lists of objects as a service may send them. */
#include "s3_page.h"
#include "s3_sign.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

/* The example of Amazon's document "Authenticating Requests: Using Query
 * Parameters". */
static void
signs_as_the_document_does(void **state)
{
	struct s3_sign by = { "AKIA" "IOSFODNN7EXAMPLE",
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1",
		"examplebucket.s3.amazonaws.com" };
	struct arena *a = arena_open(1 << 20);
	struct str got = s3_sign_get(a, &by, "/test.txt", 1369353600, 86400);

	(void)state;
	assert_string_equal(got.p, "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
	    "&X-Amz-Credential=AKIA" "IOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2F"
	    "s3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
	    "&X-Amz-SignedHeaders=host&X-Amz-Signature="
	    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
	arena_close(a);
}

#define LIST(inside) "<?xml version='1.0' encoding='UTF-8'?>\n" \
	"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" \
	"<Name>b</Name>" inside "</ListBucketResult>"
#define OBJECT(key, when) "<Contents><Key>" key "</Key><LastModified>" when \
	"</LastModified><Owner><Key>no</Key></Owner></Contents>"

static struct s3_page page;

static bool
reads(struct arena *a, const char *xml)
{
	return s3_page_read(a, str_of(xml), &page);
}

static void
reads_a_list(void **state)
{
	struct arena *a = arena_open(1 << 20);

	(void)state;
	assert_true(reads(a, LIST("<NextContinuationToken>a+b/=</NextContinuation"
	    "Token>" OBJECT("media/ab/c&amp;d/1.webp",
	    "2013-05-24T00:00:01.000Z") OBJECT("x", "yesterday") "<Contents><Key>y"
	    "</Key><Size>9007199254740993</Size></Contents>")));
	assert_int_equal(page.n, 3);
	assert_string_equal(page.objects[0].key.p, "media/ab/c&d/1.webp");
	assert_int_equal(page.objects[0].changed, 1369353601);
	/* what has no time is never old */
	assert_true(page.objects[1].changed == INT64_MAX);
	assert_true(page.objects[0].size == -1);
	assert_true(page.objects[2].size == INT64_C(9007199254740993));
	assert_string_equal(page.next.p, "a+b/=");
	assert_true(reads(a, LIST("")));
	assert_int_equal(page.n, 0);
	assert_int_equal(page.next.n, 0);
	arena_close(a);
}

static void
refuses_the_rest(void **state)
{
	static const char *const bad[] = { "", "x", "<Error/>", "<a><b></a>",
		LIST("<Contents></Contents>"), "<ListBucketResult>",
		"<!DOCTYPE a><ListBucketResult></ListBucketResult>",
		"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
		LIST(OBJECT("&x;", "1")), LIST(OBJECT("&x;", "1")),
		LIST("<a><b><c><d><e><f><g><h></h></g></f></e></d></c></b></a>"),
		NULL };
	struct arena *a = arena_open(1 << 20);
	struct buf b;
	int i;

	(void)state;
	for (i = 0; bad[i] != NULL; i++)
		if (reads(a, bad[i]))
			fail_msg("taken: %s", bad[i]);
	buf_open(&b, 1 << 20);
	buf_str(&b, STR("<ListBucketResult>"));
	for (i = 0; i <= S3_PAGE; i++)
		buf_str(&b, STR(OBJECT("k", "1")));
	buf_str(&b, STR("</ListBucketResult>"));
	assert_false(s3_page_read(a, buf_view(&b), &page));
	buf_reset(&b, 0);
	buf_str(&b, STR("<ListBucketResult><Contents><Key>"));
	for (i = 0; i < 3000; i++)
		buf_byte(&b, 'k');
	buf_str(&b, STR("</Key></Contents></ListBucketResult>"));
	assert_false(s3_page_read(a, buf_view(&b), &page));
	buf_close(&b);
	arena_close(a);
}

static void
reads_an_error(void **state)
{
	struct arena *a = arena_open(1 << 20);

	(void)state;
	assert_string_equal(s3_page_error(a, STR("<Error><Code>NoSuchKey</Code>"
	    "<Message>secret</Message></Error>")).p, "NoSuchKey");
	assert_true(s3_page_error(a, STR("<html>")).n == 0);
	assert_true(s3_page_error(a, STR("")).n == 0);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_as_the_document_does),
		cmocka_unit_test(reads_a_list),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(reads_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
