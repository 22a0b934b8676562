/*
 * Rows as JSON: appended cell by cell, without a tree.
 *
 * A page is asked for with one row more than it shows: that row only tells
 * that there is another page.
 */
#include "answer.h"

#include "conf.h"
#include "files.h"
#include "form.h"
#include "json.h"
#include "pg_args.h"

#include <stdio.h>

/* A whole address: the answers of the published interface have one. */
static void
image_json(struct buf *b, struct str path)
{
	buf_byte(b, '"');
	if (conf.media_url[0] == '/')
		buf_str(b, str_of(conf.public_url));
	buf_str(b, str_of(conf.media_url));
	buf_byte(b, '/');
	buf_str(b, path);
	buf_byte(b, '"');
}

static void
cell_json(struct buf *b, enum column_kind kind, struct str s)
{
	switch (kind) {
	case COL_INT8:
		buf_int(b, pg_get_int8(s.p));
		break;
	case COL_INT4:
		buf_int(b, pg_get_int4(s.p));
		break;
	case COL_FLOAT8:
		buf_printf(b, "%.17g", pg_get_float8(s.p));
		break;
	case COL_BOOL:
		buf_str(b, s.p[0] ? STR("true") : STR("false"));
		break;
	case COL_TIME:
		json_time(b, pg_get_time(s.p));
		break;
	case COL_JSON:
		json_raw(b, s);
		break;
	case COL_IMAGE:
		image_json(b, s);
		break;
	case COL_FILES:
		files_json_all(b, s);
		break;
	default:
		json_str(b, s);
	}
}

