/*
 * Reading a JSON body.
 *
 * json-c keeps the last of two members with the same name and says nothing.
 * So the members that stand in the text are counted (a colon outside of
 * strings, one level deep) and compared with those the object has.  The same
 * walk refuses what json-c takes though it is none (RFC 8259): texts in
 * apostrophes or with control characters, NaN and Infinity, a NUL anywhere;
 * an escaped NUL in a name, where the name would end for it; and escapes of
 * half a surrogate pair, in whose place it would put U+FFFD.  UTF-8 is checked
 * here, as json-c knows its form only and lets surrogates pass.
 */
#include "json_in.h"

#include "utf8.h"

#include <json-c/json.h>

#define DEPTH_MAX 8
/* What json-c needs for a text of n bytes. */
#define ROOM ((size_t)64 * 1024)
#define ROOM_TIMES 32

enum text { TEXT_FINE, TEXT_NUL, TEXT_BAD };

enum half { HALF_NONE, HALF_HIGH, HALF_LOW };

/* Does an escape of half a surrogate pair begin here? */
static enum half
half_at(struct str text, size_t at)
{
	struct str s = str_sub(text, at, at + 6);

	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u' || (s.p[2] | 32) != 'd')
		return HALF_NONE;
	if (strchr("89abAB", s.p[3]) != NULL)
		return HALF_HIGH;
	return strchr("cdefCDEF", s.p[3]) != NULL ? HALF_LOW : HALF_NONE;
}

/* The end of the text whose quote is at `from`, and what is in it. */
static size_t
pass_text(struct str text, size_t from, enum text *kind)
{
	size_t i;

	*kind = TEXT_FINE;
	for (i = from + 1; i < text.n && text.p[i] != '"'; i++) {
		if ((unsigned char)text.p[i] < 32)
			*kind = TEXT_BAD;
		if (text.p[i] != '\\')
			continue;
		if (*kind == TEXT_FINE && str_starts(
		    str_sub(text, i, text.n), STR("\\u0000")))
			*kind = TEXT_NUL;
		if (half_at(text, i) == HALF_HIGH &&
		    half_at(text, i + 6) == HALF_LOW)
			i += 6; /* the other half */
		else if (half_at(text, i) != HALF_NONE)
			*kind = TEXT_BAD;
		i++;
	}
	return i;
}

static bool
is_never(char c)
{
	return c == '\'' || c == 'N' || c == 'I' ||
	    (c >= 0 && c < 32 && c != '\t' && c != '\n' && c != '\r');
}

/* Is the 0 that stands here one too many, at the beginning of a number?
 * json-c takes 00 and -07. */
static bool
is_octal(struct str text, size_t i)
{
	if (i + 1 == text.n || text.p[i + 1] < '0' || text.p[i + 1] > '9')
		return false;
	if (i > 0 && text.p[i - 1] == '-')
		i--;
	return i == 0 || strchr(" \t\n\r:,[", text.p[i - 1]) != NULL;
}

/* -1: this is no JSON that we take. */
static int
count_members(struct str text)
{
	int depth = 0, n = 0;
	enum text last = TEXT_FINE;
	size_t i;

	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"')
			i = pass_text(text, i, &last);
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		else if (c == ':' && depth == 1)
			n++;
		if (is_never(c) || last == TEXT_BAD ||
		    (c == '0' && is_octal(text, i)) ||
		    (c == ':' && depth == 1 && last == TEXT_NUL))
			return -1;
	}
	return n;
}

static bool
is_whole(const struct json_object *o)
{
	int64_t n;

	if (!json_object_is_type(o, json_type_int))
		return false;
	/* json-c cuts a number that is too large to its limit */
	n = json_object_get_int64(o);
	return n != INT64_MAX && n != INT64_MIN;
}

/* A list of whole numbers; anything else has none. */
static struct int8s
numbers_of(struct arena *a, const struct json_object *o)
{
	struct int8s list = { NULL, 0 };
	size_t i, n = json_object_array_length(o);
	int64_t *v = arena_alloc(a, (n + 1) * sizeof(*v));

	for (i = 0; i < n; i++) {
		if (!is_whole(json_object_array_get_idx(o, i)))
			return list;
		v[i] = json_object_get_int64(json_object_array_get_idx(o, i));
	}
	return (struct int8s){ v, (int)n };
}

static struct value
value_of(struct arena *a, struct json_object *o)
{
	struct value v = { .kind = VALUE_OTHER, .typed = true };

	switch (json_object_get_type(o)) {
	case json_type_null:
		v.kind = VALUE_NULL;
		break;
	case json_type_boolean:
		v.kind = VALUE_BOOL;
		v.number = json_object_get_boolean(o);
		break;
	case json_type_int:
		v.number = json_object_get_int64(o);
		if (is_whole(o))
			v.kind = VALUE_INT;
		break;
	case json_type_array:
		v.ids = numbers_of(a, o);
		break;
	case json_type_string:
		v.kind = VALUE_TEXT;
		v.text = arena_dup(a, (struct str){ json_object_get_string(o),
		    (size_t)json_object_get_string_len(o) });
		break;
	case json_type_double:
		v.kind = VALUE_NUMBER;
		v.real = json_object_get_double(o);
		break;
	default:
		break;
	}
	return v;
}

/* json-c calls it a syntax error when it has no memory, or leaves something
 * out. */
static struct json_object *
parse(struct arena *a, struct str text)
{
	struct json_tokener *t;
	struct json_object *o;

	if (!arena_has_room(ROOM + ROOM_TIMES * text.n))
		arena_give_up(a);
	t = json_tokener_new_ex(DEPTH_MAX);
	if (t == NULL)
		arena_give_up(a);
	json_tokener_set_flags(t, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(t, text.p, (int)text.n);
	/* It did not even begin: it had no memory for a locale. */
	if (o == NULL && json_tokener_get_parse_end(t) == 0 && text.n > 0 &&
	    json_tokener_get_error(t) == json_tokener_success) {
		json_tokener_free(t);
		arena_give_up(a);
	}
	/* A number at the end of the text may go on: that is no object. */
	if (json_tokener_get_error(t) != json_tokener_success ||
	    str_trim(str_sub(text, json_tokener_get_parse_end(t), text.n)).n >
	    0) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(t);
	return o;
}

static void
put(void *o)
{
	json_object_put(o);
}

const char *
json_in_members(struct arena *a, struct str text, json_member *fn, void *arg)
{
	struct json_object *o = parse(a, text);
	int n = count_members(text);
	struct value v;

	if (o != NULL)
		arena_defer(a, put, o);
	if (o == NULL || n < 0 || utf8_length(text) < 0)
		return "the body is not valid JSON";
	if (!json_object_is_type(o, json_type_object))
		return "the body must be a JSON object";
	if (json_object_object_length(o) != n)
		return "a field is given more than once";
	json_object_object_foreach(o, key, member) {
		v = value_of(a, member);
		fn(arg, arena_dup(a, str_of(key)), &v);
	}
	return NULL;
}
