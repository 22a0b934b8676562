/* Errors and small answers. */
#include "reply.h"

#include "json.h"
#include "log.h"
#include "words.h"

#include <stdarg.h>
#include <stdio.h>

struct buf *
reply_json(struct req *rq, int status)
{
	buf_reset(rq->out, SIZE_MAX);
	rq->status = status;
	return rq->out;
}

static void
detail(struct req *rq, int status, struct str text)
{
	struct buf *b = reply_json(rq, status);

	buf_byte(b, '{');
	json_key(b, "detail");
	json_str(b, text);
	buf_byte(b, '}');
}

enum err
reply_detail(struct req *rq, int status, const char *text)
{
	detail(rq, status, str_of(words_in(rq->lang, text)));
	return OK;
}

enum err
reply_empty(struct req *rq)
{
	(void)reply_json(rq, 204);
	return OK;
}

/* Cut to whole UTF-8 characters. */
static struct str
formatted(char *text, size_t size, int n)
{
	size_t end = n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;

	if ((size_t)n >= size)
		while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
			end--;
	if ((size_t)n >= size && end > 0 &&
	    ((unsigned char)text[end - 1] & 0x80) != 0)
		end--;
	return (struct str){ text, end };
}

enum err
fail(struct req *rq, enum err e, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text),
	    err_is_fault(e) ? fmt : words_in(rq->lang, fmt), ap);
	va_end(ap);
	if (err_is_fault(e)) {
		log_error("fault request=%s code=%s %s", rq->id, err_code(e),
		    text);
		return e;
	}
	detail(rq, err_status(e), formatted(text, sizeof(text), n));
	return e;
}

/* Appends `"field":`, unless it is there: a field is told once, the first
 * thing that is wrong with it. */
static bool
begin_field(struct buf *b, const char *field)
{
	size_t from = b->n;
	struct str key;

	buf_byte(b, from == 0 ? '{' : ',');
	json_str(b, str_of(field));
	buf_byte(b, ':');
	key = str_sub(buf_view(b), from + 1, b->n);
	if (from == 0 || memmem(b->p, from, key.p, key.n) == NULL)
		return true;
	b->n = from;
	return false;
}

enum err
fail_field(struct req *rq, const char *field, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	if (!begin_field(rq->errors, field))
		return ERR_INPUT;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), words_in(rq->lang, fmt), ap);
	va_end(ap);
	buf_byte(rq->errors, '[');
	json_str(rq->errors, formatted(text, sizeof(text), n));
	buf_byte(rq->errors, ']');
	return ERR_INPUT;
}

void
reply_header(struct req *rq, const char *name, struct str value)
{
	size_t i;

	for (i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 32 || value.p[i] == 127) {
			log_warn("header-refused request=%s name=%s", rq->id,
			    name);
			return;
		}
	buf_printf(rq->head, "%s: ", name);
	buf_str(rq->head, value);
	buf_add(rq->head, "\r\n", 2);
}

void
reply_message(struct req *rq)
{
	struct str all = buf_view(rq->errors), first;
	size_t name = str_find(all, '"', 0);
	size_t from = str_find(all, '"', name + 1) + STR("\":[").n;
	size_t to = from + 1;

	/* a string of JSON, as it stands there; a name has no quotes, but it
	 * may have brackets */
	while (to < all.n && all.p[to] != '"')
		to += all.p[to] == '\\' ? 2 : 1;
	if (to >= all.n)
		return;
	first = arena_dup(rq->mem, str_sub(all, from, to + 1));
	buf_str(rq->errors, STR(",\"message\":"));
	buf_str(rq->errors, first);
}
