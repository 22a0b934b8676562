/*
 * A world in which the machines of the cache live: workers who read and write,
 * guardians, other programs that write, one Redis, one Postgres, and all that
 * can go wrong between them.  Everything follows from a seed.
 *
 * A step is one thing that happens: a command is executed, an answer arrives,
 * somebody wakes up, something breaks.  Time is counted in microseconds, and
 * passes only between steps.
 *
 * What is served is compared with what was committed at the instant at which
 * Redis executed the MGET, which nobody but the world knows.
 */
#ifndef FTC_WORLD_H
#define FTC_WORLD_H

#include "fake_redis.h"
#include "ftc_guard.h"
#include "ftc_reader.h"
#include "ftc_writer.h"

#include <assert.h>

#define WORKERS 6
#define ACTORS 9 /* workers, two guardians, one other program */
#define GUARD WORKERS
#define OTHER (WORKERS + 2)
#define DATA 4    /* tags with data, of two tables in turn */
#define ALL_TAGS 6 /* and the bulk tags of the tables */
#define ROWS 3    /* of a tag; the last is written by other programs only */
#define FRAGMENTS 5
#define PAST 256
#define LETTERS 1024
#define WORDS 40
#define XIDS 65536
#define BODY (DATA * ROWS * sizeof(int32_t))

/* Rules of the protocol that may be left out. */
enum mutant {
	NO_FENCE = 1 << 0,
	TELL_LATE = 1 << 1,  /* the client is told after the release */
	STAMP_LATE = 1 << 2, /* stamps as they are when the entry is stored */
	FENCED_FILL = 1 << 3,
	ONE_OWNER = 1 << 4,
	COUNTER = 1 << 5,
	EVICT_ALL = 1 << 6,
	NO_WAIT_EPOCH = 1 << 7,
	NO_TOKEN = 1 << 8,
	BY_AGE = 1 << 9, /* the fence of somebody dead counts as committed */
	ANY_SERVER = 1 << 10,
	NO_LEASE = 1 << 11,
	ANY_EPOCH = 1 << 12,
	NO_WAIT_LAPSE = 1 << 13,
	LEASE_FROM_NOW = 1 << 14,
	NO_SERVING = 1 << 15,
	SNAPSHOT_ONLY = 1 << 16, /* waits for what a snapshot lists */
	NO_SERVING_WAIT = 1 << 17, /* serves nobody while it waits */
	NO_BULK = 1 << 18, /* entries don't depend on the tables in bulk */
	DROP_ROWS = 1 << 19, /* rows are done before they are served */
	OFF_AT_ONCE = 1 << 20, /* who sees the cache off waits no longer */
	OFF_BEFORE = 1 << 21, /* ... or saw it before he had an xid */
	OFF_UNSEEN = 1 << 22, /* by the guardian */
	OFF_UNCOUNTED = 1 << 23, /* epochs go on after it was off */
	ON_LATE = 1 << 24, /* it is switched on when all were waited for */
};

enum fault {
	KILL = 1 << 0,
	FLUSH = 1 << 1,
	RESTART = 1 << 2,
	RESTORE = 1 << 3,
	EVICT = 1 << 4,
	STOP = 1 << 5, /* Redis stands still for a while */
	CUT = 1 << 6,  /* a worker cannot reach Redis */
	LATE = 1 << 7, /* messages of seconds */
	LOSE = 1 << 8,
	PG_CRASH = 1 << 9,
	CLOCK = 1 << 10,
	SLEEP = 1 << 11, /* a process stands still for a while */
	OTHERS = 1 << 12, /* other programs write */
	POLICY = 1 << 13, /* Redis is set up wrongly for a while */
	GUARDIANS = 1 << 14, /* two */
	ONE_FLUSH = 1 << 15,
	BULK = 1 << 16,
	EVERYTHING = (1 << 17) - 1 - ONE_FLUSH
};

struct plan {
	unsigned mutant, faults;
	bool weak; /* only what was acknowledged must be seen */
	bool restless; /* whether it comes to rest is not looked at */
};

struct truth {
	int32_t row[DATA][ROWS];
};

/* A message and its answer. */
struct letter {
	int next, refs;
	uint8_t actor;
	bool to_postgres, awaited, done;
	uint32_t serial;
	int life;
	enum ftc_do what;
	int64_t deadline, executed, number;
	uint64_t xid;
	unsigned mask;
	/* to Redis */
	enum ftc_command command;
	size_t keys, n, used;
	struct str words[WORDS];
	char text[FAKE_VALUE + 1200];
	/* the answer */
	enum ftc_happened happened;
	struct fake_answer answer;
	struct truth truth;
	enum ftc_xact states[FTC_GUARD_BATCH];
	uint64_t xids[FTC_GUARD_BATCH];
	struct ftc_row rows[FTC_GUARD_BATCH];
	size_t rows_n;
	bool more;
	struct ftc_switch cache;
};

struct fake_tx {
	uint64_t xid;
	unsigned mask; /* tags whose data it changes */
	int row;
	size_t actor;
};

struct fake_request {
	int64_t id;
	uint64_t xid;
	unsigned mask;
	bool fenced;
};

struct postgres {
	int life;
	uint64_t next, ended, durable; /* xids */
	uint8_t state[XIDS];
	struct fake_tx live[64];
	size_t live_n;
	struct fake_request requests[128], outbox[128];
	size_t requests_n, outbox_n;
	int64_t ids;
	struct ftc_switch cache;
	struct truth data, acked;
	struct past {
		int64_t at;
		int32_t row[ROWS];
	} past[DATA][PAST];
	size_t past_n[DATA];
};

