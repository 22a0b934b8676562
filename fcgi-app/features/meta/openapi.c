/*
 * The OpenAPI document.
 *
 * Everything comes from the rows: nothing is written twice, so the document
 * cannot differ from what the router, the input and the answers do.
 */
#include "meta/openapi.h"
#include "column.h"

/* Columns of JSON are made by their queries; what they hold goes by their
 * names.  A person's boards have more members than a pin's. */
static const struct {
	const char *name, *schema;
} json_columns[] = {
#define LOGINS "{\"token\":[]},{\"jwt\":[]},{\"cookie\":[]}"
#define JSON_COLUMN(name, schema) { name, schema },
#include "meta/json_columns.def"
#undef JSON_COLUMN
};

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

static const char *
json_schema(const char *name)
{
	const char *dot = strchr(name, '.');
	size_t i;

	if (dot != NULL)
		name = dot + 1;
	for (i = 0; i < sizeof(json_columns) / sizeof(json_columns[0]); i++)
		if (strcmp(json_columns[i].name, name) == 0)
			return json_columns[i].schema;
	return "{}";
}

static const char *
column_schema(const struct column *c)
{
	switch (c->kind) {
	case COL_INT8:
	case COL_INT4:
		return "{\"type\":[\"integer\",\"null\"]}";
	case COL_FLOAT8:
		return "{\"type\":[\"number\",\"null\"]}";
	case COL_BOOL:
		return "{\"type\":[\"boolean\",\"null\"]}";
	case COL_TIME:
		return "{\"type\":[\"string\",\"null\"],"
		    "\"format\":\"date-time\"}";
	case COL_IMAGE:
		return "{\"type\":[\"string\",\"null\"],\"format\":\"uri\"}";
	case COL_FILES:
		return "{\"type\":\"array\",\"items\":{\"type\":\"object\","
		    "\"properties\":{\"width\":{\"type\":\"integer\"},"
		    "\"height\":{\"type\":\"integer\"},\"url\":{\"type\":"
		    "\"string\"}},\"required\":[\"width\",\"height\",\"url\"],"
		    "\"additionalProperties\":false}}";
	case COL_JSON:
		return json_schema(c->name);
	default:
		return "{\"type\":[\"string\",\"null\"]}";
	}
}

/* The members of one object: those of group (NULL: the row itself), from *c
 * on, which is left behind the last; and what may stand beside them. */
static void
members(struct buf *b, const struct column **c, const char *group,
    const char *beside)
{
	const struct column *first = *c, *i;

	buf_str(b, group == NULL ? STR("{\"type\":\"object\"") :
	    STR("{\"type\":[\"object\",\"null\"]"));
	buf_str(b, STR(",\"additionalProperties\":false,\"properties\":{"));
	while ((*c)->kind != COL_END) {
		const char *of = (*c)->group;

		if (group != NULL && (of == NULL || strcmp(of, group) != 0))
			break;
		if (group == NULL && of != NULL) {
			json_key(b, of);
			members(b, c, of, NULL);
			continue;
		}
		if ((*c)->name[0] != '_') {
			json_comma(b);
			buf_str(b, (*c)->lead);
			buf_str(b, str_of(column_schema(*c)));
		}
		(*c)++;
	}
	if (beside != NULL) {
		json_comma(b);
		buf_str(b, str_of(beside));
	}
	buf_str(b, STR("},\"required\":["));
	for (i = first; i < *c; i++) {
		if (i->name[0] == '_' || (group == NULL && i->group != NULL))
			continue;
		json_comma(b);
		/* "name": without its colon */
		buf_str(b, str_sub(i->lead, 0, i->lead.n - 1));
	}
	buf_str(b, STR("]}"));
}

static void
row_schema(struct buf *b, const struct column *columns, const char *beside)
{
	members(b, &columns, NULL, beside);
}

