/*
 * A connection to Postgres beside that of the process (pg.h): the guardian's,
 * and that of a worker which has to tell something while its transaction is
 * open.  Each statement is a transaction of its own, but for what comes after
 * pg_side_begin.  It is never made anew behind its owner's back: another server
 * may be there then.
 */
#ifndef INFRA_PG_SIDE_H
#define INFRA_PG_SIDE_H

#include "queries.h"

#include <libpq-fe.h>

/* who: as Postgres shows it.  NULL: logged. */
PGconn *pg_side_open(const char *who, int statement_ms);
/* As that; but NULL: why, which has n bytes, says it, and nothing is logged. */
PGconn *pg_side_try(const char *who, int statement_ms, char *why, size_t n);
void pg_side_close(PGconn *conn);
/* A transaction that sees one state and changes nothing, and its end.  False:
 * logged. */
bool pg_side_begin(PGconn *conn);
bool pg_side_end(PGconn *conn);
/* Sleeps until a time of clock_mono, or until something is notified. */
void pg_side_wait(PGconn *conn, int64_t until);
/* conn may be NULL, which is a failure.  NULL: logged; else to be cleared. */
PGresult *pg_side_run(PGconn *conn, struct arena *mem, struct query q)
    MUST_CHECK;
/* The same, for a statement whose one row has one number or bool. */
bool pg_side_number(PGconn *conn, struct arena *mem, struct query q,
    int64_t *out) MUST_CHECK;

#endif
