/*
 * The OpenAPI document.
 *
 * Everything comes from the rows: nothing is written twice, so the document
 * cannot differ from what the router, the input and the answers do.
 */
#include "meta/openapi.h"

#define LOGINS "{\"token\":[]},{\"jwt\":[]},{\"cookie\":[]}"

static void
text(struct buf *b, const char *key, const char *value)
{
	json_key(b, key);
	json_str(b, str_of(value));
}

static void
raw(struct buf *b, const char *key, const char *json)
{
	json_key(b, key);
	buf_str(b, str_of(json));
}

/* In JSON what need not be sent may be null. */
static void
type(struct buf *b, const struct field *f, bool as_text, const char *name)
{
	if (as_text || f->required)
		text(b, "type", name);
	else
		buf_printf(b, "\"type\":[\"%s\",\"null\"]", name);
}

/* The schema of a value that is read.  as_text: of an address or a form, where
 * true and false may also be 1 and 0. */
static void
field_schema(struct buf *b, const struct field *f, bool as_text)
{
	buf_byte(b, '{');
	switch (f->type) {
	case TYPE_INT:
		type(b, f, as_text, "integer");
		raw(b, "format", "\"int64\"");
		json_key(b, "minimum");
		buf_int(b, f->min);
		if (f->max < INT64_MAX) {
			json_key(b, "maximum");
			buf_int(b, f->max);
		}
		break;
	case TYPE_BOOL:
		if (as_text)
			buf_str(b, STR("\"type\":[\"boolean\",\"integer\"],"
			    "\"minimum\":0,\"maximum\":1"));
		else
			type(b, f, as_text, "boolean");
		break;
	case TYPE_IDS:
		type(b, f, as_text, "array");
		raw(b, "items", "{\"type\":\"integer\",\"format\":\"int64\","
		    "\"minimum\":1}");
		raw(b, "minItems", "1");
		json_key(b, "maxItems");
		buf_int(b, f->max);
		break;
	case TYPE_NUMBER:
		type(b, f, as_text, "number");
		buf_printf(b, ",\"minimum\":%g,\"maximum\":%g",
		    (double)f->min / 100, (double)f->max / 100);
		break;
	case TYPE_FILES:
		buf_printf(b, "\"type\":\"array\",\"minItems\":1,"
		    "\"maxItems\":%d,\"items\":{\"type\":\"string\","
		    "\"contentMediaType\":\"application/octet-stream\"}",
		    UPLOADS_MAX);
		break;
	case TYPE_FILE:
		text(b, "type", "string");
		text(b, "contentMediaType", "application/octet-stream");
		break;
	default:
		type(b, f, as_text, "string");
		if (f->type == TYPE_PAGE)
			break;
		json_key(b, "minLength");
		buf_int(b, f->min);
		json_key(b, "maxLength");
		buf_int(b, f->max);
	}
	buf_byte(b, '}');
}

static void
parameter(struct buf *b, const struct field *f, const char *in)
{
	json_comma(b);
	buf_byte(b, '{');
	text(b, "name", f->name);
	text(b, "in", in);
	raw(b, "required", f->required ? "true" : "false");
	json_key(b, "schema");
	field_schema(b, f, true);
	buf_byte(b, '}');
	if (f->type != TYPE_PAGE)
		return;
	buf_printf(b, ",{\"name\":\"limit\",\"in\":\"query\","
	    "\"required\":false,"
	    "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":%lld,"
	    "\"default\":%lld}}", (long long)f->max, (long long)f->def);
}

static void
parameters(struct buf *b, const struct route *r)
{
	const struct field *f;

	json_key(b, "parameters");
	buf_byte(b, '[');
	for (f = r->fields; f != NULL && f->name != NULL; f++)
		if (f->from != FROM_BODY)
			parameter(b, f, f->from == FROM_PATH ? "path" :
			    "query");
	if (r->cookies) {
		json_comma(b);
		buf_str(b, STR("{\"name\":\"X-Requested-With\",\"in\":"
		    "\"header\",\"required\":true,\"schema\":"
		    "{\"const\":\"pinwall\"}}"));
	}
	buf_byte(b, ']');
}

/* A form's list of numbers is one field, with commas between them. */
static void
encoding(struct buf *b, const struct route *r)
{
	const struct field *f;
	bool any = false;

	for (f = r->fields; f->name != NULL; f++) {
		if (f->type != TYPE_IDS)
			continue;
		buf_str(b, any ? STR(",") : STR(",\"encoding\":{"));
		any = true;
		buf_printf(b, "\"%s\":{\"style\":\"form\","
		    "\"explode\":false,\"allowReserved\":true}", f->name);
	}
	if (any)
		buf_byte(b, '}');
}

static void
body_schema(struct buf *b, const struct route *r, const char *kind)
{
	const struct field *f;
	bool form = strcmp(kind, "application/json") != 0;
	bool files = strcmp(kind, "multipart/form-data") == 0;

	json_key(b, kind);
	buf_str(b, STR("{\"schema\":{\"type\":\"object\","
	    "\"additionalProperties\":false,\"properties\":{"));
	for (f = r->fields; f->name != NULL; f++) {
		if (f->from != FROM_BODY || (f->type == TYPE_FILE && !files))
			continue;
		json_key(b, f->name);
		field_schema(b, f, form);
	}
	buf_str(b, STR("},\"required\":["));
	for (f = r->fields; f->name != NULL; f++) {
		if (f->from != FROM_BODY || !f->required)
			continue;
		json_comma(b);
		json_str(b, str_of(f->name));
	}
	buf_str(b, STR("]}"));
	if (form)
		encoding(b, r);
	buf_byte(b, '}');
}

