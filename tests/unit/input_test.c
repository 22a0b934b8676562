/* Typed input as a whole: a route's fields against paths, queries and bodies
 * of all three kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "fake.h"
#include "router.h"

#include <sys/stat.h>

struct input {
	int64_t id, page_id, count, flag;
	struct str title, note, secret, q;
	struct upload file;
	struct uploads several;
	struct page page;
};

static const struct field all_fields[] = {
	PATH_ID(struct input, id),
	QUERY_INT_OPT(struct input, count, 0, 10, 7),
	QUERY_TEXT_OPT(struct input, q, 20, NULL),
	QUERY_PAGE(struct input, page, 20, 50),
	BODY_TEXT(struct input, title, 1, 10, NULL),
	BODY_PROSE_OPT(struct input, note, 0, 20),
	BODY_SECRET_OPT(struct input, secret, 1, 10),
	BODY_BOOL_OPT(struct input, flag),
	BODY_FILE_OPT(struct input, file),
	FIELD_END,
};

static const struct field several_fields[] = {
	BODY_TEXT_OPT(struct input, title, 1, 10, NULL),
	BODY_FILES(struct input, several),
	FIELD_END,
};

static enum err
nothing(struct req *rq)
{
	(void)rq;
	return OK;
}

static const struct route routes[] = {
	{ POST, "/things/{id}", nothing, all_fields, AUTH_NONE,
	    .touches_nothing = true, .doc = "All." },
	{ GET, "/things/{id}", nothing, all_fields, AUTH_NONE, .doc = "Read." },
	{ POST, "/several", nothing, several_fields, AUTH_NONE,
	    .touches_nothing = true, .doc = "Takes files." },
	{ POST, "/none", nothing, NULL, AUTH_NONE, .touches_nothing = true,
	    .doc = "Takes nothing." },
	ROUTE_END,
};
static const struct feature feature = { "test", routes };
const struct feature *const features[] = { &feature, NULL };

static struct fake f;

#define JSON STR("application/json")
#define FORM STR("application/x-www-form-urlencoded")
#define MULTI STR("multipart/form-data; boundary=B")
#define PART(name, value) "--B\r\nContent-Disposition: form-data; name=\"" \
	name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, value) "--B\r\nContent-Disposition: form-data; name=\"" \
	name "\"; filename=\"x\"\r\n\r\n" value "\r\n"

static enum err
ask_at(enum method m, struct str path, struct str query, struct str type,
    struct str body)
{
	struct str allow;

	fake_again(&f);
	f.rq.method = m;
	f.rq.path = path;
	f.rq.query = query;
	fake_body(&f, type, body);
	assert_int_equal(router_find(&f.rq, &allow), OK);
	return input_read(&f.rq);
}

static enum err
ask(struct str query, struct str type, struct str body)
{
	return ask_at(POST, STR("/api/things/5"), query, type, body);
}

static const struct input *
taken(enum err e)
{
	if (e != OK)
		fail_msg("%.*s %.*s", STR_ARG(buf_view(&f.errors)),
		    STR_ARG(buf_view(&f.out)));
	assert_int_equal(f.errors.n, 0);
	return f.rq.in;
}

static void
told(enum err e, enum err want, const char *field, const char *reason)
{
	const char *is = fake_reason(&f, field);

	assert_int_equal(e, want);
	if (is == NULL || strcmp(is, reason) != 0)
		fail_msg("%s: %s, not %s", field, is, reason);
}

/* The same value in all three kinds of body. */
#define EVERYWHERE(call, json, form, multi) \
	do { \
		call(ask(STR(""), JSON, STR(json))); \
		call(ask(STR(""), FORM, STR(form))); \
		call(ask(STR(""), MULTI, STR(multi "--B--"))); \
	} while (0)

