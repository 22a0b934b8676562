/*
 * Access tokens that must die before they expire: logout, password change,
 * account deletion.
 *
 * Postgres is where sessions end; this table is how every worker of the host
 * knows at once, without asking.  It lies in memory that all workers share
 * and that outlives reloads.  An entry says "tokens of this session" or
 * "tokens of this account issued until now, but for this session's", and is
 * kept `life` long: the life of an access token and some more, after which
 * every token that it means has expired by itself.
 *
 * Readers take no lock.  A writer takes a free place with one compare-and-
 * swap, fills it, and publishes it with one store; an entry is never altered
 * afterwards, so a writer that is killed at any point leaves either nothing
 * or the whole entry.  A place taken by a writer that died before publishing
 * stays taken until the host's master stops: 40 bytes for each kill -9 that
 * hits the few instructions between, and never a wrong answer.
 *
 * An entry has two buckets of 16 places to choose from; 2 MiB hold more than
 * 40,000 entries before one finds no room.  Then the table says "unknown" for
 * whatever it does not find, until the entry that found no room would have
 * run out, and the caller asks Postgres.
 *
 * Call the add functions inside the transaction that ends the sessions, as
 * its last step, and once more after COMMIT: an entry too many costs a client
 * one refresh, an entry missing would leave a dead session its last minutes.
 *
 * Other hosts: not this table's business.  A host that did not see the write
 * asks Postgres, or its tokens live at most conf.access_s longer.
 */
#ifndef INFRA_REVOKED_H
#define INFRA_REVOKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum revoked {
	REVOKED_NO,
	REVOKED_YES,
	REVOKED_UNKNOWN, /* ask Postgres */
};

/* memory: n bytes, zeroed when they were made, shared by all workers, at an
 * address of 8 bytes alignment.  life_ms: see above; the same for all.
 * False: logged; everything is unknown then, and adding does nothing. */
bool revoked_open(void *memory, size_t n, int64_t life_ms);
/* What ended before now is unknown: nobody could be asked yet. */
void revoked_forget(void);
/* Tokens of this session are no longer valid. */
void revoked_add_session(int64_t session);
/* Tokens of this account that were issued until now are no longer valid,
 * but for those of except_session (0: no exception). */
void revoked_add_user(int64_t user, int64_t except_session);
/* May a token with these claims still be used? */
enum revoked revoked_has(int64_t session, int64_t user, int64_t issued_ms);

struct revoked_state {
	size_t places, live, lost; /* lost: taken and never published */
	bool full;
};
/* Walks over the whole table; for metrics and tests. */
struct revoked_state revoked_state(void);

#endif
