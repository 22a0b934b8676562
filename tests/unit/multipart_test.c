/*
 * multipart/form-data as a stream.  What it gives is compared with a naive
 * reader that has the whole body in memory and splits it at the delimiters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "multipart.h"

#define TYPE "multipart/form-data; boundary=XyZ"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define FILED(name) "Content-Disposition: form-data; name=\"" name \
	"\"; filename=\"f.jpg\"\r\nContent-Type: image/jpeg\r\n"

static struct fake f;

/* What a body gives: a line for each part, and the last step. */
static void
describe(struct buf *b, size_t step, size_t chunk)
{
	static const char *const ends[] = { "?", "end", "bad", "cut" };
	struct multipart m;
	struct part part;
	enum multipart_step s = MULTIPART_BAD;
	char piece[5000];
	ssize_t n = 0;

	f.at = 0;
	f.step = step;
	arena_reset(f.rq.mem);
	buf_reset(b, SIZE_MAX);
	if (!multipart_open(&m, f.rq.mem, &f.rq.body, f.rq.content_type)) {
		buf_str(b, STR("no boundary"));
		return;
	}
	while ((s = multipart_next(&m, &part)) == MULTIPART_PART) {
		buf_printf(b, "[%.*s%s]", STR_ARG(part.name),
		    part.is_file ? " file" : "");
		while ((n = multipart_read(&m, piece, chunk)) > 0)
			buf_add(b, piece, (size_t)n);
		if (n < 0)
			break;
		assert_int_equal(multipart_read(&m, piece, chunk), 0);
	}
	buf_str(b, str_of(n < 0 ? "cut" : ends[s]));
}

static void
assert_parts(struct str body, const char *want)
{
	struct buf b;

	buf_open(&b, 1 << 20);
	fake_body(&f, STR(TYPE), body);
	describe(&b, 0, 4096);
	if (!str_eq(buf_view(&b), str_of(want)))
		fail_msg("\n%.*s\n is not \n%s\n", STR_ARG(buf_view(&b)), want);
	buf_close(&b);
}

static void
parts(void **state)
{
	(void)state;
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\none\r\n--XyZ--\r\n"),
	    "[a]oneend");
	/* an end of line before the first delimiter, a preamble, an epilogue */
	assert_parts(STR("\r\n--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ--"),
	    "[a]1end");
	assert_parts(STR("hello\r\n--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ--"
	    "\r\n--XyZ\r\n" NAMED("b") "\r\n2"), "[a]1end");
	/* blanks after a boundary, empty parts, line ends inside */
	assert_parts(STR("--XyZ \t\r\n" NAMED("a") "\r\n\r\n--XyZ\r\n"
	    FILED("b") "\r\n\r\n\r\n\r\n--XyZ--"),
	    "[a][b file]\r\n\r\nend");
	assert_parts(STR("--XyZ--"), "end");
	assert_parts(STR(""), "bad");
	assert_parts(STR("nothing of the kind"), "bad");
}

/* Beginnings of the delimiter that are none. */
static void
nearly_a_delimiter(void **state)
{
	(void)state;
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n"
	    "\r\n--Xy\r\n--XyY\r\n-\r\n-XyZ\r\r\n\n--XyZ--XyZ\n--XyZ"
	    "\r\n--XyZ--"),
	    "[a]\r\n--Xy\r\n--XyY\r\n-\r\n-XyZ\r\r\n\n--XyZ--XyZ\n--XyZend");
	/* a boundary that a part's line begins with ends the part, and what
	 * follows it must be an end of line or two dashes (RFC 2046 5.1.1) */
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZabc\r\n"
	    "\r\n--XyZ--"), "[a]1bad");
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ-\r\n"),
	    "[a]1bad");
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ\n"),
	    "[a]1bad");
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ"), "[a]1bad");
	assert_parts(STR("--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ\r\n"),
	    "[a]1bad");
}