static void
request_body(struct buf *b, const struct route *r)
{
	const struct field *f;
	bool any = false, required = false, files = false;

	for (f = r->fields; f != NULL && f->name != NULL; f++) {
		any = any || f->from == FROM_BODY;
		required = required || (f->from == FROM_BODY && f->required);
		files = files || (f->type == TYPE_FILES && f->required);
	}
	if (!any)
		return;
	json_key(b, "requestBody");
	buf_printf(b, "{\"required\":%s,\"content\":{",
	    required ? "true" : "false");
	body_schema(b, r, "multipart/form-data");
	if (!files) {
		body_schema(b, r, "application/json");
		body_schema(b, r, "application/x-www-form-urlencoded");
	}
	buf_str(b, STR("}}"));
}

static void
operation(struct buf *b, const struct route *r, const char *feature)
{
	char method[8];
	size_t i;

	for (i = 0; method_name(r->method)[i] != '\0'; i++)
		method[i] = (char)(method_name(r->method)[i] | 32);
	method[i] = '\0';
	json_key(b, method);
	buf_byte(b, '{');
	text(b, "summary", r->doc);
	buf_printf(b, ",\"tags\":[\"%s\"]", feature);
	parameters(b, r);
	request_body(b, r);
	if (r->auth == AUTH_USER || r->auth == AUTH_STAFF)
		raw(b, "security", "[" LOGINS "]");
	else if (r->auth != AUTH_NONE)
		raw(b, "security", "[{}," LOGINS "]");
	openapi_answers(b, r);
	buf_byte(b, '}');
}

/* Is there a row of this path before r? */
static bool
is_first(const struct route *r)
{
	const struct feature *const *f;
	const struct route *i;

	for (f = features; *f != NULL; f++)
		for (i = (*f)->routes; i->path != NULL; i++) {
			if (i == r)
				return true;
			if (strcmp(i->path, r->path) == 0)
				return false;
		}
	return true;
}

static void
path_item(struct buf *b, const char *path)
{
	const struct feature *const *f;
	const struct route *r;

	json_key(b, path);
	buf_byte(b, '{');
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (strcmp(r->path, path) == 0)
				operation(b, r, (*f)->name);
	buf_byte(b, '}');
}

void
openapi_write(struct buf *b)
{
	const struct feature *const *f;
	const struct route *r;

	buf_str(b, STR("{\"openapi\":\"3.1.0\",\"info\":{\"title\":"
	    "\"Pinwall\",\"version\":\"1\"},\"servers\":[{\"url\":\"/api\"}],"
	    "\"paths\":{"));
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (is_first(r))
				path_item(b, r->path);
	buf_str(b, STR("},\"components\":{\"securitySchemes\":{\"token\":{"
	    "\"type\":\"http\",\"scheme\":\"bearer\"},\"jwt\":{"
	    "\"type\":\"apiKey\",\"in\":\"header\",\"name\":"
	    "\"Authorization\",\"description\":\"The same token after the "
	    "word JWT, as the published clients send it.\"},\"cookie\":{"
	    "\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
	    "\"__Host-access\",\"description\":\"The login of a browser, "
	    "by POST /session. Whatever is not GET needs X-Requested-With: "
	    "pinwall and a page of this site, or is answered 403.\"}},"
	    "\"schemas\":{"
	    "\"detail\":{\"type\":\"object\",\"properties\":{\"detail\":{"
	    "\"type\":\"string\"}},\"required\":[\"detail\"]},"
	    "\"errors\":{\"type\":\"object\",\"additionalProperties\":{"
	    "\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
	    "{\"type\":\"string\"}]}},"
	    "\"fault\":{\"type\":\"object\",\"properties\":{"
	    "\"detail\":{\"type\":\"string\"},"
	    "\"code\":{\"type\":\"string\"},"
	    "\"request\":{\"type\":\"string\"}},"
	    "\"required\":[\"detail\"],\"additionalProperties\":false},"
	    "\"tokens\":{\"type\":\"object\",\"properties\":{"
	    "\"token\":{\"type\":\"string\"},"
	    "\"access_token\":{\"type\":\"string\"},"
	    "\"access\":{\"type\":\"string\"},"
	    "\"access_token_expiration\":{\"type\":\"string\"},"
	    "\"refresh_token\":{\"type\":\"string\"},"
	    "\"refresh\":{\"type\":\"string\"},"
	    "\"user\":{\"$ref\":\"#/components/schemas/person\"}},"
	    "\"required\":[\"token\",\"refresh\"],"
	    "\"additionalProperties\":false},"
	    "\"session\":{\"type\":\"object\",\"properties\":{"
	    "\"user\":{\"anyOf\":[{\"$ref\":"
	    "\"#/components/schemas/me\"},{\"type\":\"null\"}]}},"
	    "\"required\":[\"user\"],"
	    "\"additionalProperties\":false},\"me\":"));
	openapi_row(b, q_session_me_columns, NULL);
	buf_str(b, STR(",\"person\":"));
	openapi_row(b, q_people_one_columns, NULL);
	buf_str(b, STR("}}}"));
}
