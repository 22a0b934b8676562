/* What must hold of what is served, and of the world at rest. */
#include "world.h"

/* A lease of 2 s, on a clock that is up to a twentieth too slow. */
#define OTHERS_US (FTC_LEASE_US * 106 / 100)
#define RETURN_US INT64_C(2000000) /* faults end -> in service */
#define CALM_US INT64_C(6600000)   /* the latest message has arrived */

static const struct letter *
letter_of(const struct world *w, const struct actor *a, struct str body)
{
	const struct letter *l;
	size_t i;

	for (i = 0; i < a->kept_n; i++) {
		l = &w->letters[a->kept[i]];
		if (body.p >= l->answer.text &&
		    body.p < l->answer.text + FAKE_ANSWER)
			return l;
	}
	return NULL;
}

/* What stood in a row at a time that is past; 0 if that is forgotten. */
static int32_t
row_at(const struct world *w, int tag, int row, int64_t at)
{
	const struct postgres *p = &w->pg;
	size_t i;

	for (i = p->past_n[tag]; i > 0 && i + PAST > p->past_n[tag]; i--)
		if (p->past[tag][(i - 1) % PAST].at <= at)
			return p->past[tag][(i - 1) % PAST].row[row];
	return 0;
}

static int32_t
least(const struct world *w, const struct actor *a, const struct letter *l,
    int tag, int row, bool stale)
{
	if (stale)
		return row_at(w, tag, row, l->executed - 500000);
	if (row == ROWS - 1)
		return row_at(w, tag, row, l->executed - OTHERS_US);
	return w->plan.weak ? a->acked.row[tag][row] : l->truth.row[tag][row];
}

static void
check_row(struct world *w, struct actor *a, const struct letter *l,
    const int32_t *got, int tag, bool stale)
{
	int row;
	int32_t low;

	for (row = 0; row < ROWS; row++) {
		low = least(w, a, l, tag, row, stale);
		/* In weak mode a value may be newer than the MGET. */
		if (got[row] < low ||
		    (!w->plan.weak && got[row] > l->truth.row[tag][row]))
			world_violates(w, "%s served: tag %d row %d is %d, "
			    "must be %d..%d; executed at %lld us",
			    stale ? "too old" : row == ROWS - 1 ?
			    "another program's write not" : "stale", tag, row,
			    got[row], low, l->truth.row[tag][row],
			    (long long)l->executed);
	}
}

void
check_served(struct world *w, struct actor *a, size_t fragment,
    struct str body, bool stale)
{
	const struct letter *l = letter_of(w, a, body);
	int32_t got[DATA][ROWS];
	unsigned mask = 0;
	size_t i, n = 0;

	assert(l != NULL && body.n <= sizeof(got));
	w->hits += !stale;
	w->old += stale;
	memcpy(got, body.p, body.n);
	for (i = 0; i < FRAGMENTS; i++)
		if (a->fragments[fragment].key.p == w->keys[i])
			mask = w->fragment_mask[i];
	if (body.n != (size_t)__builtin_popcount(mask) * sizeof(got[0])) {
		world_violates(w, "the body of another entry");
		return;
	}
	for (i = 0; i < DATA; i++)
		if (mask >> i & 1)
			check_row(w, a, l, got[n++], (int)i, stale);
}

bool
check_in_service(struct world *w)
{
	struct fake_key *lease, *epoch;

	w->redis.wall_ms = world_wall(w) / 1000;
	lease = fake_redis_key(&w->redis, STR("E"));
	epoch = fake_redis_key(&w->redis, STR("G"));
	return w->now >= w->redis_down && w->now >= w->redis_stopped &&
	    lease != NULL && epoch != NULL && epoch->n == FTC_EPOCH &&
	    memcmp(lease->value, epoch->value, FTC_EPOCH) == 0 &&
	    memcmp(epoch->value + FTC_EPOCH - FTC_RUN_ID, w->run_id,
	    FTC_RUN_ID) == 0;
}

void
check_lease(struct world *w)
{
	if (w->stopped_faults == 0 || w->in_service != 0)
		return;
	if (check_in_service(w)) {
		w->in_service = w->now;
		if (w->now - w->stopped_faults > w->slowest_return)
			w->slowest_return = w->now - w->stopped_faults;
	} else if (w->now > w->stopped_faults + RETURN_US) {
		world_violates(w, "not in service %lld ms after the faults",
		    (long long)(w->now - w->stopped_faults) / 1000);
	}
}

static void
run_until(struct world *w, int64_t until)
{
	while (w->now < until && w->violation[0] == '\0')
		world_step_once(w);
}

static void
check_fences(struct world *w)
{
	struct fake_key *k;
	size_t i;

	if (w->redis.fences_n != 0)
		world_violates(w, "%zu fences are left, of %.*s",
		    w->redis.fences_n, w->redis.fences[0].name_n,
		    w->redis.fences[0].name);
	for (i = 0; i < ALL_TAGS; i++) {
		k = fake_redis_key(&w->redis, w->tag[i]);
		if (k != NULL && (!k->has_ttl ||
		    ftc_is_fenced((struct str){ k->value, k->n })))
			world_violates(w, "tag %zu is still fenced", i);
	}
	if (w->pg.requests_n + w->pg.outbox_n != 0)
		world_violates(w, "%zu requests and %zu rows are left",
		    w->pg.requests_n, w->pg.outbox_n);
	if (w->pg.cache.off)
		world_violates(w, "still switched off");
	if (!check_in_service(w))
		world_violates(w, "out of service at rest");
}

static void
check_reads(struct world *w)
{
	struct actor *a = &w->actors[0];
	int64_t late;
	size_t i;

	/* It may not have noticed yet that Redis is back. */
	for (i = 0; i < 2; i++) {
		actor_read(w, 0, 0);
		run_until(w, w->now + 1200000);
	}
	for (i = 0; i < 2 * FRAGMENTS && w->violation[0] == '\0'; i++) {
		actor_read(w, 0, i / 2);
		late = w->now + 1000000;
		while (a->doing != IDLE && w->now < late)
			world_step_once(w);
		if (i % 2 == 1 && a->hits_in_op != 1)
			world_violates(w, "no hit at rest, fragment %zu",
			    i / 2);
	}
}

void
check_quiet(struct world *w)
{
	faults_end(w);
	w->in_service = 0;
	w->stopped_faults = w->now;
	while (w->in_service == 0 && w->violation[0] == '\0')
		world_step_once(w);
	/* Without the weak promise's fences nothing is said of rest. */
	w->stopped_faults = 0;
	run_until(w, w->now + 300000);
	w->resting = true;
	w->actors[0].cut = false;
	run_until(w, w->now + CALM_US);
	if (w->violation[0] == '\0')
		check_fences(w);
	if (w->violation[0] == '\0')
		check_reads(w);
}
