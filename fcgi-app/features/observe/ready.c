/* Readiness.  See observe.h. */
#include "observe/observe.h"

#include "machine.h"
#include "redis.h"
#include "shared.h"
#include "similar.h"
#include "store.h"

#define FRESH_US SECOND_US
#define OLD_US (5 * SECOND_US)

enum state { UNKNOWN, FINE, UNREACHABLE, MISSING, LOW, NO_LEASE, OFF,
	IN_BUCKET };
static const char *const states[] = { "unknown", "ok", "unreachable",
	"missing", "low", "no lease", "off", "bucket" };

enum part { POSTGRES, REDIS, CACHE, INDEX, MEDIA, SPOOL, PARTS };
static const char *const parts[PARTS] = { "postgres", "redis", "cache",
	"index", "media", "spool" };

/* In the row of shared memory: when the last look began and ended, monotonic
 * microseconds, and what was found. */
enum { BEGAN, ENDED, FOUND };

static enum state
look_at_postgres(struct req *rq)
{
	struct row row;

	return pg_row(rq, q_meta_ping(), &row) == OK ? FINE : UNREACHABLE;
}

static enum state
look_at_redis(void)
{
	struct str ping = STR("PING");

	return redis_call(REDIS_STATE, &ping, 1) != NULL ? FINE : UNREACHABLE;
}

static enum state
look_at_cache(void)
{
	struct str words[] = { STR("GET"), STR("E") };
	const struct redis_reply *r;

	if (!conf.cache)
		return OFF;
	r = redis_call(REDIS_CACHE, words, 2);
	if (r == NULL)
		return UNREACHABLE;
	return redis_text(r).n > 0 && !redis_failed(r, "") ? FINE : NO_LEASE;
}

static enum state
look_at_disk(const char *folder)
{
	struct machine_disk disk;

	if (!machine_disk(folder, &disk))
		return MISSING;
	return disk.free >> 20 >= (uint64_t)conf.disk_low_mb ? FINE : LOW;
}

static void
look(struct req *rq, _Atomic uint64_t *row)
{
	row[FOUND + POSTGRES] = look_at_postgres(rq);
	row[FOUND + REDIS] = look_at_redis();
	row[FOUND + CACHE] = look_at_cache();
	row[FOUND + INDEX] = similar_state() != 0 ? FINE : MISSING;
	/* which a worker of the fast pool cannot reach */
	row[FOUND + MEDIA] = store_is_bucket() ? IN_BUCKET :
	    look_at_disk(conf.media_dir);
	row[FOUND + SPOOL] = look_at_disk(conf.spool_dir);
	row[ENDED] = (uint64_t)clock_mono();
}

/* Is it this process that looks? */
static bool
is_ours(_Atomic uint64_t *row)
{
	uint64_t now = (uint64_t)clock_mono(), began = row[BEGAN];

	if (now - row[ENDED] > OLD_US || row[ENDED] == 0) {
		row[BEGAN] = now;
		return true;
	}
	return now - began > FRESH_US &&
	    atomic_compare_exchange_strong(&row[BEGAN], &began, now);
}

enum err
ready(struct req *rq)
{
	static _Atomic uint64_t own[SHARED_TALLY];
	_Atomic uint64_t *row = shared_tally(STR("ready"));
	struct buf *b;
	bool can;
	int i;

	if (row == NULL)
		row = own;
	if (is_ours(row))
		look(rq, row);
	can = row[FOUND + POSTGRES] == FINE;
	b = reply_json(rq, can ? 200 : 503);
	buf_printf(b, "{\"status\":\"%s\"", can ? "ok" : "not ready");
	for (i = 0; i < PARTS; i++)
		buf_printf(b, ",\"%s\":\"%s\"", parts[i],
		    states[row[FOUND + i]]);
	buf_byte(b, '}');
	return OK;
}