static void
answer_schema(struct buf *b, const struct route *r)
{
	switch (r->shape) {
	case SHAPE_ROW:
		row_schema(b, r->columns, r->beside);
		break;
	case SHAPE_ARRAY:
		buf_str(b, STR("{\"type\":\"array\",\"items\":"));
		row_schema(b, r->columns, r->beside);
		buf_byte(b, '}');
		break;
	case SHAPE_PAGE:
		buf_str(b, STR("{\"type\":\"object\",\"properties\":{"
		    "\"next\":{\"type\":[\"string\",\"null\"]},"
		    "\"previous\":{\"type\":[\"string\",\"null\"]},"
		    "\"results\":{\"type\":\"array\",\"items\":"));
		row_schema(b, r->columns, r->beside);
		buf_str(b, STR("}},\"required\":[\"next\",\"previous\","
		    "\"results\"],\"additionalProperties\":false}"));
		break;
	case SHAPE_DETAIL:
		buf_str(b, STR("{\"$ref\":\"#/components/schemas/detail\"}"));
		break;
	case SHAPE_TOKEN:
		buf_str(b, STR("{\"$ref\":\"#/components/schemas/tokens\"}"));
		break;
	case SHAPE_SESSION:
		buf_str(b, STR("{\"$ref\":\"#/components/schemas/session\"}"));
		break;
	default:
		buf_str(b, STR("{\"type\":\"object\"}"));
	}
}

static void
failure(struct buf *b, int status, const char *what, const char *schema)
{
	buf_printf(b, ",\"%d\":{\"description\":\"%s\",\"content\":{"
	    "\"application/json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/%s\"}}}}", status, what, schema);
}

static void
responses(struct buf *b, const struct route *r)
{
	int status = r->status != 0 ? r->status : 200;

	buf_printf(b, ",\"responses\":{\"%d\":{\"description\":\"done\"",
	    status);
	if (r->shape == SHAPE_TEXT || r->shape == SHAPE_HTML) {
		buf_printf(b, ",\"content\":{\"text/%s\":{\"schema\":"
		    "{\"type\":\"string\"}}}",
		    r->shape == SHAPE_HTML ? "html" : "plain");
	} else if (r->shape == SHAPE_FILE) {
		buf_str(b, STR(",\"content\":{\"application/zip\":{\"schema\":"
		    "{\"type\":\"string\",\"format\":\"binary\"}}}"));
	} else if (r->shape != SHAPE_EMPTY) {
		buf_str(b, STR(",\"content\":{\"application/json\":"
		    "{\"schema\":"));
		answer_schema(b, r);
		buf_str(b, STR("}}"));
	}
	buf_byte(b, '}');
	if (r->reads[0] != NULL)
		buf_str(b, STR(",\"304\":{\"description\":"
		    "\"as the caller has it, by If-None-Match\"}"));
	failure(b, 400, "bad input", "errors");
	if ((r->auth != AUTH_NONE && r->auth != AUTH_TRY) ||
	    r->limit == LIMIT_TOKEN)
		failure(b, 401, "no valid login or token", "detail");
	failure(b, 403, "not allowed", "detail");
	failure(b, 404, "not found", "detail");
	if (r->method == GET)
		failure(b, 410, "deleted", "detail");
	if (r->method != GET) {
		failure(b, 409, "conflict", "detail");
		failure(b, 413, "too large", "detail");
		failure(b, 415, "content type not understood", "detail");
	}
	if (r->limit != LIMIT_NONE)
		failure(b, 429, "too many requests", "detail");
	buf_str(b, STR(",\"5XX\":{\"description\":\"a fault of ours\","
	    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/fault\"}}}}}"));
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
	responses(b, r);
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
	    "\"detail\":" TEXT ",\"code\":" TEXT ",\"request\":" TEXT "},"
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
	row_schema(b, q_session_me_columns, NULL);
	buf_str(b, STR(",\"person\":"));
	row_schema(b, q_people_one_columns, NULL);
	buf_str(b, STR("}}}"));
}