static void
values(void **state)
{
	const struct input *in;

	(void)state;
#define GOOD(e) \
	do { \
		in = taken(e); \
		assert_true(in->id == 5 && in->count == 7 && in->flag == 1); \
		assert_true(str_eq(in->title, STR("T \xea\xb0\x80"))); \
		assert_true(str_eq(in->note, STR("a\n b"))); \
		assert_true(str_eq(in->secret, STR(" s "))); \
		assert_true(in->q.p == NULL && in->file.fd == -1); \
		assert_true(in->page.first && in->page.limit == 20); \
	} while (0)
	EVERYWHERE(GOOD, "{\"title\":\" T \xea\xb0\x80\",\"note\":\"a\\n b\","
	    "\"secret\":\" s \",\"flag\":true}",
	    "title=T+%ea%b0%80&note=a%0A+b&secret=%20s%20&flag=true",
	    PART("title", "T \xea\xb0\x80 ") PART("note", "a\n b")
	    PART("secret", " s ") PART("flag", "1"));
}

static void
queries(void **state)
{
	const struct input *in;

	(void)state;
	in = taken(ask(STR("count=3&q=%20x%20&limit=50"), FORM, STR("title=t")));
	assert_true(in->count == 3 && in->page.limit == 50);
	assert_true(str_eq(in->q, STR("x")));
	taken(ask(STR("&&count=3&"), FORM, STR("title=t")));
	told(ask(STR("count=11"), FORM, STR("title=t")), ERR_INPUT, "count",
	    "must be at most 10");
	told(ask(STR("count=1&count=1"), FORM, STR("title=t")), ERR_INPUT,
	    "count", "this field is given more than once");
	told(ask(STR("%63ount=1&count=1"), FORM, STR("title=t")), ERR_INPUT,
	    "count", "this field is given more than once");
	told(ask(STR("limit=51"), FORM, STR("title=t")), ERR_INPUT, "limit",
	    "must be at most 50");
	told(ask(STR("limit=x"), FORM, STR("title=t")), ERR_INPUT, "limit",
	    "a whole number is needed");
	told(ask(STR("limit=1&limit=2"), FORM, STR("title=t")), ERR_INPUT,
	    "limit", "this field is given more than once");
	told(ask(STR("cursor=x"), FORM, STR("title=t")), ERR_INPUT, "cursor",
	    "this cursor is not valid");
	told(ask(STR("count=%"), FORM, STR("title=t")), ERR_INPUT, "detail",
	    "the query is not valid");
	/* a field is where it says it is */
	told(ask(STR("title=t"), FORM, STR("title=t")), ERR_INPUT, "title",
	    "this field is not known here");
	told(ask(STR("id=5"), FORM, STR("title=t")), ERR_INPUT, "id",
	    "this field is not known here");
	told(ask(STR(""), FORM, STR("title=t&count=3")), ERR_INPUT, "count",
	    "this field is not known here");
	/* without a page, limit is a name like any other */
	told(ask_at(POST, STR("/api/none"), STR("limit=1"), FORM, STR("")),
	    ERR_INPUT, "limit", "this field is not known here");
}

/* What is wrong in the query is told alone: the body was not read, so nothing
 * is missing in it. */
static void
query_before_body(void **state)
{
	(void)state;
	told(ask(STR("x=1"), JSON, STR("{\"title\":\"t\"}")), ERR_INPUT, "x",
	    "this field is not known here");
	assert_null(fake_reason(&f, "title"));
}

static void
paths(void **state)
{
	static const char *const bad[] = { "0", "-1", "01", "+1", "1.0", "x",
		"9223372036854775808", "\xef\xbc\x91", "1 ", "%31" };
	char path[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(path, sizeof(path), "/api/things/%s", bad[i]);
		told(ask_at(POST, str_of(path), STR(""), FORM, STR("title=t")),
		    ERR_NOT_FOUND, "detail", "not found");
	}
	assert_true(taken(ask_at(POST,
	    STR("/api/things/9223372036854775807/"), STR(""), FORM,
	    STR("title=t")))->id == INT64_MAX);
}

