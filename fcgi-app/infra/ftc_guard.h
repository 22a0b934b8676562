/*
 * The guardian: grants the lease, ends the fences of writers who are gone, and
 * fences for those who cannot reach Redis.
 *
 * A round, every 20 ms (100 ms while there is no fence) or when Postgres
 * notifies:
 *
 *   fences    of each in F whose transaction is over: release it
 *   G stands  (each half second: look at how Redis is set up, and begin an
 *             epoch if that is wrong now; read its time;) serve the rows of
 *             Postgres; grant the lease, counted from that time
 *   or not    Redis lost its data, or it is another server, or Postgres is
 *             another one, or the cache was switched off: begin an epoch.
 *             Check that Redis is set up as it must be, set a token, switch
 *             the cache on, wait until every transaction that had an
 *             xid by then is over (its fence may have been lost, or it had
 *             none) while serving rows, read the time, serve rows, publish if
 *             the token is there.
 *
 * The token says that Redis has lost nothing since it was seen.  If one is
 * there already, it serves as well; so two guardians do not void each other's.
 *
 * The transactions that are waited for are not those that a snapshot lists:
 * it knows none whose xid is above the latest that has ended.  So the
 * guardian takes an xid of its own, and waits until none below it is in
 * progress.
 *
 * Rows are requests of writers and, from the outbox, tags of what others wrote.
 * A lease is never granted before all rows that were visible after its
 * beginning have been served.
 *
 * Two guardians at once, one that is killed anywhere and one that was asleep
 * for hours do no harm.  None at all: the lease lapses, the site goes on
 * without cache.
 */
#ifndef INFRA_FTC_GUARD_H
#define INFRA_FTC_GUARD_H

#include "ftc.h"

#define FTC_GUARD_BATCH 64 /* fences looked at in a round; rows at once */

enum ftc_guard_at {
	FTC_GUARD_BEGINS,
	FTC_GUARD_ATTACHES, /* to Postgres */
	FTC_GUARD_CONNECTS, /* to Redis */
	FTC_GUARD_LISTS_FENCES,
	FTC_GUARD_ASKS_STATES,
	FTC_GUARD_RESOLVES,
	FTC_GUARD_READS_G,
	FTC_GUARD_INSPECTS,
	FTC_GUARD_READS_TIME,
	FTC_GUARD_READS_ROWS,
	FTC_GUARD_SERVES,
	FTC_GUARD_MARKS,
	FTC_GUARD_RENEWS,
	FTC_GUARD_DROPS,
	FTC_GUARD_CHECKS,
	FTC_GUARD_SETS_TOKEN,
	FTC_GUARD_SWITCHES_ON,
	FTC_GUARD_TAKES_XID,
	FTC_GUARD_LOOKS_BACK,
	FTC_GUARD_PAUSES,
	FTC_GUARD_READS_TIME_TO_PUBLISH,
	FTC_GUARD_PUBLISHES,
	FTC_GUARD_RESTS,
};

/* What serving rows is part of. */
enum ftc_guard_for {
	FTC_FOR_ROUND,
	FTC_FOR_LEASE,
	FTC_FOR_WAIT,
	FTC_FOR_EPOCH
};

struct ftc_guard {
	struct ftc_link *link;
	bool attached;
	uint64_t database; /* who it is */
	int64_t turns;     /* how often the cache was off, as far as known */
	enum ftc_guard_at at;
	enum ftc_guard_for serving;
	int64_t renew_at, barrier;
	char epoch[FTC_EPOCH + 1], token[FTC_NONCE], from[24];
	/* Fences of F: pairs of name and tags. */
	const struct str *fences;
	size_t n, i, skipped;
	uint64_t xids[FTC_GUARD_BATCH];
	enum ftc_xact states[FTC_GUARD_BATCH];
	size_t which[FTC_GUARD_BATCH];
	/* Rows of Postgres. */
	const struct ftc_row *rows;
	size_t rows_n, row, from_tag;
	bool more;
	char name[FTC_WRITER_MOST];
	struct str words[FTC_TAGS + 8];
	/* For whoever counts. */
	uint64_t epochs, renewals, resolved, served;
};

void ftc_guard_open(struct ftc_guard *g, struct ftc_link *link);
/*
 * Never DONE; a guardian may be stopped anywhere.  Answers of Redis and rows
 * of Postgres must be kept until the next answer of their kind.
 */
void ftc_guard_step(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out);

/* Who a Postgres is: its system identifier, its timeline and when it was
 * started.  None of them can change under a connection. */
uint64_t ftc_guard_database(uint64_t cluster, uint64_t timeline,
    uint64_t started);
/* What an epoch says of its database: who it is, and how often the cache had
 * been switched off. */
uint64_t ftc_guard_era(uint64_t database, int64_t turns);

#endif
