/* The types of input. */
#include "value.h"

#include "conf.h"
#include "reply.h"
#include "utf8.h"
#include "words.h"

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

static struct upload *
file_at(const struct field *f, char *base)
{
	return (struct upload *)(void *)(base + f->offset);
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

static enum err
store_file(struct req *rq, const struct field *f, char *base,
    const struct value *v)
{
	if (v->kind == VALUE_TEXT && v->typed)
		return fail_field(rq, f->name,
		    "send the file as multipart/form-data");
	if (v->kind != VALUE_FILE)
		return fail_field(rq, f->name, "a file is needed");
	if (v->file.size == 0)
		return fail_field(rq, f->name, "this file is empty");
	*file_at(f, base) = v->file;
	return OK;
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
	case TYPE_PAGE:
		return store_page(rq, f, base, v);
	}
	return ERR_INTERNAL;
}