static void
unknown_repeated_missing(void **state)
{
	(void)state;
#define UNKNOWN(e) told(e, ERR_INPUT, "x", "this field is not known here")
	EVERYWHERE(UNKNOWN, "{\"title\":\"t\",\"x\":1}", "title=t&x=1",
	    PART("title", "t") PART("x", "1"));
#define NO_TITLE(e) told(e, ERR_INPUT, "title", "this field is required")
	EVERYWHERE(NO_TITLE, "{\"note\":\"n\"}", "note=n", PART("note", "n"));
	NO_TITLE(ask(STR(""), JSON, STR("{}")));
	NO_TITLE(ask(STR(""), JSON, STR("")));
	NO_TITLE(ask(STR(""), STR_NONE, STR("")));
	NO_TITLE(ask(STR(""), MULTI, STR("--B--")));
	told(ask(STR(""), FORM, STR("title=a&title=a")), ERR_INPUT, "title",
	    "this field is given more than once");
	told(ask(STR(""), MULTI, STR(PART("title", "a") PART("title", "b")
	    "--B--")), ERR_INPUT, "title",
	    "this field is given more than once");
	told(ask(STR(""), JSON, STR("{\"title\":\"a\",\"t\\u0069tle\":\"b\"}")),
	    ERR_INPUT, "detail", "a field is given more than once");
	told(ask(STR(""), JSON, STR("{\"title\\u0000\":\"a\"}")), ERR_INPUT,
	    "detail", "the body is not valid JSON");
}

static void
null_and_types(void **state)
{
	const struct input *in;

	(void)state;
	told(ask(STR(""), JSON, STR("{\"title\":null}")), ERR_INPUT, "title",
	    "this field may not be null");
	in = taken(ask(STR(""), JSON, STR("{\"title\":\"t\",\"note\":null,"
	    "\"flag\":null,\"file\":null}")));
	assert_true(in->note.p == NULL && in->flag == -1);
	told(ask(STR(""), JSON, STR("{\"title\":5}")), ERR_INPUT, "title",
	    "text is needed");
	told(ask(STR(""), JSON, STR("{\"title\":[\"t\"]}")), ERR_INPUT,
	    "title", "text is needed");
	told(ask(STR(""), JSON, STR("{\"title\":{\"t\":1}}")), ERR_INPUT,
	    "title", "text is needed");
	told(ask(STR(""), JSON, STR("{\"title\":\"t\",\"flag\":\"true\"}")),
	    ERR_INPUT, "flag", "true or false is needed");
	told(ask(STR(""), JSON, STR("{\"title\":\"t\",\"file\":\"x\"}")),
	    ERR_INPUT, "file", "send the file as multipart/form-data");
	/* all that is wrong is told at once */
	assert_int_equal(ask(STR(""), JSON, STR("{\"title\":5,\"flag\":5,"
	    "\"y\":5}")), ERR_INPUT);
	assert_non_null(fake_reason(&f, "title"));
	assert_non_null(fake_reason(&f, "flag"));
	assert_non_null(fake_reason(&f, "y"));
}

