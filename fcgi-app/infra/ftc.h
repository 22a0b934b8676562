/*
 * The fenced tag cache: what its machines have in common.
 *
 * An entry of the cache carries the stamps that its tags had before the
 * database was read.  It may be served if Redis, in one MGET, says that the
 * lease stands and that every tag still has that stamp.  A writer fences its
 * tags before it commits and releases them with new stamps afterwards; the
 * guardian does both for writers who cannot, and grants the lease.  So what is
 * served is what was committed at an instant between question and answer,
 * whoever is killed and whatever Redis loses.
 *
 * Reader, writer and guardian are pure state machines (ftc_reader.h,
 * ftc_writer.h, ftc_guard.h): a step takes an event and says what is to be
 * done next.  They do no I/O, know no clock and no random source, allocate
 * nothing and never copy a body.  Who drives one does the action, one at a
 * time, and gives what came of it to the next step, until FTC_DONE.
 *
 * Names in Redis:
 *   t:TAG   a stamp, then "|" and a name for each writer in flight; without
 *           a TTL while there are any
 *   q:KEY   an entry, see ftc_entry.h
 *   l:KEY   somebody is making this entry; correctness does not rest on it
 *   E       the lease, "EPOCH.DATABASE@SERVER#TIME", for two seconds
 *   G       what E is without the time: Redis has kept its data since then
 *   P       a token: an epoch is being prepared
 *   F       hash: writer in flight -> its tags
 *
 * While a writer cannot fence, nor the guardian for him, the cache is switched
 * off in Postgres (struct ftc_switch), so that not every write waits until no
 * lease can stand: whoever saw it off that long ago need not.  Who looks has
 * an xid already.  The guardian grants nothing while it is off.  It switches
 * it on before it takes the xid below which all must be over before an epoch
 * begins, and the epoch says how often the cache was off until then.
 *
 * Not here: shards, replicas.
 */
#ifndef INFRA_FTC_H
#define INFRA_FTC_H

#include "str.h"

#define FTC_NONCE 20  /* characters: 15 random bytes as base64url */
#define FTC_RUN_ID 40 /* characters of the run_id of a server */
/* EPOCH.DATABASE@SERVER */
#define FTC_EPOCH (FTC_NONCE + 1 + 16 + 1 + FTC_RUN_ID)
#define FTC_WRITER_MOST 40 /* XID.NONCE: 20, a dot, 16 */

#define FTC_TAGS 64       /* tags of a writer or of a fragment, at most */
#define FTC_FRAGMENTS 8   /* of one reader */
#define FTC_READ_TAGS 192 /* tags of all fragments of one reader */

#define FTC_LEASE_MS 2000
#define FTC_LEASE_US (FTC_LEASE_MS * INT64_C(1000))
#define FTC_TAG_MS 3600000  /* TTL of a tag that nobody fences, of entries */
#define FTC_ANSWER_US 100000 /* an answer of Redis that took longer is none */
/* Clocks may run a tenth too slow. */
#define FTC_LAPSE_US (FTC_LEASE_US * 11 / 10 + FTC_ANSWER_US)

/* What is to be done, and which events may answer it. */
enum ftc_do {
	/* Finished; the machine takes no more events. */
	FTC_DONE,
	/* Close the connection to Redis, open another, ask for the server's
	 * run_id.  ANSWER with the run_id as the only value, REFUSED or
	 * FAILED.  REFUSED only if the kernel itself says that nobody listens
	 * there (ECONNREFUSED or ENOENT for a Unix socket): then there is no
	 * server that could answer others. */
	FTC_CONNECT,
	/* Send call.  ANSWER, or FAILED after FTC_ANSWER_US without one, when
	 * the connection broke or when the answer is an error; the connection
	 * is then of no use.  It must not be sent again by the driver (but for
	 * EVAL after NOSCRIPT, which was not executed).  */
	FTC_CALL,
	/* Send call and don't wait: SENT or FAILED.  Its answer is skipped. */
	FTC_SEND,
	/* TIME when `until` has come, or earlier if something was notified. */
	FTC_WAIT,

