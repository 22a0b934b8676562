/*
 * Typed input: where values are found.  What each type allows is in value.c.
 *
 * Path, query and body are walked once each; a value is stored into the
 * route's struct when it is met, and a bit remembers that its field was, so
 * that a second one and a missing one are noticed.  Reasons are collected: one
 * answer tells all that is wrong.
 */
#include "input.h"

#include "conf.h"
#include "form.h"
#include "json_in.h"
#include "multipart.h"
#include "reply.h"
#include "router.h"
#include "spool.h"
#include "utf8.h"
#include "value.h"
#include "words.h"

#define NAMES_MAX 64

struct intake {
	struct req *rq;
	const struct field *fields;
	char *base;
	uint64_t seen;
	enum err e;    /* of what was told so far; the gravest */
	bool broken;   /* the query or body could not be read to its end */
	bool unread;   /* the body was not looked at */
	int names;     /* given in this body */
};

static const size_t type_size[] = {
	[TYPE_INT] = sizeof(int64_t), [TYPE_BOOL] = sizeof(int64_t),
	[TYPE_TEXT] = sizeof(struct str), [TYPE_PROSE] = sizeof(struct str),
	[TYPE_SECRET] = sizeof(struct str), [TYPE_NUMBER] = sizeof(double),
	[TYPE_FILE] = sizeof(struct upload),
	[TYPE_FILES] = sizeof(struct uploads),
	[TYPE_PAGE] = sizeof(struct page),
	[TYPE_IDS] = sizeof(struct int8s),
};

size_t
input_size(const struct field *fields)
{
	const struct field *f;
	size_t n = 0, end;

	for (f = fields; f != NULL && f->name != NULL; f++) {
		end = f->offset + type_size[f->type];
		if (end > n)
			n = end;
	}
	return n;
}

static void
note(struct intake *in, enum err e)
{
	if (e != OK && !in->broken)
		in->e = e;
}

/* What did not come in a body that cannot be read is not missing. */
static void
stop(struct intake *in, enum err e)
{
	in->broken = true;
	in->e = e;
	buf_reset(in->rq->errors, SIZE_MAX);
}

static const struct field *
find(const struct intake *in, enum field_from from, struct str name)
{
	const struct field *f;

	for (f = in->fields; f != NULL && f->name != NULL; f++)
		if (f->from == from && str_eq(name, str_of(f->name)))
			return f;
	return NULL;
}

/* A name for an error answer: what the client sent, if it may be shown. */
static const char *
shown(struct req *rq, struct str name)
{
	if (name.n == 0 || name.n > 60 || utf8_length(name) < 0 ||
	    utf8_has_control(name, false) || str_find(name, '"', 0) < name.n ||
	    str_find(name, '\\', 0) < name.n)
		return "non_field_errors";
	return arena_dup(rq->mem, name).p;
}

static void
take(struct intake *in, const struct field *f, const struct value *v)
{
	uint64_t bit = UINT64_C(1) << (f - in->fields);

	if ((in->seen & bit) && f->type != TYPE_FILES) {
		note(in, fail_field(in->rq, f->name,
		    "this field is given more than once"));
		return;
	}
	in->seen |= bit;
	note(in, value_store(in->rq, f, in->base, v));
}

/* ?limit= belongs to the field of a page, and is taken once. */
static void
take_limit(struct intake *in, const struct field *page, struct str text)
{
	struct value v = { .kind = VALUE_INT };
	uint64_t bit = UINT64_C(1) << 63;

	if (in->seen & bit)
		note(in, fail_field(in->rq, "limit",
		    "this field is given more than once"));
	else if (!str_int(text, &v.number))
		note(in, fail_field(in->rq, "limit",
		    "a whole number is needed"));
	else
		note(in, value_store(in->rq, page, in->base, &v));
	in->seen |= bit;
}

static void
take_pair(struct intake *in, enum field_from from, struct str name,
    const struct value *v)
{
	const struct field *f = find(in, from, name), *page;

	if (f == NULL && from == FROM_QUERY && str_eq(name, STR("limit")) &&
	    (page = find(in, FROM_QUERY, STR("cursor"))) != NULL)
		take_limit(in, page, v->text);
	else if (f == NULL)
		note(in, fail_field(in->rq, shown(in->rq, name),
		    "this field is not known here"));
	else
		take(in, f, v);
}

