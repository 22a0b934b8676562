/*
 * A whole request's input, with fields of every type.
 *
 * The first byte chooses the type of the body, the second how it comes; then
 * follow the path's value, the query and, after the second line feed, the
 * body.  What is taken is within the bounds of its field, and, written anew as
 * JSON and a query, is taken again as it was.  What is refused has an answer
 * that is JSON.
 */
#include "../unit/fake.h"
#include "conf.h"
#include "form.h"
#include "json.h"
#include "router.h"
#include "utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct input {
	int64_t id, count, amount, flag;
	struct str title, note, secret, word, q;
	struct upload file;
	struct page page;
};

/* Lower case letters alone; kept with a mark at its end. */
static const char *
check_word(struct arena *a, struct str *value)
{
	size_t i;

	for (i = 0; i < value->n; i++)
		if (value->p[i] < 'a' || value->p[i] > 'z')
			return "text is needed";
	*value = arena_dup(a, *value);
	return NULL;
}

static const struct field all_fields[] = {
	PATH_ID(struct input, id),
	QUERY_INT_OPT(struct input, count, -3, 10, 7),
	QUERY_TEXT_OPT(struct input, q, 8, NULL),
	QUERY_PAGE(struct input, page, 20, 50),
	BODY_INT(struct input, amount, INT64_MIN + 1, INT64_MAX - 1),
	BODY_TEXT(struct input, title, 2, 10, NULL),
	BODY_PROSE_OPT(struct input, note, 0, 20),
	BODY_SECRET_OPT(struct input, secret, 1, 10),
	BODY_TEXT_OPT(struct input, word, 1, 5, check_word),
	BODY_BOOL_OPT(struct input, flag),
	BODY_FILE_OPT(struct input, file),
	FIELD_END,
};

static enum err
nothing(struct req *rq)
{
	(void)rq;
	return OK;
}

static const struct route routes[] = {
	{ POST, "/{id}", nothing, all_fields, AUTH_NONE,
	    .touches_nothing = true, .doc = "All." },
	ROUTE_END,
};
static const struct feature feature = { "test", routes };
const struct feature *const features[] = { &feature, NULL };

static struct fake f;

static void
check_text(const char *name, struct str s)
{
	const struct field *field = all_fields;
	bool secret, prose;
	int64_t n;

	while (strcmp(field->name, name) != 0)
		field++;
	if (s.p == NULL) {
		assert(!field->required);
		return;
	}
	n = utf8_length(s);
	prose = field->type == TYPE_PROSE;
	secret = field->type == TYPE_SECRET;
	assert(n >= field->min && n <= field->max);
	assert((int64_t)s.n <= field->max * 4);
	assert(!utf8_has_control(s, prose));
	assert(str_eq(utf8_nfc(f.rq.mem, s), s));
	assert(secret || str_eq(utf8_trim(s), s));
}

static void
check_input(const struct input *in)
{
	assert(in->id >= 1 && in->count >= -3 && in->count <= 10);
	assert(in->flag >= -1 && in->flag <= 1);
	assert(in->amount > INT64_MIN && in->amount < INT64_MAX);
	assert(in->page.limit >= 1 && in->page.limit <= 50);
	assert(!in->page.first || !in->page.back);
	check_text("title", in->title);
	check_text("note", in->note);
	check_text("secret", in->secret);
	check_text("word", in->word);
	check_text("q", in->q);
	if (in->file.fd >= 0)
		assert(in->file.size > 0 &&
		    lseek(in->file.fd, 0, SEEK_END) == in->file.size);
}

static void
text_member(struct buf *b, const char *name, struct str s)
{
	json_key(b, name);
	if (s.p == NULL)
		buf_str(b, STR("null"));
	else
		json_str(b, s);
}

static struct str
as_json(const struct input *in, struct buf *b)
{
	buf_reset(b, SIZE_MAX);
	buf_byte(b, '{');
	json_key(b, "amount");
	buf_int(b, in->amount);
	text_member(b, "title", in->title);
	text_member(b, "note", in->note);
	text_member(b, "secret", in->secret);
	text_member(b, "word", in->word);
	if (in->flag >= 0) {
		json_key(b, "flag");
		buf_str(b, in->flag ? STR("true") : STR("false"));
	}
	buf_byte(b, '}');
	return buf_view(b);
}

