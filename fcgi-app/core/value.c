/* The types of input. */
#include "value.h"

#include "conf.h"
#include "reply.h"
#include "utf8.h"
#include "words.h"

#include <math.h>

static int64_t *
int_at(const struct field *f, char *base)
{
	return (int64_t *)(void *)(base + f->offset);
}

static struct str *
str_at(const struct field *f, char *base)
{
	return (struct str *)(void *)(base + f->offset);
}

static struct page *
page_at(const struct field *f, char *base)
{
	return (struct page *)(void *)(base + f->offset);
}

static struct int8s *
ids_at(const struct field *f, char *base)
{
	return (struct int8s *)(void *)(base + f->offset);
}

static struct upload *
file_at(const struct field *f, char *base)
{
	return (struct upload *)(void *)(base + f->offset);
}

static double *
number_at(const struct field *f, char *base)
{
	return (double *)(void *)(base + f->offset);
}

static struct uploads *
files_at(const struct field *f, char *base)
{
	return (struct uploads *)(void *)(base + f->offset);
}

bool
value_has_room(const struct field *f, const char *base)
{
	const void *at = base + f->offset;

	return ((const struct uploads *)at)->n < UPLOADS_MAX;
}

void
value_default(const struct field *f, char *base)
{
	switch (f->type) {
	case TYPE_INT:
	case TYPE_BOOL:
		*int_at(f, base) = f->def;
		break;
	case TYPE_TEXT:
	case TYPE_PROSE:
	case TYPE_SECRET:
		*str_at(f, base) = STR_NONE;
		break;
	case TYPE_FILE:
		*file_at(f, base) = (struct upload){ -1, 0 };
		break;
	case TYPE_IDS:
		*ids_at(f, base) = (struct int8s){ NULL, 0 };
		break;
	case TYPE_NUMBER:
		*number_at(f, base) = (double)f->def / 100;
		break;
	case TYPE_FILES:
		files_at(f, base)->n = 0;
		break;
	case TYPE_PAGE:
		*page_at(f, base) = (struct page){ INT64_MAX, INT64_MAX,
			f->def, false, true };
		break;
	}
}

static enum err
store_int(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	int64_t n = v->number;

	if (v->kind != VALUE_INT &&
	    (v->kind != VALUE_TEXT || !str_int(v->text, &n)))
		return fail_field(rq, f->name, "a whole number is needed");
	if (n < f->min)
		return fail_field(rq, f->name, "must be at least %lld",
		    (long long)f->min);
	if (n > f->max)
		return fail_field(rq, f->name, "must be at most %lld",
		    (long long)f->max);
	*int_at(f, base) = n;
	return OK;
}

static enum err
store_bool(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	int64_t n = v->number;

	if (v->kind == VALUE_TEXT && !v->typed) {
		if (str_eq_nocase(v->text, STR("true")) ||
		    str_eq(v->text, STR("1")))
			n = 1;
		else if (str_eq_nocase(v->text, STR("false")) ||
		    str_eq(v->text, STR("0")))
			n = 0;
		else
			n = -1;
	} else if (v->kind != VALUE_BOOL) {
		n = -1;
	}
	if (n != 0 && n != 1)
		return fail_field(rq, f->name, "true or false is needed");
	*int_at(f, base) = n;
	return OK;
}

/* Browsers send each line of a form's text with CR LF at its end. */
static struct str
with_line_feeds(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = s.p[i];
	p[n] = '\0';
	return (struct str){ p, n };
}

static enum err
store_text(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	struct str s = v->text;
	const char *reason;
	int64_t n;

	if (v->kind != VALUE_TEXT)
		return fail_field(rq, f->name, "text is needed");
	if (utf8_length(s) < 0)
		return fail_field(rq, f->name, "this is not valid UTF-8 text");
	if (f->type != TYPE_SECRET)
		s = utf8_trim(s);
	/* Before normalising, which costs more the longer a text is: a
	 * character of the result may have come as four. */
	if ((int64_t)s.n > f->max * 4 * 4)
		return fail_field(rq, f->name,
		    "must have at most %lld characters", (long long)f->max);
	if (f->type == TYPE_PROSE)
		s = with_line_feeds(rq->mem, s);
	if (utf8_has_control(s, f->type == TYPE_PROSE))
		return fail_field(rq, f->name,
		    "control characters are not allowed");
	s = utf8_nfc(rq->mem, s);
	n = utf8_length(s);
	if (n == 0 && f->min > 0)
		return fail_field(rq, f->name, "this field may not be blank");
	if (n < f->min)
		return fail_field(rq, f->name,
		    "must have at least %lld characters", (long long)f->min);
	if (n > f->max)
		return fail_field(rq, f->name,
		    "must have at most %lld characters", (long long)f->max);
	reason = f->check != NULL ? f->check(rq->mem, &s) : NULL;
	if (reason != NULL)
		return fail_field(rq, f->name, "%s",
		    words_in(rq->lang, reason));
	*str_at(f, base) = s;
	return OK;
}