static void
read_path(struct intake *in)
{
	const struct field *f;
	struct value v = { .kind = VALUE_TEXT };

	for (f = in->fields; f != NULL && f->name != NULL; f++) {
		if (f->from != FROM_PATH)
			continue;
		v.text = router_value(in->rq, f->name);
		take(in, f, &v);
	}
}

static void
read_pairs(struct intake *in, enum field_from from, struct str text)
{
	struct value v = { .kind = VALUE_TEXT };
	struct str name;
	enum form_step step;
	int n = 0;

	while ((step = form_next(in->rq->mem, &text, &name, &v.text)) ==
	    FORM_PAIR && n++ < NAMES_MAX)
		take_pair(in, from, name, &v);
	if (step == FORM_BAD)
		stop(in, fail(in->rq, ERR_INPUT, from == FROM_QUERY ?
		    "the query is not valid" : "the body is not a valid form"));
	else if (step == FORM_PAIR)
		stop(in, fail(in->rq, ERR_INPUT, from == FROM_QUERY ?
		    "the query has too many fields" :
		    "the body has too many fields"));
}

/* The whole body in memory; at most conf.body_max bytes. */
static enum err
read_whole(struct req *rq, struct str *out)
{
	size_t max = (size_t)conf.body_max, n = 0, room;
	char *p;
	ssize_t got;

	if (rq->body.length > conf.body_max)
		return fail(rq, ERR_TOO_LARGE,
		    "the body may have at most %lld bytes",
		    (long long)conf.body_max);
	room = rq->body.length >= 0 ? (size_t)rq->body.length : max;
	p = arena_alloc(rq->mem, room + 1);
	while (n < room) {
		got = rq->body.read(rq->body.from, p + n, room - n);
		if (got < 0)
			return fail(rq, ERR_INPUT, "the body ended too early");
		if (got == 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	*out = (struct str){ p, n };
	return OK;
}

static void
take_member(void *arg, struct str name, const struct value *v)
{
	struct intake *in = arg;

	if (in->names++ < NAMES_MAX)
		take_pair(in, FROM_BODY, name, v);
}

static void
read_json(struct intake *in)
{
	struct str text = STR_NONE;
	const char *reason;
	enum err e = read_whole(in->rq, &text);

	if (e != OK) {
		stop(in, e);
		return;
	}
	reason = json_in_members(in->rq->mem, text, take_member, in);
	if (reason == NULL && in->names > NAMES_MAX)
		reason = "the body has too many fields";
	if (reason != NULL)
		stop(in, fail(in->rq, ERR_INPUT, "%s",
		    words_in(in->rq->lang, reason)));
}

/* A part that is no file: its text, within what all of them may have. */
static enum err
part_text(struct intake *in, struct multipart *m, size_t *left,
    struct str *out)
{
	struct buf b;
	char chunk[4096];
	size_t came = 0;
	ssize_t n;
	bool whole;

	buf_open(&b, *left);
	while ((n = multipart_read(m, chunk, sizeof(chunk))) > 0) {
		buf_add(&b, chunk, (size_t)n);
		came += (size_t)n;
	}
	whole = buf_ok(&b);
	*out = arena_dup(in->rq->mem, buf_view(&b));
	buf_close(&b);
	if (n < 0)
		return fail(in->rq, ERR_INPUT, "the body ended too early");
	if (came > *left)
		return fail(in->rq, ERR_TOO_LARGE,
		    "the body may have at most %lld bytes",
		    (long long)conf.body_max);
	*left -= came;
	return whole ? OK : fail(in->rq, ERR_INTERNAL, "no memory for a part");
}

/* Is the file that comes to be kept? */
static bool
has_room(const struct intake *in, const struct field *f)
{
	return f != NULL && (f->type == TYPE_FILE ||
	    (f->type == TYPE_FILES && value_has_room(f, in->base)));
}

static enum err
read_part(struct intake *in, struct multipart *m, const struct part *part,
    size_t *left)
{
	struct value v = { .kind = VALUE_TEXT };
	const struct field *f = find(in, FROM_BODY, part->name);
	enum err e;

	if (part->is_file && has_room(in, f)) {
		v.kind = VALUE_FILE;
		e = spool_part(in->rq, m, &v.file);
	} else if (part->is_file) {
		take_pair(in, FROM_BODY, part->name,
		    &(struct value){ .kind = VALUE_FILE });
		return OK; /* multipart_next passes over its bytes */
	} else {
		e = part_text(in, m, left, &v.text);
	}
	if (e == OK)
		take_pair(in, FROM_BODY, part->name, &v);
	return e;
}

static void
read_multipart(struct intake *in)
{
	struct multipart m;
	struct part part;
	enum multipart_step step = MULTIPART_BAD;
	size_t left = (size_t)conf.body_max;
	enum err e = OK;

	if (multipart_open(&m, in->rq->mem, &in->rq->body,
	    in->rq->content_type))
		while (e == OK && (step = multipart_next(&m, &part)) ==
		    MULTIPART_PART && in->names++ < NAMES_MAX)
			e = read_part(in, &m, &part, &left);
	if (e != OK)
		stop(in, e);
	else if (step == MULTIPART_CUT)
		stop(in, fail(in->rq, ERR_INPUT, "the body ended too early"));
	else if (step == MULTIPART_PART)
		stop(in, fail(in->rq, ERR_INPUT,
		    "the body has too many fields"));
	else if (step == MULTIPART_BAD)
		stop(in, fail(in->rq, ERR_INPUT,
		    "the body is not valid multipart/form-data"));
}

static void
read_body(struct intake *in)
{
	struct req *rq = in->rq;
	struct str type = str_trim(str_sub(rq->content_type, 0,
	    str_find(rq->content_type, ';', 0)));
	struct str text;
	enum err e;

	if (rq->body.length == 0)
		return;
	if (rq->content_encoding.n > 0 &&
	    !str_eq_nocase(rq->content_encoding, STR("identity"))) {
		stop(in, fail(rq, ERR_MEDIA_TYPE, "send the body as it is, "
		    "not compressed"));
	} else if (str_eq_nocase(type, STR("application/json"))) {
		read_json(in);
	} else if (str_eq_nocase(type, STR("multipart/form-data"))) {
		read_multipart(in);
	} else if (str_eq_nocase(type,
	    STR("application/x-www-form-urlencoded"))) {
		e = read_whole(rq, &text);
		if (e == OK)
			read_pairs(in, FROM_BODY, text);
		else
			stop(in, e);
	} else {
		stop(in, fail(rq, ERR_MEDIA_TYPE, "send JSON or a form"));
	}
}

/* A body that no field wants is not read: the transport drains it. */
static bool
wants_body(const struct route *r)
{
	const struct field *f;

	if (r->method != DELETE)
		return r->method != GET;
	for (f = r->fields; f != NULL && f->name != NULL; f++)
		if (f->from == FROM_BODY)
			return true;
	return false;
}

static void
tell_missing(struct intake *in)
{
	const struct field *f;

	for (f = in->fields; f != NULL && f->name != NULL; f++)
		if (f->required && !in->broken &&
		    !(in->unread && f->from == FROM_BODY) &&
		    !(in->seen & UINT64_C(1) << (f - in->fields)))
			note(in, fail_field(in->rq, f->name,
			    "this field is required"));
}

enum err
input_read(struct req *rq)
{
	struct intake in = { .rq = rq, .fields = rq->route->fields };
	const struct field *f;

	in.base = arena_zalloc(rq->mem, input_size(in.fields) + 1);
	for (f = in.fields; f != NULL && f->name != NULL; f++)
		value_default(f, in.base);
	read_path(&in);
	if (in.e != OK)
		/* what a path names badly does not exist */
		return fail(rq, ERR_NOT_FOUND, "not found");
	read_pairs(&in, FROM_QUERY, rq->query);
	in.unread = in.e != OK;
	if (!in.unread && wants_body(rq->route))
		read_body(&in);
	tell_missing(&in);
	rq->in = in.base;
	return in.e;
}

struct str
input_text(const struct req *rq, const char *name)
{
	const struct field *f = rq->route->fields;

	while (strcmp(f->name, name) != 0)
		f++;
	return *(const struct str *)(const void *)((const char *)rq->in +
	    f->offset);
}