	/* Reader: these bytes are the answer of `fragment`.  NEXT. */
	FTC_SERVE,
	/* Reader: read `fragment` from the database, outside of a transaction.
	 * BODY with the bytes as the only value, or NEXT if there are none
	 * that anybody may keep. */
	FTC_READ,

	/* Writer: on a second connection, register its xid and tags; it is
	 * committed when this returns.  NUMBER (the id) or PG_FAILED. */
	FTC_REQUEST,
	/* Writer: is the request `id` fenced?  NUMBER 0 or 1, or PG_FAILED. */
	FTC_ASK,
	/* Writer: is the cache switched off?  On the second connection, in a
	 * statement with a snapshot of its own.  NUMBER: how often that was
	 * done, 0 if it is on; or PG_FAILED. */
	FTC_IS_OFF,
	/* Writer: switch it off; committed when this returns.  NUMBER: how
	 * often that was done, or PG_FAILED. */
	FTC_SWITCH_OFF,
	/* Writer: commit.  COMMITTED, ABORTED, or UNKNOWN: COMMIT was sent and
	 * not answered. */
	FTC_COMMIT,
	/* Writer: roll back, nothing may be committed.  NEXT. */
	FTC_ROLLBACK,
	/* Writer: committed, the client may be told.  NEXT. */
	FTC_TELL,

	/* Guardian: connect to Postgres, which is not in recovery; NUMBER: who
	 * it is (ftc_guard_database), with the switch, or PG_FAILED. */
	FTC_PG_CONNECT,
	/* Guardian: states of xids[0..n).  STATES or PG_FAILED. */
	FTC_STATES,
	/* Guardian: in one statement, with a new snapshot, requests that are
	 * not both fenced and in progress, with their states, rows of the
	 * outbox, and the switch.  ROWS or PG_FAILED. */
	FTC_ROWS_READ,
	/* Guardian: rows[0..n), with what to do to each.  NEXT or PG_FAILED */
	FTC_ROWS_DONE,
	/* Guardian: switch the cache on, if it is off; committed when this
	 * returns.  NEXT or PG_FAILED. */
	FTC_SWITCH_ON,
	/* Guardian: take an xid, end that transaction.  NUMBER, PG_FAILED. */
	FTC_BARRIER,
	/* Guardian: pg_snapshot_xmin(pg_current_snapshot()), in a later
	 * statement.  NUMBER or PG_FAILED. */
	FTC_OLDEST,
};

enum ftc_happened {
	FTC_START,
	FTC_ANSWER,
	FTC_REFUSED,
	FTC_FAILED,
	FTC_SENT,
	FTC_TIME,
	FTC_NEXT,
	FTC_BODY,
	FTC_NUMBER,
	FTC_COMMITTED,
	FTC_ABORTED,
	FTC_UNKNOWN,
	FTC_PG_FAILED,
	FTC_STATES_ARE,
	FTC_ROWS,
};

/* Of a transaction, as pg_xact_status tells it.  LOST: Postgres does not know
 * it any more (null), or not yet (an error: it crashed before the xid was on
 * disk). */
enum ftc_xact { FTC_IN_PROGRESS, FTC_WAS_COMMITTED, FTC_WAS_ABORTED, FTC_LOST };

/* One row that the guardian serves. */
struct ftc_row {
	int64_t id;
	uint64_t xid; /* 0: a row of the outbox; then it is committed */
	enum ftc_xact state;
	bool fenced;
	const struct str *tags; /* with "t:" */
	size_t n;
};

/* The cache may be switched off, in Postgres. */
struct ftc_switch {
	bool off;
	int64_t turns; /* how often that was done */
};

/* Random characters that were never used before.  The machine sets `used`
 * when it has put them into a command; then the driver makes new ones.  They
 * must never be in two commands: a late duplicate could bring an old stamp
 * back to life. */