enum doing { IDLE, STARTING, READING, WRITING, GUARDING, FOREIGN };

struct actor {
	bool alive, cut;
	enum doing doing;
	uint32_t serial;
	struct ftc_link link;
	struct ftc_fresh fresh;
	int life, pg_life; /* of its connections */
	int64_t last_executed, asleep; /* until */
	struct truth committed;
	struct ftc_reader reader;
	struct ftc_writer writer;
	struct ftc_guard guard;
	struct ftc_fragment fragments[2];
	struct str tags[ALL_TAGS];
	uint64_t xid;
	struct ftc_switch cache; /* when it began to write */
	unsigned mask, tag_mask; /* tags whose data, and which it fences */
	int row;
	/* a read of the database */
	size_t fragment;
	int reads;
	char body[BODY];
	size_t body_n;
	struct truth acked; /* when the read began */
	int kept[32];
	size_t kept_n;
	int hits_in_op;
};

struct happening {
	int64_t at;
	uint32_t order;
	uint16_t letter;
	uint8_t kind, actor;
	uint32_t serial;
};

struct world {
	struct plan plan;
	uint64_t seed, state, fresh;
	uint64_t steps, limit;
	int64_t now;
	unsigned faults; /* of this episode, now */
	uint32_t order;
	struct happening heap[4096];
	size_t heap_n;
	struct letter letters[LETTERS];
	int free_letter;
	struct fake_redis redis, saved;
	bool has_saved, bad_policy;
	int redis_life;
	char run_id[FTC_RUN_ID + 1];
	int64_t redis_down, redis_stopped; /* until */
	int64_t clock_base, clock_since, next_flush;
	double clock_rate;
	struct postgres pg;
	struct actor actors[ACTORS];
	size_t workers, guards;
	int64_t writes_one_in, pace, haste, killed_one_in;
	unsigned data_mask; /* tags that are used */
	bool drowsy; /* writers stand still where it hurts */
	bool slow;   /* everything takes as long as a lease */
	bool resting; /* no new work */
	/* the texts of tags and fragments */
	struct str tag[ALL_TAGS];
	struct ftc_fragment fragments[FRAGMENTS];
	struct str fragment_tags[FRAGMENTS][ALL_TAGS];
	unsigned fragment_mask[FRAGMENTS];
	char keys[FRAGMENTS][FTC_KEY + 1];
	int64_t stopped_faults, in_service;
	/* what was seen */
	char violation[200];
	uint64_t hits, old, reads, writes, indirect, off, episodes, unknown,
	    crashes;
	int64_t simulated, slowest_return;
};

/* world.c */
uint64_t world_random(struct world *w);
int64_t world_below(struct world *w, int64_t n);
/* Once in n. */
bool world_chance(struct world *w, int64_t n);
int64_t world_delay(struct world *w);
bool world_has(const struct world *w, unsigned mutant);
void world_violates(struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum { HAPPENS_EXECUTE, HAPPENS_ARRIVE, HAPPENS_TIMEOUT, HAPPENS_WAKE,
	HAPPENS_FAULT, HAPPENS_SPAWN, HAPPENS_ABORT };
void world_plan(struct world *w, int64_t at, int kind, size_t actor,
    int letter);
int world_letter(struct world *w, size_t actor);
void world_drop(struct world *w, int letter);
/* Runs until the limit of steps or a violation; true: none. */
bool world_run(struct world *w);
void world_step_once(struct world *w);
int64_t world_wall(const struct world *w);

/* redis_side.c: what happens to a message at Redis. */
void redis_side_send(struct world *w, struct actor *a,
    const struct ftc_action *act);
void redis_side_connect(struct world *w, struct actor *a);
void redis_side_execute(struct world *w, int letter);
void redis_side_restart(struct world *w, bool restore);

/* fake_postgres.c */
void postgres_open(struct world *w);
struct letter *postgres_send(struct world *w, struct actor *a, enum ftc_do what,
    const struct ftc_action *act);
void postgres_execute(struct world *w, int letter);
void postgres_abort(struct world *w, uint64_t xid);
void postgres_abort_later(struct world *w, size_t actor, uint64_t xid);
void postgres_leave(struct world *w, size_t actor);
void postgres_crash(struct world *w);
/* A read of the first or second half of a fragment's data. */
enum { PG_BEGIN = 100, PG_READ };
size_t postgres_body(const struct truth *data, unsigned mask, char *out);

/* actors.c */
void actor_arrive(struct world *w, size_t i, int letter);
/* Nobody waits for this any more. */
void actor_missed(struct world *w, int letter);
void actor_read(struct world *w, size_t i, size_t fragment);
void actor_wake(struct world *w, size_t i, enum ftc_happened what);
void actor_crash(struct world *w, size_t i);
void actor_spawn(struct world *w, size_t i);

/* check.c */
void check_served(struct world *w, struct actor *a, size_t fragment,
    struct str body, bool stale);
void check_lease(struct world *w);
/* The end of an episode: everything comes to rest. */
void check_quiet(struct world *w);
bool check_in_service(struct world *w);

/* faults.c */
void faults_begin(struct world *w);
void faults_happen(struct world *w);
void faults_end(struct world *w);

#endif
