/*
 * Holds every query against a database: are its parameters and columns what
 * its file declares?
 *
 * Each statement, forwards and back, is prepared with the types of its
 * declared parameters, as a worker does it, and described by the server; the
 * description is compared with the declaration by number, name and type.  What
 * the code relies on without asking is checked too: every parameter is used; a
 * list that is walked has its key in `_at` and `_id`; the members of one object
 * stand together; no name comes twice.
 *
 * All differences are written, one a line, not only the first.  It changes
 * nothing in the database and runs no query.
 *
 * usage: checksql CONNECTION       exit status: 0 none, 1 differences, 2 no
 *                                  connection
 *        checksql --prepare        writes them all as PREPARE statements, for
 *                                  a session that looks at their plans
 */
#include "pg_args.h"

#include <stdarg.h>
#include <stdio.h>

static PGconn *conn;
static int differences;

struct subject {
	const struct statement *of;
	const char *text;
	bool back;
};

static void __attribute__((format(printf, 2, 3)))
differs(const struct subject *s, const char *fmt, ...)
{
	char text[2000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("%s%s: %s\n", s->of->file, s->back ? " (back)" : "", text);
	differences++;
}

/* The type in the database that a kind of column is read from. */
static const char *
type_of_kind(enum column_kind kind)
{
	switch (kind) {
	case COL_INT8:
		return "bigint";
	case COL_INT4:
		return "integer";
	case COL_FLOAT8:
		return "double precision";
	case COL_BOOL:
		return "boolean";
	case COL_TIME:
		return "timestamp with time zone";
	case COL_JSON:
		return "json";
	case COL_BYTES:
		return "bytea";
	default:
		return "text";
	}
}

/* What the server calls a type. */
static void
type_name(Oid oid, char *out, size_t size)
{
	char number[16];
	const char *args[1] = { number };
	PGresult *r;

	snprintf(number, sizeof(number), "%u", oid);
	r = PQexecParams(conn, "select format_type($1::oid, null)", 1, NULL,
	    args, NULL, NULL, 0);
	snprintf(out, size, "%s", PQresultStatus(r) == PGRES_TUPLES_OK ?
	    PQgetvalue(r, 0, 0) : number);
	PQclear(r);
}

/* Does $n stand in the text? */
static bool
is_used(const char *text, int n)
{
	char name[16];
	const char *p;
	size_t length = (size_t)snprintf(name, sizeof(name), "$%d", n);

	for (p = text; (p = strstr(p, name)) != NULL; p += length)
		if (p[length] < '0' || p[length] > '9')
			return true;
	return false;
}

static void
check_parameters(const struct subject *s, const PGresult *r)
{
	char is[100], want[100];
	Oid types[QUERY_ARGS];
	int i;

	if (PQnparams(r) != s->of->nargs)
		differs(s, "has %d parameters, not %d", PQnparams(r),
		    s->of->nargs);
	pg_args_types(s->of, types);
	for (i = 0; i < s->of->nargs && i < PQnparams(r); i++) {
		if (!is_used(s->text, i + 1))
			differs(s, "parameter %d is not used", i + 1);
		if (PQparamtype(r, i) == types[i])
			continue;
		type_name(PQparamtype(r, i), is, sizeof(is));
		type_name(types[i], want, sizeof(want));
		differs(s, "parameter %d is %s, not %s", i + 1, is, want);
	}
}

/* A function without a result is called by `select` all the same. */
static bool
returns_nothing(const PGresult *r)
{
	char is[100];

	if (PQnfields(r) != 1)
		return PQnfields(r) == 0;
	type_name(PQftype(r, 0), is, sizeof(is));
	return strcmp(is, "void") == 0;
}

static void
check_columns(const struct subject *s, const PGresult *r)
{
	const struct column *c = s->of->columns;
	const char *want;
	char is[100];
	int i;

	if (s->of->ncolumns == 0 && returns_nothing(r))
		return;
	if (PQnfields(r) != s->of->ncolumns)
		differs(s, "has %d columns, not %d", PQnfields(r),
		    s->of->ncolumns);
	for (i = 0; i < s->of->ncolumns && i < PQnfields(r); i++) {
		if (strcmp(PQfname(r, i), c[i].name) != 0)
			differs(s, "column %d is %s, not %s", i + 1,
			    PQfname(r, i), c[i].name);
		type_name(PQftype(r, i), is, sizeof(is));
		want = type_of_kind(c[i].kind);
		if (strcmp(is, want) != 0)
			differs(s, "column %s is %s, not %s", c[i].name, is,
			    want);
	}
}

static void
check_prepared(const struct subject *s)
{
	Oid types[QUERY_ARGS];
	PGresult *r;

	pg_args_types(s->of, types);
	r = PQprepare(conn, "it", s->text, s->of->nargs, types);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		differs(s, "%s", PQresultErrorField(r,
		    PG_DIAG_MESSAGE_PRIMARY) != NULL ? PQresultErrorField(r,
		    PG_DIAG_MESSAGE_PRIMARY) : PQerrorMessage(conn));
		PQclear(r);
		return;
	}
	PQclear(r);
	r = PQdescribePrepared(conn, "it");
	if (PQresultStatus(r) == PGRES_COMMAND_OK) {
		check_parameters(s, r);
		check_columns(s, r);
	} else {
		differs(s, "%s", PQerrorMessage(conn));
	}
	PQclear(r);
	PQclear(PQexec(conn, "deallocate it"));
}