static void
content_types(void **state)
{
	static const char *const bad[] = { "", "text/plain", "text/json",
		"application/jsonx", "application/xml", "multipart/mixed",
		"application/octet-stream", "json", "application" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		told(ask(STR(""), str_of(bad[i]), STR("{\"title\":\"t\"}")),
		    ERR_MEDIA_TYPE, "detail", "send JSON or a form");
	taken(ask(STR(""), STR(" Application/JSON ; charset=utf-8"),
	    STR("{\"title\":\"t\"}")));
	told(ask(STR(""), STR("multipart/form-data"),
	    STR(PART("title", "t") "--B--")), ERR_INPUT, "detail",
	    "the body is not valid multipart/form-data");
	/* a read does not look at its body */
	told(ask_at(GET, STR("/api/things/5"), STR(""), STR("x/y"), STR("z")),
	    ERR_INPUT, "title", "this field is required");
	taken(ask_at(POST, STR("/api/none"), STR(""), STR("x/y"), STR("")));
	told(ask_at(POST, STR("/api/none"), STR(""), JSON, STR("{\"a\":1}")),
	    ERR_INPUT, "a", "this field is not known here");
}

static void
broken_bodies(void **state)
{
	(void)state;
#define DETAIL(type, body, why) \
	told(ask(STR(""), type, STR(body)), ERR_INPUT, "detail", why)
	DETAIL(JSON, "{\"title\":", "the body is not valid JSON");
	DETAIL(JSON, "[1]", "the body must be a JSON object");
	DETAIL(JSON, "{\"a\":[[[[[[[[[1]]]]]]]]]}",
	    "the body is not valid JSON");
	DETAIL(FORM, "title=t&x=%4", "the body is not a valid form");
	DETAIL(MULTI, "title=t", "the body is not valid multipart/form-data");
	DETAIL(MULTI, PART("title", "t") "--BX",
	    "the body is not valid multipart/form-data");
	f.cut = true;
	DETAIL(MULTI, PART("title", "t") "--B\r\nContent-D",
	    "the body ended too early");
	f.cut = false;
}

/* The length that was announced is not what came. */
static enum err
ask_cut(struct str type, struct str body, int64_t length)
{
	struct str allow;

	fake_again(&f);
	f.rq.method = POST;
	f.rq.path = STR("/api/things/5");
	f.rq.query = STR("");
	fake_body(&f, type, body);
	f.rq.body.length = length;
	f.cut = length > (int64_t)body.n;
	assert_int_equal(router_find(&f.rq, &allow), OK);
	return input_read(&f.rq);
}

static void
cut_bodies(void **state)
{
	(void)state;
	told(ask_cut(JSON, STR("{\"title\":\"t\"}"), 14), ERR_INPUT, "detail",
	    "the body ended too early");
	told(ask_cut(FORM, STR("title=t"), 100), ERR_INPUT, "detail",
	    "the body ended too early");
	told(ask_cut(MULTI, STR(PART("title", "t")), 1000), ERR_INPUT,
	    "detail", "the body ended too early");
	told(ask_cut(MULTI, STR(FILE_PART("file", "t")), 1000), ERR_INPUT,
	    "detail", "the body ended too early");
	/* no length of use: it is read to its end */
	assert_int_equal(ask_cut(FORM, STR("title=t"), -1), OK);
	f.cut = false;
}

static void
sizes(void **state)
{
	struct buf b;
	char why[100];

	(void)state;
	buf_open(&b, 4 << 20);
	conf.body_max = 2000;
	snprintf(why, sizeof(why), "the body may have at most 2000 bytes");
	buf_printf(&b, "title=t&note=%01500d", 0);
	told(ask(STR(""), FORM, buf_view(&b)), ERR_INPUT, "note",
	    "must have at most 20 characters");
	buf_printf(&b, "%01500d", 0);
	told(ask(STR(""), FORM, buf_view(&b)), ERR_TOO_LARGE, "detail", why);
	told(ask(STR(""), JSON, buf_view(&b)), ERR_TOO_LARGE, "detail", why);
	/* texts in a multipart body count together */
	buf_reset(&b, SIZE_MAX);
	buf_printf(&b, PART("title", "%01500d") PART("note", "%01500d")
	    "--B--", 0, 0);
	told(ask(STR(""), MULTI, buf_view(&b)), ERR_TOO_LARGE, "detail", why);
	conf.body_max = 262144;
	buf_close(&b);
}

static void
too_many(enum err e, bool many)
{
	if (many)
		told(e, ERR_INPUT, "detail", "the body has too many fields");
	else
		told(e, ERR_INPUT, "f0", "this field is not known here");
}

/* Sixty-four names a query and a body, known or not. */
static void
many_fields(void **state)
{
	struct buf b[3];
	int n, i;

	(void)state;
	for (i = 0; i < 3; i++)
		buf_open(&b[i], 1 << 20);
	for (n = 63; n <= 66; n++) {
		for (i = 0; i < 3; i++)
			buf_reset(&b[i], SIZE_MAX);
		buf_byte(&b[1], '{');
		for (i = 0; i < n; i++) {
			buf_printf(&b[0], "&f%d=1", i);
			buf_printf(&b[1], "%s\"f%d\":1", i > 0 ? "," : "", i);
			buf_printf(&b[2], PART("f%d", "1"), i);
		}
		buf_byte(&b[1], '}');
		buf_str(&b[2], STR("--B--"));
		too_many(ask(STR(""), FORM, buf_view(&b[0])), n > 64);
		too_many(ask(STR(""), JSON, buf_view(&b[1])), n > 64);
		too_many(ask(STR(""), MULTI, buf_view(&b[2])), n > 64);
		told(ask(buf_view(&b[0]), FORM, STR("")), ERR_INPUT,
		    n > 64 ? "detail" : "f0", n > 64 ?
		    "the query has too many fields" :
		    "this field is not known here");
	}
	for (i = 0; i < 3; i++)
		buf_close(&b[i]);
}

/* A name that came is shown only if it does no harm in an answer, and each is
 * told once. */
static void
shown_names(void **state)
{
	static const char *const odd[] = { "", "%22", "%5c", "%00", "%0a",
		"%ff", "%ed%a0%80",
		"1234567890123456789012345678901234567890123456789012345678901" };
	char body[300];
	int colons = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		snprintf(body, sizeof(body), "title=t&%s=1", odd[i]);
		told(ask(STR(""), FORM, str_of(body)), ERR_INPUT,
		    "non_field_errors", "this field is not known here");
	}
	told(ask(STR(""), FORM, STR("title=t&%ea%b0%80=1")), ERR_INPUT,
	    "\xea\xb0\x80", "this field is not known here");
	assert_int_equal(ask(STR(""), FORM, STR("title=t&<=1&<=1&%e2%80%a8=1&"
	    "%e2%80%a8=2")), ERR_INPUT);
	assert_null(memchr(f.errors.p, '<', f.errors.n));
	assert_non_null(memmem(f.errors.p, f.errors.n, "\\u003c", 6));
	for (i = 0; i < f.errors.n; i++)
		colons += f.errors.p[i] == ':';
	assert_int_equal(colons, 2);
}