static struct str
as_query(const struct input *in, struct buf *b)
{
	struct arena *a = f.rq.mem;

	buf_reset(b, SIZE_MAX);
	buf_printf(b, "count=%lld&limit=%lld", (long long)in->count,
	    (long long)in->page.limit);
	if (in->q.p != NULL)
		buf_printf(b, "&q=%s", form_encode(a, in->q).p);
	if (!in->page.first)
		buf_printf(b, "&cursor=%s", cursor_text(a, in->page.at,
		    in->page.id, in->page.back).p);
	return buf_view(b);
}

static bool
same(struct str a, struct str b)
{
	return (a.p == NULL) == (b.p == NULL) && str_eq(a, b);
}

static enum err
ask(struct str type, struct str body)
{
	struct str allow;

	f.rq.method = POST;
	fake_body(&f, type, body);
	if (router_find(&f.rq, &allow) != OK)
		return ERR_NOT_FOUND;
	return input_read(&f.rq);
}

static void
check_again(void)
{
	static struct buf body, query;
	struct input was = *(const struct input *)f.rq.in;
	const struct input *is;

	if (body.max == 0) {
		buf_open(&body, 1 << 20);
		buf_open(&query, 1 << 20);
	}
	f.rq.query = as_query(&was, &query);
	f.step = 0;
	f.cut = false;
	assert(ask(STR("application/json"), as_json(&was, &body)) == OK);
	is = f.rq.in;
	assert(is->id == was.id && is->count == was.count);
	assert(is->amount == was.amount && is->flag == was.flag);
	assert(same(is->title, was.title) && same(is->note, was.note));
	assert(same(is->secret, was.secret) && same(is->word, was.word));
	assert(same(is->q, was.q) && is->page.limit == was.page.limit);
	assert(is->page.at == was.page.at && is->page.id == was.page.id);
	assert(is->page.back == was.page.back);
	assert(is->page.first == was.page.first);
}

static void
check_answer(enum err e)
{
	bool whole = f.rq.status >= 400 || f.errors.n == 0;
	struct str text = arena_printf(f.rq.mem, "%.*s%s",
	    STR_ARG(buf_view(whole ? &f.out : &f.errors)), whole ? "" : "}");
	struct json_object *o;

	assert(e == ERR_INPUT || e == ERR_NOT_FOUND || e == ERR_TOO_LARGE ||
	    e == ERR_MEDIA_TYPE);
	if (text.n == 0 && e == ERR_NOT_FOUND)
		return; /* no route: serve.c answers */
	assert(utf8_length(text) > 0);
	assert(memchr(text.p, '<', text.n) == NULL);
	o = json_tokener_parse(text.p);
	assert(json_object_is_type(o, json_type_object));
	assert(json_object_object_length(o) > 0);
	json_object_put(o);
}

static void
full(void *arg)
{
	(void)arg;
	assert(!"the input needs more memory than a request has");
}

static void
open_once(void)
{
	static const unsigned char key[16] = "0123456789abcdef";

	if (f.rq.mem != NULL)
		return;
	assert(router_open());
	cursor_key(key);
	conf.spool_dir = "/tmp";
	conf.upload_max = 3000;
	conf.body_max = 2000;
	fake_open(&f, 8 << 20);
	arena_on_full(f.rq.mem, full, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const types[] = { "application/json",
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=B", "text/plain" };
	struct str all = { (const char *)data, n };
	size_t path_end, query_end;
	enum err e;

	if (n < 2)
		return 0;
	open_once();
	fake_again(&f);
	path_end = str_find(all, '\n', 2);
	query_end = str_find(all, '\n', path_end + 1);
	f.rq.path = arena_printf(f.rq.mem, "/api/%.*s",
	    STR_ARG(str_sub(all, 2, path_end)));
	f.rq.query = str_sub(all, path_end + 1, query_end);
	f.step = data[1] & 63;
	f.cut = data[1] >> 7;
	f.rq.lang = data[1] & 64 ? LANG_KO : LANG_EN;
	e = ask(str_of(types[data[0] & 3]), str_sub(all, query_end + 1, n));
	if (e == OK) {
		assert(f.errors.n == 0);
		check_input(f.rq.in);
		check_again();
	} else {
		check_answer(e);
	}
	return 0;
}
