/*
 * Arguments in Postgres' binary form (the send functions of its types).
 */
#ifndef INFRA_PG_ARGS_H
#define INFRA_PG_ARGS_H

#include "arena.h"
#include "query.h"

#include <libpq-fe.h>

struct pg_args {
	const char *values[QUERY_ARGS];
	int lengths[QUERY_ARGS], formats[QUERY_ARGS];
	char fixed[QUERY_ARGS][8];
};

/* The arguments of q, ready for PQexecPrepared; lists lie in the arena. */
void pg_args_of(struct arena *a, const struct query *q, struct pg_args *out);
/* The types of a statement's arguments; types has room for QUERY_ARGS. */
void pg_args_types(const struct statement *s, Oid *types);

/* Numbers as they come back. */
int64_t pg_get_int8(const char *p);
int32_t pg_get_int4(const char *p);
double pg_get_float8(const char *p);
int64_t pg_get_time(const char *p);

#endif
