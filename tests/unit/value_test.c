/* The types of input: what each takes, refuses and stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "value.h"

struct input {
	int64_t number, flag, id;
	struct str text, prose, secret, checked, any;
	struct upload file;
	struct uploads several;
	double ratio;
	struct page page;
};

static const char *
no_x(struct arena *a, struct str *value)
{
	if (str_find(*value, 'x', 0) < value->n)
		return "a file is needed"; /* a sentence that has a Korean */
	*value = arena_printf(a, "<%.*s>", STR_ARG(*value));
	return NULL;
}

static const struct field fields[] = {
	BODY_INT(struct input, number, -5, 5),
	BODY_BOOL_OPT(struct input, flag),
	BODY_ID(struct input, id),
	BODY_TEXT(struct input, text, 2, 4, NULL),
	BODY_PROSE_OPT(struct input, prose, 0, 10),
	BODY_SECRET(struct input, secret, 2, 6),
	BODY_TEXT_OPT(struct input, checked, 1, 10, no_x),
	BODY_TEXT_OPT(struct input, any, 0, 3, NULL),
	BODY_FILE_OPT(struct input, file),
	BODY_FILES(struct input, several),
	BODY_NUMBER_OPT(struct input, ratio, -150, 250, 50),
	QUERY_PAGE(struct input, page, 20, 100),
	FIELD_END,
};

static struct fake f;
static struct input in;

static const struct field *
field(const char *name)
{
	const struct field *one = fields;

	while (strcmp(one->name, name) != 0)
		one++;
	return one;
}

/* Stores; NULL or what was told. */
static const char *
store(const char *name, struct value v)
{
	const struct field *one = field(name);
	enum err e;

	fake_again(&f);
	e = value_store(&f.rq, one, (char *)&in, &v);
	if (e == OK) {
		assert_int_equal(f.errors.n, 0);
		return NULL;
	}
	assert_int_equal(e, ERR_INPUT);
	return fake_reason(&f, one->type == TYPE_PAGE &&
	    v.kind == VALUE_INT ? "limit" : name);
}

static const char *
store_text(const char *name, struct str text)
{
	return store(name, (struct value){ .kind = VALUE_TEXT, .text = text });
}

static const char *
store_json(const char *name, const char *text)
{
	return store(name, (struct value){ .kind = VALUE_TEXT, .typed = true,
	    .text = str_of(text) });
}

static const char *
store_int(const char *name, int64_t n)
{
	return store(name, (struct value){ .kind = VALUE_INT, .typed = true,
	    .number = n });
}

static const char *
store_kind(const char *name, enum value_kind kind)
{
	return store(name, (struct value){ .kind = kind, .typed = true });
}

#define TOLD(expression, reason) assert_string_equal(expression, reason)
#define WHOLE "a whole number is needed"

static void
numbers(void **state)
{
	(void)state;
	assert_null(store_int("number", -5));
	assert_true(in.number == -5);
	assert_null(store_text("number", STR("5")));
	assert_true(in.number == 5);
	assert_null(store_json("number", "0"));
	TOLD(store_int("number", -6), "must be at least -5");
	TOLD(store_int("number", 6), "must be at most 5");
	TOLD(store_int("number", INT64_MIN), "must be at least -5");
	TOLD(store_int("number", INT64_MAX), "must be at most 5");
	TOLD(store_text("number", STR("-9223372036854775808")),
	    "must be at least -5");
	TOLD(store_text("number", STR("9223372036854775808")), WHOLE);
	TOLD(store_text("number", STR("")), WHOLE);
	TOLD(store_text("number", STR(" 1")), WHOLE);
	TOLD(store_text("number", STR("+1")), WHOLE);
	TOLD(store_text("number", STR("-0")), WHOLE);
	TOLD(store_text("number", STR("01")), WHOLE);
	TOLD(store_text("number", STR("0x1")), WHOLE);
	TOLD(store_text("number", STR("1e400")), WHOLE);
	TOLD(store_text("number", STR("\xef\xbc\x91")), WHOLE);
	TOLD(store_kind("number", VALUE_BOOL), WHOLE);
	TOLD(store_kind("number", VALUE_OTHER), WHOLE);
	TOLD(store_kind("number", VALUE_FILE), WHOLE);
	TOLD(store_kind("number", VALUE_NULL), "this field may not be null");
	assert_true(in.number == 0); /* of the last that was good */
	TOLD(store_int("id", 0), "must be at least 1");
	assert_null(store_int("id", INT64_MAX));
	assert_true(in.id == INT64_MAX);
}

