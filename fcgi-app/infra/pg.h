/*
 * Postgres.
 *
 * One connection a process; every statement is prepared when it connects, so
 * that a wrong one stops the start.  A request that writes runs in one
 * transaction: BEGIN goes out with its first statement, pg_finish commits or
 * rolls back; handlers never say either.  Results live as long as the request.
 *
 * A connection that broke while nothing can have been written is made anew and
 * the statement sent again, once.  One that broke during COMMIT leaves the
 * outcome unknown: ERR_COMMIT_UNKNOWN, never repeated.
 *
 * Errors that the database raises are answers where a constraint says what is
 * wrong (constraints.def: a field's 400, or 409), ERR_BUSY for a time-out or
 * a deadlock, else ERR_DB.
 */
#ifndef INFRA_PG_H
#define INFRA_PG_H

#include "queries.h"
#include "req.h"

struct rows {
	const struct statement *of;
	void *result; /* a PGresult */
	int n;
};

struct row {
	struct rows rows;
	int i;
};

/* Connects and prepares; statement_ms: the longest a statement may take.
 * False: logged. */
bool pg_open(int64_t statement_ms);
/* The same for who goes on while there is no Postgres, and connects when there
 * is: true then too. */
bool pg_open_soon(int64_t statement_ms);
void pg_close(void);
/* Listens to a channel, over reconnects too; pg_wait sleeps until something
 * is notified or milliseconds have passed. */
bool pg_listen(const char *channel);
void pg_wait(int milliseconds);

/* One row; ERR_NOT_FOUND, without an answer given, when there is none. */
enum err pg_row(struct req *rq, struct query q, struct row *out) MUST_CHECK;
enum err pg_rows(struct req *rq, struct query q, struct rows *out) MUST_CHECK;
/* A statement without rows, or whose rows do not matter; n, if not NULL:
 * the number of rows it changed or returned. */
enum err pg_run(struct req *rq, struct query q, int64_t *n) MUST_CHECK;

/* Calls fn with each row as it comes, until it fails: for many, of which one is
 * in memory at a time, and gone after fn.  Within a transaction; fn asks
 * Postgres nothing. */
typedef enum err pg_row_fn(void *arg, const struct row *row);
enum err pg_each(struct req *rq, struct query q, pg_row_fn *fn, void *arg)
    MUST_CHECK;

/* After the handler: commits when e is OK, else rolls back; returns e, or
 * what went wrong with the commit.  A request that only read: nothing. */
enum err pg_finish(struct req *rq, enum err e) MUST_CHECK;
/* As pg_finish, in the middle: what was written until now stays. */
enum err pg_commit(struct req *rq) MUST_CHECK;

/* By name; it must be a column of the query. */
int64_t row_int(const struct row *r, const char *name);
bool row_bool(const struct row *r, const char *name);
/* p == NULL when null; lives as long as the request. */
struct str row_text(const struct row *r, const char *name);
/* Microseconds since 1970; INT64_MAX for infinity. */
int64_t row_time(const struct row *r, const char *name);
bool row_is_null(const struct row *r, const char *name);
struct row rows_at(const struct rows *rows, int i);

#endif