static bool
same_group(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Opens, closes, or passes over the object that the next column is in. */
struct nest {
	const char *group; /* open now */
	bool null;         /* ... and null: its members are passed over */
};

static void
enter(struct buf *b, struct nest *nest, const char *group, bool null)
{
	if (nest->group != NULL && !nest->null)
		buf_byte(b, '}');
	nest->group = group;
	nest->null = group != NULL && null;
	if (group == NULL)
		return;
	json_key(b, group);
	buf_str(b, null ? STR("null") : STR("{"));
}

void
row_json(struct buf *b, const struct row *row)
{
	const struct column *c = row->rows.of->columns;
	struct nest nest = { NULL, false };
	PGresult *r = row->rows.result;
	bool null;
	int i;

	buf_byte(b, '{');
	for (i = 0; c[i].kind != COL_END; i++) {
		if (c[i].name[0] == '_')
			continue;
		null = PQgetisnull(r, row->i, i);
		if (!same_group(c[i].group, nest.group))
			enter(b, &nest, c[i].group, null);
		if (nest.null)
			continue;
		json_comma(b);
		buf_str(b, c[i].lead);
		if (null)
			buf_add(b, "null", 4);
		else
			cell_json(b, c[i].kind, (struct str){
			    PQgetvalue(r, row->i, i),
			    (size_t)PQgetlength(r, row->i, i) });
	}
	enter(b, &nest, NULL, false);
	buf_byte(b, '}');
}

enum err
reply_row(struct req *rq, int status, const struct row *row)
{
	row_json(reply_json(rq, status), row);
	return OK;
}

enum err
reply_number(struct req *rq, const char *name, int64_t n)
{
	struct buf *b = reply_json(rq, 200);

	buf_byte(b, '{');
	json_key(b, name);
	buf_int(b, n);
	buf_byte(b, '}');
	return OK;
}

enum err
reply_one(struct req *rq, struct query q)
{
	struct row row;
	enum err e = pg_row(rq, q, &row);

	return e == OK ? reply_row(rq, 200, &row) : e;
}

/* The rows that are shown, in order, and whether the walk can go on. */
struct shown {
	struct rows rows;
	int n;
	bool more, back;
};

static enum err
fetch(struct req *rq, struct query q, const struct page *page,
    struct shown *s)
{
	enum err e = pg_rows(rq, q, &s->rows);

	if (e != OK)
		return e;
	s->more = s->rows.n > page->limit;
	s->n = s->more ? (int)page->limit : s->rows.n;
	s->back = page->back;
	return OK;
}

/* Backwards walks come in reverse. */
static struct row
shown_row(const struct shown *s, int i)
{
	return rows_at(&s->rows, s->back ? s->n - 1 - i : i);
}

static void
rows_json(struct buf *b, const struct shown *s)
{
	struct row row;
	int i;

	buf_byte(b, '[');
	for (i = 0; i < s->n; i++) {
		if (i > 0)
			buf_byte(b, ',');
		row = shown_row(s, i);
		row_json(b, &row);
	}
	buf_byte(b, ']');
}

enum err
reply_rows(struct req *rq, struct query q)
{
	struct shown s = { 0 };
	enum err e = pg_rows(rq, q, &s.rows);

	s.n = s.rows.n;
	if (e == OK)
		rows_json(reply_json(rq, 200), &s);
	return e;
}

/* The request's address with another cursor; the other parameters stay. */
static struct str
page_url(struct req *rq, const struct row *row, bool back)
{
	struct str rest = rq->query, name, value, cursor;
	const struct column *c = row->rows.of->columns;
	struct buf b;
	int64_t at;

	while (strcmp(c->name, "_at") != 0)
		c++;
	at = c->kind == COL_TIME ? row_time(row, "_at") : row_int(row, "_at");
	cursor = cursor_text(rq->mem, at, row_int(row, "_id"), back);
	buf_open(&b, 16384);
	buf_str(&b, str_of(conf.public_url));
	buf_str(&b, rq->path);
	buf_add(&b, "?cursor=", 8);
	buf_str(&b, cursor);
	while (form_next(rq->mem, &rest, &name, &value) == FORM_PAIR) {
		if (str_eq(name, STR("cursor")))
			continue;
		buf_byte(&b, '&');
		buf_str(&b, form_encode(rq->mem, name));
		buf_byte(&b, '=');
		buf_str(&b, form_encode(rq->mem, value));
	}
	cursor = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
	return cursor;
}

/* There is a next page if the walk forwards can go on, or if this page was
 * reached by walking back; and the other way round. */
static struct str
next_url(struct req *rq, const struct shown *s)
{
	struct row last;

	if (s->n == 0 || !(s->back || s->more))
		return STR_NONE;
	last = shown_row(s, s->n - 1);
	return page_url(rq, &last, false);
}

static struct str
previous_url(struct req *rq, const struct shown *s, const struct page *page)
{
	struct row first;

	if (s->n == 0 || page->first || (s->back && !s->more))
		return STR_NONE;
	first = shown_row(s, 0);
	return page_url(rq, &first, true);
}

static void
url_json(struct buf *b, const char *key, struct str url)
{
	json_key(b, key);
	if (url.p == NULL)
		buf_add(b, "null", 4);
	else
		json_str(b, url);
}

enum err
reply_page(struct req *rq, struct query q, const struct page *page)
{
	struct shown s;
	struct buf *b;
	enum err e = fetch(rq, q, page, &s);

	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	url_json(b, "next", next_url(rq, &s));
	url_json(b, "previous", previous_url(rq, &s, page));
	json_key(b, "results");
	rows_json(b, &s);
	buf_byte(b, '}');
	return OK;
}

enum err
reply_array(struct req *rq, struct query q, const struct page *page)
{
	struct shown s;
	struct str next;
	enum err e = fetch(rq, q, page, &s);

	if (e != OK)
		return e;
	next = next_url(rq, &s);
	if (next.p != NULL)
		reply_header(rq, "Link", arena_printf(rq->mem,
		    "<%.*s>; rel=\"next\"", STR_ARG(next)));
	rows_json(reply_json(rq, 200), &s);
	return OK;
}
