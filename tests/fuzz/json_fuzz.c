/*
 * JSON bodies.  A second reader, by the grammar of RFC 8259 alone, says what
 * is JSON: nothing else may be taken.  (Of numbers that are no whole ones the
 * form is not asked: json-c takes "1." and "-.5", and no field takes any.)  What
 * was taken can be written, and then reads the same.
 */
#include "../unit/fake.h"
#include "json.h"
#include "json_in.h"
#include "utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct reader {
	const char *p, *end;
	int depth, members;
};

static bool value(struct reader *r);

static void
blanks(struct reader *r)
{
	while (r->p < r->end && strchr(" \t\n\r", *r->p) != NULL && *r->p)
		r->p++;
}

static bool
next(struct reader *r, char c)
{
	blanks(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
text(struct reader *r)
{
	int i;

	if (!next(r, '"'))
		return false;
	for (; r->p < r->end && *r->p != '"'; r->p++) {
		if ((unsigned char)*r->p < 32)
			return false;
		if (*r->p != '\\')
			continue;
		if (++r->p == r->end || *r->p == '\0' ||
		    strchr("\"\\/bfnrtu", *r->p) == NULL)
			return false;
		for (i = *r->p == 'u' ? 4 : 0; i > 0; i--)
			if (++r->p == r->end || *r->p == '\0' ||
			    strchr("0123456789abcdefABCDEF", *r->p) == NULL)
				return false;
	}
	return r->p++ < r->end;
}

static bool
number(struct reader *r)
{
	const char *from = r->p, *first;

	while (r->p < r->end && *r->p && strchr("0123456789+-.eE", *r->p))
		r->p++;
	first = from < r->p && *from == '-' ? from + 1 : from;
	if (memchr(from, '.', (size_t)(r->p - from)) != NULL ||
	    memchr(from, 'e', (size_t)(r->p - from)) != NULL ||
	    memchr(from, 'E', (size_t)(r->p - from)) != NULL)
		return true;
	if (first == r->p || (r->p - first > 1 && *first == '0'))
		return false;
	while (first < r->p && *first >= '0' && *first <= '9')
		first++;
	return first == r->p;
}

static bool
list(struct reader *r, char close, bool named)
{
	r->depth++;
	if (next(r, close)) {
		r->depth--;
		return true;
	}
	do {
		r->members += r->depth == 1;
		if (named && (!text(r) || !next(r, ':')))
			return false;
		if (!value(r))
			return false;
	} while (next(r, ','));
	r->depth--;
	return next(r, close);
}

static bool
word(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
		return false;
	r->p += n;
	return true;
}

static bool
value(struct reader *r)
{
	if (r->depth > 1000)
		return false;
	if (next(r, '{'))
		return list(r, '}', true);
	if (next(r, '['))
		return list(r, ']', false);
	blanks(r);
	if (r->p < r->end && *r->p == '"')
		return text(r);
	return word(r, "true") || word(r, "false") || word(r, "null") ||
	    number(r);
}

struct taken {
	struct buf *b;
	int n;
};

/* The member as we write it. */
static void
write_member(void *arg, struct str name, const struct value *v)
{
	struct taken *t = arg;

	assert(utf8_length(name) >= 0);
	assert(v->kind != VALUE_TEXT || utf8_length(v->text) >= 0);
	json_comma(t->b);
	json_str(t->b, name);
	buf_byte(t->b, ':');
	if (v->kind == VALUE_TEXT)
		json_str(t->b, v->text);
	else if (v->kind == VALUE_INT)
		buf_int(t->b, v->number);
	else if (v->kind == VALUE_BOOL)
		buf_str(t->b, v->number ? STR("true") : STR("false"));
	else
		buf_str(t->b, v->kind == VALUE_NULL ? STR("null") : STR("[]"));
	t->n++;
}

static const char *
read_it(struct arena *mem, struct str s, struct buf *b, int *n)
{
	struct taken t = { b, 0 };
	const char *why;

	buf_reset(b, SIZE_MAX);
	buf_byte(b, '{');
	why = json_in_members(mem, arena_dup(mem, s), write_member, &t);
	buf_byte(b, '}');
	*n = t.n;
	return why;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena *mem;
	static struct buf one, other;
	struct str s = { (const char *)data, n };
	struct reader r = { s.p, s.p + s.n, 0, 0 };
	const char *why;
	int members;

	if (mem == NULL) {
		mem = arena_open(256 << 20);
		buf_open(&one, 64 << 20);
		buf_open(&other, 64 << 20);
	}
	why = read_it(mem, s, &one, &members);
	if (why == NULL) {
		assert(value(&r));
		blanks(&r);
		assert(r.p == r.end && members == r.members);
		assert(read_it(mem, buf_view(&one), &other, &members) == NULL);
		assert(str_eq(buf_view(&one), buf_view(&other)));
	} else {
		assert(members == 0);
	}
	arena_reset(mem);
	return 0;
}
