/*
 * What the guardian does in Postgres, on a connection of its own.  All
 * functions but the first: false when the connection is of no use any more.
 */
#ifndef INFRA_GUARD_PG_H
#define INFRA_GUARD_PG_H

#include "arena.h"
#include "ftc.h"

/* Connects to a server that is not in recovery; *who it is, and its switch. */
bool guard_pg_connect(struct arena *mem, uint64_t *who,
    struct ftc_switch *cache);
void guard_pg_close(void);
/* Until a time of clock_mono, or until something is notified. */
void guard_pg_wait(int64_t until);

bool guard_pg_states(struct arena *mem, const uint64_t *xids, size_t n,
    enum ftc_xact *states);
/* ROWS with requests that are to be served, rows of the outbox and the switch,
 * of one snapshot. */
bool guard_pg_rows(struct arena *mem, struct ftc_event *e);
/* Marks requests of those in progress as fenced, removes the others. */
bool guard_pg_done(struct arena *mem, const struct ftc_row *rows, size_t n);
bool guard_pg_switch_on(struct arena *mem);
/* An xid of our own, that is over. */
bool guard_pg_barrier(struct arena *mem, int64_t *xid);
/* None below it is in progress. */
bool guard_pg_oldest(struct arena *mem, int64_t *xid);

#endif
