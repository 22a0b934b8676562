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

/* Connected, all statements prepared, listening to a channel if there is one.
 * NULL: logged why. */
PGconn *pg_link_open(int64_t statement_ms, const char *channel,
    PQnoticeReceiver notice);
/* False: logged. */
bool pg_link_listen(PGconn *conn, const char *channel);
/* Is there nobody to connect to, as long as Postgres is not started?  False: it
 * is there, and refused us. */
bool pg_link_is_away(void);

/* The next result of what was sent; NULL: there is none. */
PGresult *pg_link_next(PGconn *conn, int64_t deadline);
/* The last result, all taken: as PQexec gives it. */
PGresult *pg_link_last(PGconn *conn, int64_t deadline);
/* Was the last result waited for in vain? */
bool pg_link_gave_up(void);

#endif