static struct upload
file_of(struct str bytes)
{
	struct buf b;
	struct upload up;

	buf_open(&b, 4 << 20);
	buf_str(&b, STR(PART("title", "t") FILE_PART("file", "")));
	b.n -= 2;
	buf_str(&b, bytes);
	buf_str(&b, STR("\r\n--B--"));
	f.step = 1000;
	up = taken(ask(STR(""), MULTI, buf_view(&b)))->file;
	f.step = 0;
	buf_close(&b);
	return up;
}

static void
files(void **state)
{
	static char bytes[200000], back[200001];
	struct upload up;
	struct stat st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 % 251);
	up = file_of((struct str){ bytes, sizeof(bytes) });
	assert_true(up.fd >= 0 && up.size == sizeof(bytes));
	assert_int_equal(read(up.fd, back, sizeof(back)), sizeof(bytes));
	assert_memory_equal(bytes, back, sizeof(bytes));
	assert_int_equal(fstat(up.fd, &st), 0);
	assert_int_equal(st.st_nlink, 0); /* it has no name */
	fake_again(&f);
	assert_int_equal(fstat(up.fd, &st), -1); /* and goes with the request */
	told(ask(STR(""), MULTI, STR(PART("title", "t") FILE_PART("file", "")
	    "--B--")), ERR_INPUT, "file", "this file is empty");
	told(ask(STR(""), MULTI, STR(PART("title", "t") PART("file", "x")
	    "--B--")), ERR_INPUT, "file", "a file is needed");
	told(ask(STR(""), MULTI, STR(FILE_PART("title", "t") "--B--")),
	    ERR_INPUT, "title", "text is needed");
	told(ask(STR(""), MULTI, STR(PART("title", "t") FILE_PART("file", "1")
	    FILE_PART("file", "2") "--B--")), ERR_INPUT, "file",
	    "this field is given more than once");
	told(ask(STR(""), MULTI, STR(PART("title", "t") FILE_PART("x", "1")
	    "--B--")), ERR_INPUT, "x", "this field is not known here");
}