/* Digits with a sign, a point and an exponent; no words, no hexadecimals. */
static bool
read_number(struct arena *a, struct str s, double *out)
{
	char *end;
	size_t i;

	for (i = 0; i < s.n; i++)
		if (strchr("+-.eE0123456789", s.p[i]) == NULL ||
		    s.p[i] == '\0')
			return false;
	if (s.n == 0 || s.n > 40)
		return false;
	*out = strtod(arena_dup(a, s).p, &end);
	return *end == '\0' && isfinite(*out);
}

static enum err
store_number(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	double n = v->kind == VALUE_NUMBER ? v->real : (double)v->number;

	if (v->kind != VALUE_NUMBER && v->kind != VALUE_INT &&
	    (v->kind != VALUE_TEXT || !read_number(rq->mem, v->text, &n)))
		return fail_field(rq, f->name, "a number is needed");
	if (n < (double)f->min / 100)
		return fail_field(rq, f->name, "must be at least %g",
		    (double)f->min / 100);
	if (n > (double)f->max / 100)
		return fail_field(rq, f->name, "must be at most %g",
		    (double)f->max / 100);
	*number_at(f, base) = n;
	return OK;
}

static enum err
check_file(struct req *rq, const struct field *f, const struct value *v)
{
	if (v->kind == VALUE_TEXT && v->typed)
		return fail_field(rq, f->name,
		    "send the file as multipart/form-data");
	if (v->kind != VALUE_FILE)
		return fail_field(rq, f->name, "a file is needed");
	if (v->file.size == 0)
		return fail_field(rq, f->name, "this file is empty");
	return OK;
}

/* Of a form: numbers with commas between them.  v NULL: it is no such list. */
static struct int8s
ids_of_text(struct arena *a, struct str text, int64_t most)
{
	int64_t *v = arena_alloc(a, (size_t)(most + 1) * sizeof(*v));
	size_t at = 0, end;
	int n = 0;

	for (; at <= text.n && n <= most; at = end + 1) {
		end = str_find(text, ',', at);
		if (!str_int(str_sub(text, at, end), &v[n++]))
			return (struct int8s){ NULL, 0 };
	}
	return (struct int8s){ v, n };
}

static enum err
store_ids(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	struct int8s ids = v->kind == VALUE_TEXT && !v->typed ?
	    ids_of_text(rq->mem, v->text, f->max) : v->ids;
	int i;

	if (ids.v == NULL)
		return fail_field(rq, f->name,
		    "a list of whole numbers is needed");
	if (ids.n == 0)
		return fail_field(rq, f->name, "this field may not be blank");
	if (ids.n > f->max)
		return fail_field(rq, f->name, "must have at most %lld numbers",
		    (long long)f->max);
	for (i = 0; i < ids.n; i++)
		if (ids.v[i] < f->min)
			return fail_field(rq, f->name, "must be at least %lld",
			    (long long)f->min);
	*ids_at(f, base) = ids;
	return OK;
}

static enum err
store_file(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	enum err e = check_file(rq, f, v);

	if (e == OK)
		*file_at(f, base) = v->file;
	return e;
}

static enum err
add_file(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	struct uploads *files = files_at(f, base);
	enum err e;

	if (files->n == UPLOADS_MAX)
		return fail_field(rq, f->name, "at most %lld files",
		    (long long)UPLOADS_MAX);
	e = check_file(rq, f, v);
	if (e == OK)
		files->file[files->n++] = v->file;
	return e;
}

/* A page has two parameters: the cursor, and the limit which comes here as a
 * whole number. */
static enum err
store_page(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	struct page *p = page_at(f, base);

	if (v->kind == VALUE_INT) {
		if (v->number < 1 || v->number > f->max)
			return fail_field(rq, "limit", v->number < 1 ?
			    "must be at least %lld" : "must be at most %lld",
			    v->number < 1 ? 1LL : (long long)f->max);
		p->limit = v->number;
		return OK;
	}
	p->first = false;
	return cursor_read(v->text, p) ? OK :
	    fail_field(rq, f->name, "this cursor is not valid");
}

enum err
value_store(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	if (v->kind == VALUE_NULL) {
		if (f->required || f->type == TYPE_PAGE)
			return fail_field(rq, f->name,
			    "this field may not be null");
		return OK; /* as if it had not come */
	}
	switch (f->type) {
	case TYPE_INT:
		return store_int(rq, f, base, v);
	case TYPE_BOOL:
		return store_bool(rq, f, base, v);
	case TYPE_TEXT:
	case TYPE_PROSE:
	case TYPE_SECRET:
		return store_text(rq, f, base, v);
	case TYPE_FILE:
		return store_file(rq, f, base, v);
	case TYPE_NUMBER:
		return store_number(rq, f, base, v);
	case TYPE_FILES:
		return add_file(rq, f, base, v);
	case TYPE_PAGE:
		return store_page(rq, f, base, v);
	case TYPE_IDS:
		return store_ids(rq, f, base, v);
	}
	return ERR_INTERNAL;
}