static void
headers(void **state)
{
	static const struct {
		const char *header, *want;
	} known[] = {
		{ NAMED("a"), "[a]" },
		{ "content-disposition:form-data;NAME=a\r\n", "[a]" },
		{ "X: y\r\n" NAMED("a") "Y: z\r\n", "[a]" },
		{ "Content-Disposition: form-data; name=\"a\\\"b\\\\\"\r\n",
		    "[a\"b\\]" },
		{ "Content-Disposition: form-data; name=\"a;b=c\"\r\n",
		    "[a;b=c]" },
		{ "Content-Disposition: form-data; name=\"\"\r\n", "[]" },
		{ "Content-Disposition: form-data; filename=x; name=a\r\n",
		    "[a file]" },
		{ "Content-Disposition: form-data; name=a; filename=\"\"\r\n",
		    "[a file]" },
		{ "Content-Disposition: form-data; name=a; "
		    "filename=\"..\\\\..\\\\x;name=b\"\r\n", "[a file]" },
		{ "Content-Disposition: form-data; name=\"\xea\xb0\x80\"\r\n",
		    "[\xea\xb0\x80]" },
		/* no name, two, an open quote, another disposition */
		{ "", "bad" },
		{ "Content-Disposition: form-data\r\n", "bad" },
		{ "Content-Disposition: form-data; filename=x\r\n", "bad" },
		{ "Content-Disposition: form-data; name=a; name=b\r\n", "bad" },
		{ "Content-Disposition: form-data; name=\"a\r\n", "bad" },
		{ "Content-Disposition: attachment; name=a\r\n", "bad" },
		{ NAMED("a") NAMED("b"), "bad" },
		{ NAMED("a") NAMED("a"), "bad" },
		{ "Content-Disposition : form-data; name=a\r\n", "bad" },
		{ "Content-Disposition form-data; name=a\r\n", "bad" },
	};
	char body[1000], want[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(body, sizeof(body),
		    "--XyZ\r\n%s\r\n1\r\n--XyZ--", known[i].header);
		snprintf(want, sizeof(want), "%s%s", known[i].want,
		    known[i].want[0] == '[' ? "1end" : "");
		assert_parts(str_of(body), want);
	}
}

static void
header_limits(void **state)
{
	struct buf b;
	int lines, length;

	(void)state;
	buf_open(&b, 1 << 20);
	for (lines = 13; lines < 18; lines++) {
		buf_reset(&b, SIZE_MAX);
		buf_str(&b, STR("--XyZ\r\n" NAMED("a")));
		for (length = 0; length < lines; length++)
			buf_str(&b, STR("X: y\r\n"));
		buf_str(&b, STR("\r\n1\r\n--XyZ--"));
		/* sixteen lines, the empty one among them */
		assert_parts(buf_view(&b), lines <= 14 ? "[a]1end" : "bad");
	}
	for (length = 4090; length < 4100; length++) {
		buf_reset(&b, SIZE_MAX);
		buf_printf(&b, "--XyZ\r\nX%0*d\r\n" NAMED("a"), length - 1, 0);
		buf_str(&b, STR("\r\n1\r\n--XyZ--"));
		assert_parts(buf_view(&b), length <= 4096 ? "[a]1end" : "bad");
	}
	/* headers as long as they come */
	buf_reset(&b, SIZE_MAX);
	buf_str(&b, STR("--XyZ\r\n"));
	for (lines = 0; lines < 14; lines++)
		buf_printf(&b, "X%04000d\r\n", 0);
	buf_str(&b, STR(NAMED("a") "\r\n1\r\n--XyZ--"));
	assert_parts(buf_view(&b), "bad");
	buf_close(&b);
}

