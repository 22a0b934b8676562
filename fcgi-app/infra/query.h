/*
 * A query: a prepared statement and its arguments.  Made only by the typed
 * functions q_FEATURE_NAME that are generated from sql/queries.
 */
#ifndef INFRA_QUERY_H
#define INFRA_QUERY_H

#include "column.h"
#include "input.h"
#include "str.h"

enum arg_type {
	ARG_INT8 = 1,
	ARG_TEXT,   /* p == NULL: null */
	ARG_BOOL,
	ARG_TIME,   /* microseconds since 1970; INT64_MAX: infinity */
	ARG_INT8S,  /* a list of numbers */
	ARG_TEXTS,  /* a list of texts */
	ARG_BYTES,
	ARG_JSON,
	ARG_FLOAT8,
};

struct texts {
	const struct str *v;
	int n;
};

union arg {
	int64_t i;
	double d;
	struct str s;
	struct int8s ids;
	struct texts texts;
};

#define QUERY_ARGS 16

struct statement {
	const char *name, *file;
	const char *text;
	const char *back; /* the same, walking the other way; or NULL */
	int nargs;
	const unsigned char *args; /* enum arg_type */
	const struct column *columns;
	int ncolumns;
};

struct query {
	const struct statement *of;
	bool back;
	union arg args[QUERY_ARGS];
};

/* All of them; n of them. */
extern const struct statement *const statements[];
extern const int statements_n;

#endif
