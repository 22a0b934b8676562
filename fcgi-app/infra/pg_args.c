/* Postgres' binary forms: integers are big-endian, a timestamptz counts
 * microseconds since 2000-01-01, a list has a header of 20 bytes and a length
 * before each element. */
#include "pg_args.h"

#include <endian.h>

#define EPOCH_2000 INT64_C(946684800000000)

/* From Postgres' pg_type.dat. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25,
	OID_JSON = 114, OID_FLOAT8 = 701, OID_TEXTS = 1009,
	OID_INT8S = 1016, OID_TIME = 1184 };

static const Oid oids[] = {
	[ARG_INT8] = OID_INT8, [ARG_TEXT] = OID_TEXT, [ARG_BOOL] = OID_BOOL,
	[ARG_TIME] = OID_TIME, [ARG_INT8S] = OID_INT8S,
	[ARG_TEXTS] = OID_TEXTS, [ARG_BYTES] = OID_BYTEA,
	[ARG_JSON] = OID_JSON, [ARG_FLOAT8] = OID_FLOAT8,
};

void
pg_args_types(const struct statement *s, Oid *types)
{
	int i;

	for (i = 0; i < s->nargs; i++)
		types[i] = oids[s->args[i]];
}

static char *
put4(char *p, int64_t v)
{
	uint32_t u = htobe32((uint32_t)v);

	memcpy(p, &u, 4);
	return p + 4;
}

static char *
put8(char *p, int64_t v)
{
	uint64_t u = htobe64((uint64_t)v);

	memcpy(p, &u, 8);
	return p + 8;
}

static char *
put_real(char *p, double d)
{
	int64_t bits;

	memcpy(&bits, &d, 8);
	return put8(p, bits);
}

static char *
list_head(char *p, int n, Oid type)
{
	p = put4(p, n > 0);
	p = put4(p, 0);
	p = put4(p, type);
	if (n > 0) {
		p = put4(p, n);
		p = put4(p, 1);
	}
	return p;
}

static struct str
int8_list(struct arena *a, struct int8s ids)
{
	char *start = arena_alloc(a, 20 + (size_t)ids.n * 12);
	char *p = list_head(start, ids.n, OID_INT8);
	int i;

	for (i = 0; i < ids.n; i++)
		p = put8(put4(p, 8), ids.v[i]);
	return (struct str){ start, (size_t)(p - start) };
}

static struct str
text_list(struct arena *a, struct texts texts)
{
	size_t size = 20;
	char *start, *p;
	int i;

	for (i = 0; i < texts.n; i++)
		size += 4 + texts.v[i].n;
	start = arena_alloc(a, size);
	p = list_head(start, texts.n, OID_TEXT);
	for (i = 0; i < texts.n; i++) {
		p = put4(p, (int64_t)texts.v[i].n);
		memcpy(p, texts.v[i].p, texts.v[i].n);
		p += texts.v[i].n;
	}
	return (struct str){ start, (size_t)(p - start) };
}

static int64_t
time_arg(int64_t us)
{
	return us == INT64_MAX || us == INT64_MIN ? us : us - EPOCH_2000;
}

void
pg_args_of(struct arena *a, const struct query *q, struct pg_args *out)
{
	const union arg *arg;
	struct str s;
	int i;

	for (i = 0; i < q->of->nargs; i++) {
		arg = &q->args[i];
		s = (struct str){ out->fixed[i], 8 };
		switch (q->of->args[i]) {
		case ARG_INT8:
			put8(out->fixed[i], arg->i);
			break;
		case ARG_TIME:
			put8(out->fixed[i], time_arg(arg->i));
			break;
		case ARG_FLOAT8:
			put_real(out->fixed[i], arg->d);
			break;
		case ARG_BOOL:
			out->fixed[i][0] = arg->i != 0;
			s.n = 1;
			break;
		case ARG_INT8S:
			s = int8_list(a, arg->ids);
			break;
		case ARG_TEXTS:
			s = text_list(a, arg->texts);
			break;
		default:
			s = arg->s;
		}
		out->values[i] = s.p;
		out->lengths[i] = (int)s.n;
		out->formats[i] = 1;
	}
}

int64_t
pg_get_int8(const char *p)
{
	uint64_t u;

	memcpy(&u, p, 8);
	return (int64_t)be64toh(u);
}

int32_t
pg_get_int4(const char *p)
{
	uint32_t u;

	memcpy(&u, p, 4);
	return (int32_t)be32toh(u);
}

double
pg_get_float8(const char *p)
{
	int64_t i = pg_get_int8(p);
	double d;

	memcpy(&d, &i, 8);
	return d;
}

int64_t
pg_get_time(const char *p)
{
	int64_t us = pg_get_int8(p);

	return us == INT64_MAX || us == INT64_MIN ? us : us + EPOCH_2000;
}