static void
boundaries(void **state)
{
	static const struct {
		const char *type;
		bool good;
	} known[] = {
		{ "multipart/form-data; boundary=XyZ", true },
		{ "multipart/form-data;boundary=XyZ", true },
		{ "multipart/form-data; charset=utf-8; Boundary=\"XyZ\"", true },
		{ "multipart/form-data; boundary=XyZ ; charset=utf-8", true },
		{ "multipart/form-data", false },
		{ "multipart/form-data; boundary", false },
		{ "multipart/form-data; boundary=", false },
		{ "multipart/form-data; boundary=\"\"", false },
		{ "multipart/form-data; boundary=\"XyZ", false },
		{ "multipart/form-data; boundary=XyZ; boundary=XyZ", false },
		{ "multipart/form-data; boundary=\"Xy\tZ\"", false },
		{ "multipart/form-data; boundary=\"Xy\x7fZ\"", false },
		{ "multipart/form-data; xboundary=XyZ", false },
		{ "", false },
	};
	struct multipart m;
	char type[200];
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(multipart_open(&m, f.rq.mem, &f.rq.body,
		    str_of(known[i].type)), known[i].good);
		if (known[i].good)
			assert_memory_equal(m.delimiter, "\r\n--XyZ", 7);
	}
	for (n = 68; n < 74; n++) {
		snprintf(type, sizeof(type),
		    "multipart/form-data; boundary=%0*d", n, 0);
		assert_int_equal(multipart_open(&m, f.rq.mem, &f.rq.body,
		    str_of(type)), n <= 70);
	}
}

static const char sample[] = "preamble\r\n--XyZ\r\n" NAMED("a")
    "\r\n\r\n--Xy\r\n--XyZ\r\n" FILED("b") "\r\n\r\n\r\n-\r\n--\r\n--X"
    "\r\n--XyZ\r\n" NAMED("c") "\r\n\r\n--XyZ--\r\nepilogue";
static const char sample_parts[] =
    "[a]\r\n--Xy[b file]\r\n\r\n-\r\n--\r\n--X[c]end";

/* Pieces of every size, on both sides. */
static void
any_pieces(void **state)
{
	size_t step, chunk;
	struct buf b;

	(void)state;
	buf_open(&b, 1 << 20);
	fake_body(&f, STR(TYPE), str_of(sample));
	for (step = 1; step <= sizeof(sample); step++)
		for (chunk = 1; chunk <= 40; chunk++) {
			describe(&b, step, chunk);
			assert_true(str_eq(buf_view(&b), str_of(sample_parts)));
		}
	buf_close(&b);
}

/* Cut anywhere before its end it is never whole, and never another form. */
static void
cut_everywhere(void **state)
{
	size_t n, whole = (size_t)(strstr(sample, "--XyZ--") - sample) + 7;
	struct buf b;
	int broken;

	(void)state;
	buf_open(&b, 1 << 20);
	for (broken = 0; broken < 2; broken++) {
		f.cut = broken;
		for (n = 0; n < sizeof(sample); n++) {
			fake_body(&f, STR(TYPE), (struct str){ sample, n });
			describe(&b, 3, 7);
			if (n >= whole)
				assert_true(str_eq(buf_view(&b),
				    str_of(sample_parts)));
			else
				assert_true(str_ends(buf_view(&b), STR("cut")) ||
				    (!broken && str_ends(buf_view(&b),
				    STR("bad"))));
		}
	}
	f.cut = false;
	buf_close(&b);
}

/* The naive reader: bodies made by random_body only. */
static void
expect(struct buf *b, struct str body)
{
	const char *p = body.p, *end, *name, *start;
	const char *last = body.p + body.n;

	buf_reset(b, SIZE_MAX);
	for (;;) {
		p = memmem(p, (size_t)(last - p), "\r\n--XyZ", 7);
		assert_non_null(p);
		p += 7;
		if (strncmp(p, "--", 2) == 0)
			break;
		name = memmem(p, (size_t)(last - p), "name=\"", 6);
		name += 6;
		start = memmem(p, (size_t)(last - p), "\r\n\r\n", 4);
		start += 4;
		end = memmem(start - 2, (size_t)(last - start) + 2,
		    "\r\n--XyZ", 7);
		buf_printf(b, "[%.1s]", name);
		if (end > start)
			buf_add(b, start, (size_t)(end - start));
		p = end;
	}
	buf_str(b, STR("end"));
}