static enum err
ask_several(int n, const char *after)
{
	struct buf b;
	enum err e;
	int i;

	buf_open(&b, 1 << 20);
	for (i = 0; i < n; i++)
		buf_printf(&b, FILE_PART("several", "%d"), i);
	buf_printf(&b, "%s--B--", after);
	e = ask_at(POST, STR("/api/several"), STR(""), MULTI, buf_view(&b));
	buf_close(&b);
	return e;
}

/* In the order in which they came; what is one too many is not stored. */
static void
several_files(void **state)
{
	const struct uploads *up;
	char got;
	int i;

	(void)state;
	up = &taken(ask_several(UPLOADS_MAX, PART("title", "t")))->several;
	assert_int_equal(up->n, UPLOADS_MAX);
	for (i = 0; i < up->n; i++) {
		assert_int_equal(up->file[i].size, 1);
		assert_int_equal(read(up->file[i].fd, &got, 1), 1);
		assert_int_equal(got, '0' + i);
	}
	told(ask_several(UPLOADS_MAX + 2, ""), ERR_INPUT, "several",
	    "at most 10 files");
	told(ask_several(0, ""), ERR_INPUT, "several",
	    "this field is required");
	told(ask_several(1, PART("title", "t") PART("title", "u")), ERR_INPUT,
	    "title", "this field is given more than once");
	told(ask_several(1, PART("several", "x")), ERR_INPUT, "several",
	    "a file is needed");
}

static void
too_large_a_file(void **state)
{
	struct buf b;

	(void)state;
	buf_open(&b, 8 << 20);
	conf.upload_max = 1 << 20;
	buf_str(&b, STR(PART("title", "t") FILE_PART("file", "")));
	b.n -= 2;
	while (b.n < (1 << 20) + 200)
		buf_byte(&b, 'x');
	buf_str(&b, STR("\r\n--B--"));
	told(ask(STR(""), MULTI, buf_view(&b)), ERR_TOO_LARGE, "detail",
	    "a file may have at most 1 MB");
	conf.upload_max = 20 << 20;
	buf_close(&b);
	conf.spool_dir = "/nonexistent";
	assert_int_equal(ask(STR(""), MULTI, STR(FILE_PART("file", "x")
	    "--B--")), ERR_STORAGE);
	conf.spool_dir = "/tmp";
}

/* A body that fills the memory of its request jumps to its end. */
static void
memory(void **state)
{
	struct fake small;
	struct str allow;
	char path[] = "/api/things/5";

	(void)state;
	fake_open(&small, 20000);
	arena_on_full(small.rq.mem, fake_full, &small);
	small.rq.path = str_of(path);
	fake_body(&small, MULTI, STR(PART("title", "t") "--B--"));
	if (setjmp(small.full) == 0) {
		assert_int_equal(router_find(&small.rq, &allow), OK);
		assert_int_equal(input_read(&small.rq), OK);
	}
	assert_true(small.filled);
	fake_close(&small);
}

static void
size_of_the_struct(void **state)
{
	(void)state;
	assert_int_equal(input_size(all_fields), sizeof(struct input));
	assert_int_equal(input_size(NULL), 0);
	taken(ask(STR(""), FORM, STR("title=abc")));
	assert_true(str_eq(input_text(&f.rq, "title"), STR("abc")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(queries),
		cmocka_unit_test(query_before_body),
		cmocka_unit_test(paths),
		cmocka_unit_test(unknown_repeated_missing),
		cmocka_unit_test(null_and_types),
		cmocka_unit_test(content_types),
		cmocka_unit_test(broken_bodies),
		cmocka_unit_test(cut_bodies),
		cmocka_unit_test(sizes),
		cmocka_unit_test(many_fields),
		cmocka_unit_test(shown_names),
		cmocka_unit_test(files),
		cmocka_unit_test(several_files),
		cmocka_unit_test(too_large_a_file),
		cmocka_unit_test(memory),
		cmocka_unit_test(size_of_the_struct),
	};
	int failed;

	conf.spool_dir = "/tmp";
	fake_open(&f, 8 << 20);
	failed = router_open() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	fake_close(&f);
	return failed;
}
