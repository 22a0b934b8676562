/* Cells of a result, by the name of their column. */
#include "pg.h"

#include "pg_args.h"

#include <assert.h>

static int
column_of(const struct row *r, const char *name)
{
	const struct statement *s = r->rows.of;
	int i;

	for (i = 0; i < s->ncolumns; i++)
		if (strcmp(s->columns[i].name, name) == 0)
			return i;
	assert(!"a column that the query does not have");
	return -1;
}

static const char *
cell(const struct row *r, const char *name, int *length, bool *null)
{
	int c = column_of(r, name);

	*null = PQgetisnull(r->rows.result, r->i, c) == 1;
	*length = PQgetlength(r->rows.result, r->i, c);
	return PQgetvalue(r->rows.result, r->i, c);
}

bool
row_is_null(const struct row *r, const char *name)
{
	int length;
	bool null;

	(void)cell(r, name, &length, &null);
	return null;
}

int64_t
row_int(const struct row *r, const char *name)
{
	int length;
	bool null;
	const char *p = cell(r, name, &length, &null);

	if (null)
		return 0;
	return length == 4 ? pg_get_int4(p) : pg_get_int8(p);
}

bool
row_bool(const struct row *r, const char *name)
{
	int length;
	bool null;
	const char *p = cell(r, name, &length, &null);

	return !null && p[0] != 0;
}

struct str
row_text(const struct row *r, const char *name)
{
	int length;
	bool null;
	const char *p = cell(r, name, &length, &null);

	return null ? STR_NONE : (struct str){ p, (size_t)length };
}

int64_t
row_time(const struct row *r, const char *name)
{
	int length;
	bool null;
	const char *p = cell(r, name, &length, &null);

	return null ? 0 : pg_get_time(p);
}

struct row
rows_at(const struct rows *rows, int i)
{
	return (struct row){ *rows, i };
}