static void
random_bytes(struct buf *b, uint64_t *seed, size_t n)
{
	static const char *const some[] = { "\r", "\n", "-", "X", "y", "Z",
		"\r\n", "--", "\r\n--", "\r\n--Xy", "XyZ", "x", "\0" };
	size_t i;

	for (i = 0; i < n; i++)
		buf_str(b, str_of(some[fake_number(seed) % 13]));
}

/* n bytes of data that do not hold the delimiter, of long parts. */
static void
random_body(struct buf *b, uint64_t *seed)
{
	int parts_n = (int)(fake_number(seed) % 5), i;
	size_t from;

	buf_reset(b, SIZE_MAX);
	buf_str(b, STR("x"));
	for (i = 0; i < parts_n; i++) {
		buf_printf(b, "\r\n--XyZ\r\n" NAMED("%c") "\r\n", 'a' + i);
		from = b->n;
		if (fake_number(seed) % 4 == 0)
			random_bytes(b, seed, MULTIPART_WINDOW / 3 +
			    fake_number(seed) % MULTIPART_WINDOW);
		else
			random_bytes(b, seed, fake_number(seed) % 60);
		if (memmem(b->p + from - 2, b->n - from + 2, "\r\n--XyZ", 7) !=
		    NULL)
			b->n = from;
	}
	buf_str(b, STR("\r\n--XyZ--"));
}

static void
as_the_naive_reader(void **state)
{
	struct buf body, want, is;
	uint64_t seed = 11;
	int i;

	(void)state;
	buf_open(&body, 4 << 20);
	buf_open(&want, 4 << 20);
	buf_open(&is, 4 << 20);
	for (i = 0; i < 600; i++) {
		random_body(&body, &seed);
		expect(&want, buf_view(&body));
		fake_body(&f, STR(TYPE), buf_view(&body));
		describe(&is, i % 3 == 0 ? 0 : 1 + fake_number(&seed) % 9000,
		    1500 + fake_number(&seed) % 3500);
		if (!str_eq(buf_view(&is), buf_view(&want)))
			fail_msg("case %d", i);
	}
	buf_close(&body);
	buf_close(&want);
	buf_close(&is);
}

/* A part that nobody reads is passed over, whatever its size. */
static void
not_read(void **state)
{
	struct multipart m;
	struct part part;
	struct buf b;
	char c;
	int i;

	(void)state;
	buf_open(&b, 4 << 20);
	buf_str(&b, STR("--XyZ\r\n" FILED("big") "\r\n"));
	for (i = 0; i < 300000; i++)
		buf_str(&b, STR("\r\n--Xy"));
	buf_str(&b, STR("\r\n--XyZ\r\n" NAMED("a") "\r\n1\r\n--XyZ--"));
	fake_body(&f, STR(TYPE), buf_view(&b));
	f.step = 0;
	arena_reset(f.rq.mem);
	assert_true(multipart_open(&m, f.rq.mem, &f.rq.body,
	    f.rq.content_type));
	assert_int_equal(multipart_next(&m, &part), MULTIPART_PART);
	assert_int_equal(multipart_read(&m, &c, 1), 1);
	assert_int_equal(multipart_next(&m, &part), MULTIPART_PART);
	assert_true(str_eq(part.name, STR("a")));
	assert_int_equal(multipart_next(&m, &part), MULTIPART_END);
	/* the memory does not grow with the file */
	assert_true(arena_used(f.rq.mem) < 2 * MULTIPART_WINDOW);
	buf_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(nearly_a_delimiter),
		cmocka_unit_test(headers),
		cmocka_unit_test(header_limits),
		cmocka_unit_test(boundaries),
		cmocka_unit_test(any_pieces),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(as_the_naive_reader),
		cmocka_unit_test(not_read),
	};
	int failed;

	fake_open(&f, 8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fake_close(&f);
	return failed;
}
