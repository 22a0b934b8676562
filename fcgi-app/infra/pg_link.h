/*
 * A connection to Postgres, as pg.c and pg_side.c need one: how it is made,
 * with every statement prepared, and how answers are waited for.
 *
 * libpq waits for ever.  Statements end by the server's clock
 * (statement_timeout); for what others have locked they wait a little less
 * long, and never more than 10 s, as commands have much time otherwise.  But a
 * server that was stopped, or whose host has gone without a word, says nothing:
 * after the deadline it is hung up on, and libpq finds the end of the
 * connection as it finds any other.
 */
#ifndef INFRA_PG_LINK_H
#define INFRA_PG_LINK_H

#include "clock.h"

#include <libpq-fe.h>
#include <stdbool.h>

/* A server has so much longer to say that a statement took too long. */
#define PG_LINK_SPARE_US (2 * SECOND_US)

/* Connected to the first host of `database` that will do, with settings
 * (name=value, a line each; a pooler takes none as libpq's options) and nothing
 * prepared.  who: as Postgres shows it; wait_s: seconds for a host, if the
 * setting says nothing of it.  NULL: why, which has n bytes, says it. */
PGconn *pg_link_connect(const char *who, const char *wait_s,
    const char *settings, char *why, size_t n);
/* Connected, all statements prepared, listening to a channel if there is one.
 * NULL: logged why. */
PGconn *pg_link_open(int64_t statement_ms, const char *channel,
    PQnoticeReceiver notice);
/* False: logged. */
bool pg_link_listen(PGconn *conn, const char *channel);
/* The last was NULL: because nobody was there, or none of several leads?
 * False: it is there, and refused us. */
bool pg_link_is_away(void);

/* The next result of what was sent; NULL: there is none. */
PGresult *pg_link_next(PGconn *conn, int64_t deadline);
/* The last result, all taken: as PQexec gives it. */
PGresult *pg_link_last(PGconn *conn, int64_t deadline);
/* Was the last result waited for in vain? */
bool pg_link_gave_up(void);

#endif