static const struct column *
column_of(const struct statement *s, const char *name)
{
	int i;

	for (i = 0; i < s->ncolumns; i++)
		if (strcmp(s->columns[i].name, name) == 0)
			return &s->columns[i];
	return NULL;
}

static void
check_key(const struct subject *s)
{
	const struct column *at = column_of(s->of, "_at");
	const struct column *id = column_of(s->of, "_id");

	if (s->of->back == NULL)
		return;
	if (at == NULL || (at->kind != COL_TIME && at->kind != COL_INT8))
		differs(s, "a list has its key in _at, a time or int8");
	if (id == NULL || id->kind != COL_INT8)
		differs(s, "a list has its key in _id, an int8");
}

static bool
same_group(const struct column *a, const struct column *b)
{
	return a->group != NULL && b->group != NULL &&
	    strcmp(a->group, b->group) == 0;
}

static void
check_names(const struct subject *s)
{
	const struct column *c = s->of->columns;
	int i, j;

	for (i = 0; i < s->of->ncolumns; i++)
		for (j = 0; j < i; j++) {
			if (strcmp(c[i].name, c[j].name) == 0)
				differs(s, "column %s comes twice", c[i].name);
			if (same_group(&c[i], &c[j]) &&
			    !same_group(&c[i], &c[i - 1]))
				differs(s, "%s stands apart from %s",
				    c[i].name, c[j].name);
		}
}

static void
check(const struct statement *of)
{
	struct subject s = { of, of->text, false };

	check_key(&s);
	check_names(&s);
	check_prepared(&s);
	if (of->back == NULL)
		return;
	s = (struct subject){ of, of->back, true };
	check_prepared(&s);
}

static void
print_one(const struct statement *of, const char *text, const char *suffix)
{
	static const char *const names[] = { [ARG_INT8] = "int8",
		[ARG_TEXT] = "text", [ARG_BOOL] = "bool",
		[ARG_TIME] = "timestamptz", [ARG_INT8S] = "int8[]",
		[ARG_TEXTS] = "text[]", [ARG_BYTES] = "bytea",
		[ARG_JSON] = "json", [ARG_FLOAT8] = "float8" };
	int i;

	printf("prepare %s%s", of->name, suffix);
	for (i = 0; i < of->nargs; i++)
		printf("%s%s", i == 0 ? " (" : ", ", names[of->args[i]]);
	printf("%s as\n%s;\n", of->nargs > 0 ? ")" : "", text);
}

static int
print_all(void)
{
	int i;

	for (i = 0; i < statements_n; i++) {
		print_one(statements[i], statements[i]->text, "");
		if (statements[i]->back != NULL)
			print_one(statements[i], statements[i]->back, "_back");
	}
	return 0;
}

static int
check_all(const char *connection)
{
	int i, walked = 0;

	conn = PQconnectdb(connection);
	if (PQstatus(conn) != CONNECTION_OK) {
		fprintf(stderr, "checksql: %s", PQerrorMessage(conn));
		return 2;
	}
	for (i = 0; i < statements_n; i++) {
		check(statements[i]);
		walked += statements[i]->back != NULL;
	}
	PQfinish(conn);
	printf("%d queries, %d of them both ways: %d differences\n",
	    statements_n, walked, differences);
	return differences > 0;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: checksql CONNECTION | --prepare\n");
		return 2;
	}
	return strcmp(argv[1], "--prepare") == 0 ? print_all() :
	    check_all(argv[1]);
}
