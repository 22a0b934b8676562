/*
 * Reading a JSON body.
 *
 * json-c keeps the last of two members with the same name and says nothing.
 * So the members that stand in the text are counted (a colon outside of
 * strings, one level deep) and compared with those the object has.
 */
#include "json_in.h"

#include <json-c/json.h>

#define DEPTH_MAX 8

static int
count_members(struct str text)
{
	int depth = 0, n = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		else if (c == ':' && depth == 1)
			n++;
	}
	return n;
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
		/* json-c cuts a number that is too large to its limit */
		v.number = json_object_get_int64(o);
		if (v.number != INT64_MAX && v.number != INT64_MIN)
			v.kind = VALUE_INT;
		break;
	case json_type_string:
		v.kind = VALUE_TEXT;
		v.text = arena_dup(a, (struct str){ json_object_get_string(o),
		    (size_t)json_object_get_string_len(o) });
		break;
	default:
		break;
	}
	return v;
}

static struct json_object *
parse(struct str text)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *o;

	if (t == NULL)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
	    JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text.p, (int)text.n);
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
	struct json_object *o = parse(text);
	struct value v;

	if (o == NULL)
		return "the body is not valid JSON";
	arena_defer(a, put, o);
	if (!json_object_is_type(o, json_type_object))
		return "the body must be a JSON object";
	if (json_object_object_length(o) != count_members(text))
		return "a field is given more than once";
	json_object_object_foreach(o, key, member) {
		v = value_of(a, member);
		fn(arg, arena_dup(a, str_of(key)), &v);
	}
	return NULL;
}