struct ftc_fresh {
	char text[FTC_NONCE];
	bool used;
};

struct ftc_event {
	enum ftc_happened what;
	int64_t now;  /* monotonic, microseconds */
	int64_t wall; /* since 1970, microseconds; for ages of soft entries */
	struct ftc_fresh *fresh;
	const struct str *values; /* an answer: texts; STR_NONE is nil */
	size_t n;
	int64_t number; /* ANSWER (if it is a number), NUMBER */
	const enum ftc_xact *states;
	const struct ftc_row *rows;
	bool more; /* there are more rows than these */
	struct ftc_switch cache; /* ROWS, and who connected to Postgres */
};

/* Commands of Redis.  The scripts are in ftc_scripts.c. */
enum ftc_command {
	FTC_MGET,
	FTC_SET_ENTRY, /* SET key value PX ms; value is head, then body */
	FTC_SET_NX_GET, /* SET key value NX GET: nil, or what is there */
	FTC_GET,
	FTC_DEL,
	FTC_HGETALL,
	FTC_TIME_OF, /* TIME; ANSWER with a number: milliseconds, cut */
	/* Four values: CONFIG GET maxmemory-policy, save, appendonly; the
	 * first word of ROLE. */
	FTC_CONFIG,
	FTC_SCRIPTS, /* from here on */
	FTC_PREP = FTC_SCRIPTS,
	FTC_FENCE,
	FTC_RELEASE,
	FTC_RENEW,
	FTC_PUBLISH,
	FTC_COMMANDS
};

struct ftc_call {
	enum ftc_command command;
	const struct str *words; /* first the keys, then the arguments */
	size_t keys, n;
	struct str head, body; /* of FTC_SET_ENTRY; words: key, TTL */
};

/* What is pointed to is valid until the next step. */
struct ftc_action {
	enum ftc_do what;
	struct ftc_call call;
	int64_t until;
	size_t fragment;
	bool stale;      /* SERVE: of the soft class, and outdated */
	struct str body; /* SERVE */
	int64_t id;      /* ASK */
	const uint64_t *xids;
	const struct ftc_row *rows;
	size_t n;
	const char *why; /* worth a line in the log; else NULL */
};

/*
 * A worker's connection to Redis: what the machines know of it.  All machines
 * of a process that use the same connection share one; zero at first.
 */
struct ftc_link {
	bool up;
	char run_id[FTC_RUN_ID];
	int failures;     /* one after the other */
	int64_t retry_at; /* after some, no tries before */
	/* The cache was last seen switched off, for this time: 0, on; and since
	 * when. */
	int64_t off, off_since;
	/* The lease last seen, and since when. */
	char lease[FTC_EPOCH + 24];
	size_t lease_n;
	int64_t lease_since;
};

/* The connection stands; its server has this run_id.  False: it is none. */
bool ftc_link_up(struct ftc_link *l, const struct ftc_event *e);
void ftc_link_down(struct ftc_link *l);
/* A failure, and its opposite: after three the cache is left alone by readers,
 * and by writers who know that it is off, for a second, then once tried. */
void ftc_link_failed(struct ftc_link *l, int64_t now);
void ftc_link_good(struct ftc_link *l);
bool ftc_link_rests(const struct ftc_link *l, int64_t now);
/* It is seen off, for the turns-th time. */
void ftc_link_off(struct ftc_link *l, int64_t turns, int64_t now);
/*
 * May the cache be used: is there a lease, of this server?  asked: when the
 * question was sent.  A lease that does not change for longer than it can
 * last is none, whatever the server's clock was set to.
 */
bool ftc_link_lease(struct ftc_link *l, struct str lease, int64_t asked);
/* "EPOCH.DATABASE@SERVER" of the lease last seen. */
struct str ftc_link_epoch(const struct ftc_link *l);

/* The characters, which are used now. */
struct str ftc_take(struct ftc_fresh *fresh);
/* Is there a writer in flight in this value of a tag? */
bool ftc_is_fenced(struct str value);

#endif
