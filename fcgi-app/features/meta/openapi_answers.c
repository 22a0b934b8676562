/*
 * What the OpenAPI document says of answers: how they look, by the columns of
 * their queries, and with which statuses.
 */
#include "meta/openapi.h"
#include "column.h"

/* Columns of JSON are made by their queries; what they hold goes by their
 * names.  A person's boards have more members than a pin's. */
static const struct {
	const char *name, *schema;
} json_columns[] = {
#define JSON_COLUMN(name, schema) { name, schema },
#include "meta/json_columns.def"
#undef JSON_COLUMN
};

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

void
openapi_row(struct buf *b, const struct column *columns, const char *beside)
{
	members(b, &columns, NULL, beside);
}

static void
answer_schema(struct buf *b, const struct route *r)
{
	switch (r->shape) {
	case SHAPE_ROW:
		openapi_row(b, r->columns, r->beside);
		break;
	case SHAPE_ARRAY:
		buf_str(b, STR("{\"type\":\"array\",\"items\":"));
		openapi_row(b, r->columns, r->beside);
		buf_byte(b, '}');
		break;
	case SHAPE_PAGE:
		buf_str(b, STR("{\"type\":\"object\",\"properties\":{"
		    "\"next\":{\"type\":[\"string\",\"null\"]},"
		    "\"previous\":{\"type\":[\"string\",\"null\"]},"
		    "\"results\":{\"type\":\"array\",\"items\":"));
		openapi_row(b, r->columns, r->beside);
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

/* What is answered when all went well, and how it looks. */
static void
success(struct buf *b, const struct route *r, int status, const char *what)
{
	buf_printf(b, "\"%d\":{\"description\":\"%s\"", status, what);
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
}

static void
failure(struct buf *b, int status, const char *what, const char *schema)
{
	buf_printf(b, ",\"%d\":{\"description\":\"%s\",\"content\":{"
	    "\"application/json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/%s\"}}}}", status, what, schema);
}

void
openapi_answers(struct buf *b, const struct route *r)
{
	int status = r->status != 0 ? r->status : 200;

	buf_str(b, STR(",\"responses\":{"));
	success(b, r, status, "done");
	if (r->shape == SHAPE_FILE) {
		buf_byte(b, ',');
		success(b, r, 206, "a part of the file, by Range");
		failure(b, 416, "the file has no such part", "detail");
	} else if (r->shape == SHAPE_STATE) {
		buf_byte(b, ',');
		success(b, r, 503, "it cannot serve");
	}
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
