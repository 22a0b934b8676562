/*
 * The hosts of the setting `database`, each tried on its own.
 *
 * libpq goes through a list of hosts too, but ends at the first that answers
 * by an error, as PgBouncer does whose Postgres is away.  And it takes as
 * writable what PgBouncer calls so, which tells what was true at its first
 * connection.  So target_session_attrs=read-write is looked after here: who
 * connects asks the server itself.  Other values are left to libpq.
 *
 * The host that was good the last time comes first.  One that says nothing, as
 * it is cut off, comes last from then on, and for some seconds not at all: each
 * try takes seconds, in which another host may have begun to lead.
 */
#ifndef INFRA_PG_HOSTS_H
#define INFRA_PG_HOSTS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

struct pg_hosts {
	PQconninfoOption *all; /* what the setting says */
	int n, first;
	bool write; /* only one that can be written to will do */
};

/* False: why, which has n bytes, says it. */
bool pg_hosts_open(struct pg_hosts *h, char *why, size_t n);
void pg_hosts_close(struct pg_hosts *h);
/* Connects to the host that is tried as the i-th; who: as Postgres shows it;
 * wait_s: seconds, if the setting says nothing of it.  NULL: it said nothing a
 * moment ago, and is not asked. */
PGconn *pg_hosts_connect(const struct pg_hosts *h, int i, const char *who,
    const char *wait_s);
/* The i-th was good. */
void pg_hosts_keep(const struct pg_hosts *h, int i);

#endif