static void
flags(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} known[] = { { "true", 1 }, { "True", 1 }, { "TRUE", 1 }, { "1", 1 },
		{ "false", 0 }, { "False", 0 }, { "0", 0 }, { "yes", -1 },
		{ "on", -1 }, { "", -1 }, { "2", -1 }, { "-1", -1 },
		{ "truex", -1 }, { " true", -1 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *told = store_text("flag", str_of(known[i].text));

		assert_int_equal(told == NULL, known[i].value >= 0);
		if (told == NULL)
			assert_true(in.flag == known[i].value);
	}
	assert_null(store("flag", (struct value){ .kind = VALUE_BOOL,
	    .number = 1 }));
	assert_true(in.flag == 1);
	/* in JSON "true" is a text and 1 a number */
	TOLD(store_json("flag", "true"), "true or false is needed");
	TOLD(store_int("flag", 1), "true or false is needed");
	TOLD(store_kind("flag", VALUE_OTHER), "true or false is needed");
	assert_null(store_kind("flag", VALUE_NULL)); /* as if it had not come */
	assert_true(in.flag == 1);
}

#define MOST4 "must have at most 4 characters"

static void
text_bounds(void **state)
{
	(void)state;
	assert_null(store_text("text", STR("ab")));
	assert_null(store_text("text", STR("abcd")));
	assert_null(store_text("text", STR("\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
	    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80")));
	TOLD(store_text("text", STR("a")), "must have at least 2 characters");
	TOLD(store_text("text", STR("")), "this field may not be blank");
	TOLD(store_text("text", STR(" \t\xe3\x80\x80\n")),
	    "this field may not be blank");
	TOLD(store_text("text", STR("abcde")), MOST4);
	/* bounds are those of the text that is kept */
	assert_null(store_text("text", STR("  a b \xc2\xa0")));
	assert_true(str_eq(in.text, STR("a b")));
	assert_null(store_text("text", STR("e\xcc\x81" "e\xcc\x81" "e\xcc\x81"
	    "e\xcc\x81")));
	assert_int_equal(in.text.n, 8);
	TOLD(store_text("text", STR("e\xcc\x81 ")),
	    "must have at least 2 characters");
	/* 0 of least: the empty text is a value */
	assert_null(store_text("any", STR("")));
	assert_true(in.any.p != NULL && in.any.n == 0);
	assert_null(store_text("any", STR("  ")));
	TOLD(store_text("any", STR("abcd")), "must have at most 3 characters");
}

static void
text_kinds(void **state)
{
	(void)state;
	TOLD(store_int("text", 12), "text is needed");
	TOLD(store_kind("text", VALUE_BOOL), "text is needed");
	TOLD(store_kind("text", VALUE_OTHER), "text is needed");
	TOLD(store_kind("text", VALUE_FILE), "text is needed");
	TOLD(store_kind("text", VALUE_NULL), "this field may not be null");
	assert_null(store_kind("any", VALUE_NULL));
	TOLD(store_text("text", STR("ab\xff")),
	    "this is not valid UTF-8 text");
	TOLD(store_text("text", STR("\xed\xa0\x80 ")),
	    "this is not valid UTF-8 text");
	TOLD(store_text("text", (struct str){ "a\0b", 3 }),
	    "control characters are not allowed");
	TOLD(store_text("text", STR("a\nb")),
	    "control characters are not allowed");
	TOLD(store_text("text", STR("a\xc2\x85" "b")),
	    "control characters are not allowed");
	assert_null(store_text("prose", STR("a\n\tb")));
	assert_null(store_text("prose", STR("a\r\nb\r\n\r\nc")));
	assert_true(str_eq(in.prose, STR("a\nb\n\nc")));
	TOLD(store_text("prose", STR("a\r\r\nb")),
	    "control characters are not allowed");
	TOLD(store_text("prose", STR("a\rb")),
	    "control characters are not allowed");
	TOLD(store_text("prose", STR("a\x7f" "b")),
	    "control characters are not allowed");
}

/* A password is what was typed, in the one form that all keyboards agree on. */
static void
secrets(void **state)
{
	(void)state;
	assert_null(store_text("secret", STR("  a ")));
	assert_true(str_eq(in.secret, STR("  a ")));
	assert_null(store_text("secret", STR("e\xcc\x81" "e\xcc\x81")));
	assert_true(str_eq(in.secret, STR("\xc3\xa9\xc3\xa9")));
	TOLD(store_text("secret", STR("a")),
	    "must have at least 2 characters");
	TOLD(store_text("secret", STR("1234567")),
	    "must have at most 6 characters");
	TOLD(store_text("secret", STR("a\nb")),
	    "control characters are not allowed");
}

/* Too long by far is found before the text is normalised. */
static void
far_too_long(void **state)
{
	struct buf b;
	size_t before, i;

	(void)state;
	buf_open(&b, 4 << 20);
	for (i = 0; i < 1000000; i++)
		buf_add(&b, "e\xcc\x81", 3);
	before = arena_used(f.rq.mem);
	TOLD(store_text("text", buf_view(&b)), MOST4);
	assert_true(arena_used(f.rq.mem) < before + 100000);
	buf_close(&b);
	/* a character may come as many: e with three marks is not one */
	assert_null(store_text("text", STR("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"
	    "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"
	    "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"
	    "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8")));
	assert_int_equal(in.text.n, 12);
}

static void
checks(void **state)
{
	(void)state;
	assert_null(store_text("checked", STR(" ab ")));
	assert_true(str_eq(in.checked, STR("<ab>")));
	TOLD(store_text("checked", STR("axb")), "a file is needed");
	f.rq.lang = LANG_KO;
	TOLD(store_text("checked", STR("axb")), "파일을 첨부해 주세요");
	TOLD(store_text("text", STR("abcde")), "최대 4자까지 입력할 수 있습니다");
	f.rq.lang = LANG_EN;
}

/* Bounds and defaults are in hundredths; a comparison to the bit is right, as
 * what comes is kept as it is. */
static void
ratios(void **state)
{
	static const char *const bad[] = { "", "x", "1x", "nan", "inf", "0x1",
		"1e999", "--1", "1,5", "1 2", "e5", "." };
	size_t i;

	(void)state;
	assert_null(store_text("ratio", STR("1.25")));
	assert_true(in.ratio == 1.25);
	assert_null(store_text("ratio", STR("-15e-1")));
	assert_true(in.ratio == -1.5);
	assert_null(store_int("ratio", 2));
	assert_true(in.ratio == 2);
	assert_null(store("ratio", (struct value){ .kind = VALUE_NUMBER,
	    .typed = true, .real = 2.5 }));
	assert_true(in.ratio == 2.5);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		TOLD(store_text("ratio", str_of(bad[i])), "a number is needed");
	TOLD(store_text("ratio", (struct str){ "1\0" "2", 3 }),
	    "a number is needed");
	TOLD(store_kind("ratio", VALUE_OTHER), "a number is needed");
	TOLD(store_text("ratio", STR("-1.51")), "must be at least -1.5");
	TOLD(store_text("ratio", STR("2.501")), "must be at most 2.5");
}

/* They come one by one. */
static void
several(void **state)
{
	struct value v = { .kind = VALUE_FILE, .file = { 7, 100 } };
	const struct field *f_several = field("several");
	int i;

	(void)state;
	in.several.n = 0;
	for (i = 0; i < UPLOADS_MAX; i++) {
		assert_true(value_has_room(f_several, (const char *)&in));
		v.file.fd = 10 + i;
		assert_null(store("several", v));
	}
	assert_int_equal(in.several.n, UPLOADS_MAX);
	assert_int_equal(in.several.file[3].fd, 13);
	assert_false(value_has_room(f_several, (const char *)&in));
	TOLD(store("several", v), "at most 10 files");
	in.several.n = 0;
	v.file.size = 0;
	TOLD(store("several", v), "this file is empty");
	TOLD(store_text("several", STR("x")), "a file is needed");
	assert_int_equal(in.several.n, 0);
}

static void
files(void **state)
{
	struct value v = { .kind = VALUE_FILE, .file = { 7, 100 } };

	(void)state;
	assert_null(store("file", v));
	assert_int_equal(in.file.fd, 7);
	assert_true(in.file.size == 100);
	v.file.size = 0;
	TOLD(store("file", v), "this file is empty");
	TOLD(store_json("file", "x"),
	    "send the file as multipart/form-data");
	TOLD(store_text("file", STR("x")), "a file is needed");
	TOLD(store_int("file", 1), "a file is needed");
	assert_null(store_kind("file", VALUE_NULL));
}

static void
pages(void **state)
{
	static const unsigned char key[16] = "0123456789abcdef";
	struct str cursor;
	char copy[100];

	(void)state;
	value_default(field("cursor"), (char *)&in);
	assert_true(in.page.first && !in.page.back && in.page.limit == 20 &&
	    in.page.at == INT64_MAX && in.page.id == INT64_MAX);
	assert_null(store_int("cursor", 1));
	assert_true(in.page.limit == 1 && in.page.first);
	assert_null(store_int("cursor", 100));
	TOLD(store_int("cursor", 0), "must be at least 1");
	TOLD(store_int("cursor", -1), "must be at least 1");
	TOLD(store_int("cursor", 101), "must be at most 100");
	TOLD(store_int("cursor", INT64_MAX), "must be at most 100");
	assert_true(in.page.limit == 100);
	cursor_key(key);
	cursor = cursor_text(f.rq.mem, 12, -3, true);
	memcpy(copy, cursor.p, cursor.n);
	assert_null(store_text("cursor", (struct str){ copy, cursor.n }));
	assert_true(in.page.at == 12 && in.page.id == -3 && in.page.back &&
	    !in.page.first && in.page.limit == 100);
	copy[3] ^= 1;
	TOLD(store_text("cursor", (struct str){ copy, cursor.n }),
	    "this cursor is not valid");
	TOLD(store_text("cursor", STR("")), "this cursor is not valid");
}

static void
defaults(void **state)
{
	const struct field *one;

	(void)state;
	memset(&in, 0x55, sizeof(in));
	for (one = fields; one->name != NULL; one++)
		value_default(one, (char *)&in);
	assert_true(in.number == 0 && in.flag == -1 && in.id == 0);
	assert_null(in.text.p);
	assert_null(in.prose.p);
	assert_null(in.secret.p);
	assert_int_equal(in.text.n, 0);
	assert_int_equal(in.file.fd, -1);
	assert_true(in.file.size == 0);
}

const struct feature *const features[] = { NULL };

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(flags),
		cmocka_unit_test(text_bounds),
		cmocka_unit_test(text_kinds),
		cmocka_unit_test(secrets),
		cmocka_unit_test(far_too_long),
		cmocka_unit_test(checks),
		cmocka_unit_test(files),
		cmocka_unit_test(several),
		cmocka_unit_test(ratios),
		cmocka_unit_test(pages),
		cmocka_unit_test(defaults),
	};
	int failed;

	fake_open(&f, 8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fake_close(&f);
	return failed;
}
