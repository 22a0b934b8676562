/* The guardian: its rounds and its epochs; rows are served in ftc_serve.c.
 * See ftc_guard.h. */
#include "ftc_guard.h"

#include "clock.h"
#include "ftc_serve.h"

#include <assert.h>

#define ROUND_US 20000
#define IDLE_US 100000 /* a round, while nobody had fenced anything */
#define AGAIN_US 100000 /* after a loss */
#define PAUSE_US 5000   /* while transactions are waited for */
#define RENEW_US (FTC_LEASE_US / 4)

void
ftc_guard_open(struct ftc_guard *g, struct ftc_link *link)
{
	memset(g, 0, sizeof(*g));
	g->link = link;
}

/* The finalizer of SplitMix64. */
static uint64_t
mix(uint64_t h, uint64_t part)
{
	h = (h ^ part) + UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 31;
}

uint64_t
ftc_guard_database(uint64_t cluster, uint64_t timeline, uint64_t started)
{
	return mix(mix(mix(0, cluster), timeline), started);
}

uint64_t
ftc_guard_era(uint64_t database, int64_t turns)
{
	return mix(database, (uint64_t)turns);
}

static void
rest(struct ftc_guard *g, int64_t until, struct ftc_action *out)
{
	g->at = FTC_GUARD_RESTS;
	out->what = FTC_WAIT;
	out->until = until;
}

static void
lose_redis(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	ftc_link_down(g->link);
	rest(g, e->now + AGAIN_US, out);
}

static void
lose_postgres(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	g->attached = false;
	rest(g, e->now + AGAIN_US, out);
}

static void
ask(struct ftc_guard *g, enum ftc_guard_at at, enum ftc_do what,
    struct ftc_action *out)
{
	g->at = at;
	out->what = what;
}

/* A command of which the first keys words are keys. */
static void
call(struct ftc_guard *g, enum ftc_guard_at at, enum ftc_command command,
    size_t keys, size_t n, struct ftc_action *out)
{
	g->at = at;
	out->what = FTC_CALL;
	out->call = (struct ftc_call){ .command = command, .words = g->words,
		.keys = keys, .n = n };
}

static void
begin_round(struct ftc_guard *g, struct ftc_action *out)
{
	if (!g->attached) {
		ask(g, FTC_GUARD_ATTACHES, FTC_PG_CONNECT, out);
	} else if (!g->link->up) {
		ask(g, FTC_GUARD_CONNECTS, FTC_CONNECT, out);
	} else {
		g->words[0] = STR("F");
		call(g, FTC_GUARD_LISTS_FENCES, FTC_HGETALL, 1, 1, out);
	}
}

static void
read_epoch(struct ftc_guard *g, struct ftc_action *out)
{
	g->words[0] = STR("G");
	call(g, FTC_GUARD_READS_G, FTC_GET, 1, 1, out);
}

static bool
xid_of(struct str name, uint64_t *xid)
{
	int64_t v;

	if (!str_int(str_sub(name, 0, str_find(name, '.', 0)), &v) || v <= 0)
		return false;
	*xid = (uint64_t)v;
	return true;
}

/* As many fences as are looked at in a round, not always the same. */
static void
choose_fences(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	size_t pairs = e->n / 2, k, at;

	g->fences = e->values;
	g->n = g->i = 0;
	for (k = 0; k < pairs && g->n < FTC_GUARD_BATCH; k++) {
		at = (g->skipped + k) % pairs;
		if (!xid_of(e->values[2 * at], &g->xids[g->n]))
			continue;
		g->which[g->n++] = 2 * at;
	}
	g->skipped += k < pairs ? k : 0;
	if (g->n == 0) {
		read_epoch(g, out);
		return;
	}
	ask(g, FTC_GUARD_ASKS_STATES, FTC_STATES, out);
	out->xids = g->xids;
	out->n = g->n;
}

/* The next fence of a transaction that is over is released. */
static void
resolve(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	const struct str *pair;
	size_t tags;

	for (; g->i < g->n; g->i++) {
		pair = &g->fences[g->which[g->i]];
		if (g->states[g->i] == FTC_IN_PROGRESS ||
		    !ftc_serve_tags(pair[1], &g->words[1], &tags))
			continue;
		g->at = FTC_GUARD_RESOLVES;
		ftc_serve_release(g, e, tags, pair[0], out);
		g->words[tags + 2] = g->states[g->i] == FTC_WAS_ABORTED ?
		    STR("0") : STR("1");
		return;
	}
	read_epoch(g, out);
}

/* "@SERVER" and "DATABASE" of an epoch. */
static bool
is_of_server(const struct ftc_guard *g, struct str epoch)
{
	return epoch.p != NULL && epoch.n == FTC_EPOCH &&
	    memcmp(epoch.p + FTC_EPOCH - FTC_RUN_ID, g->link->run_id,
	    FTC_RUN_ID) == 0;
}

static bool
is_of_database(const struct ftc_guard *g, struct str epoch)
{
	char text[17];

	snprintf(text, sizeof(text), "%016llx",
	    (unsigned long long)ftc_guard_era(g->database, g->turns));
	return memcmp(epoch.p + FTC_NONCE + 1, text, 16) == 0;
}

static void
check_server(struct ftc_guard *g, struct ftc_action *out)
{
	call(g, FTC_GUARD_CHECKS, FTC_CONFIG, 0, 0, out);
}

static const char *
what_is_wrong(const struct ftc_event *e)
{
	if (e->n != 4)
		return "redis does not tell how it is set up";
	if (!str_starts(e->values[0], STR("volatile-")))
		return "redis may evict fences: maxmemory-policy";
	if (e->values[1].n > 0)
		return "redis keeps snapshots: save";
	if (!str_eq(e->values[2], STR("no")))
		return "redis keeps a log: appendonly";
	if (!str_eq(e->values[3], STR("master")))
		return "redis is a replica";
	return NULL;
}

static void
drop_epoch(struct ftc_guard *g, const char *why, struct ftc_action *out)
{
	g->words[0] = STR("G");
	g->words[1] = STR("E");
	call(g, FTC_GUARD_DROPS, FTC_DEL, 2, 2, out);
	out->why = why;
}

/* G says whether Redis has kept its data. */
static void
judge_epoch(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	struct str epoch = e->n == 1 ? e->values[0] : STR_NONE;

	if (!is_of_server(g, epoch)) {
		check_server(g, out);
	} else if (!is_of_database(g, epoch)) {
		drop_epoch(g, "postgres is another one, or the cache was off",
		    out);
	} else {
		memcpy(g->epoch, epoch.p, FTC_EPOCH);
		if (e->now >= g->renew_at)
			call(g, FTC_GUARD_INSPECTS, FTC_CONFIG, 0, 0, out);
		else
			ftc_serve_begin(g, FTC_FOR_ROUND, out);
	}
}

/* Whoever set it up otherwise while an epoch stood may have lost fences. */
static void
inspect(struct ftc_guard *g, const struct ftc_event *e, struct ftc_action *out)
{
	const char *why = what_is_wrong(e);

	if (why != NULL)
		drop_epoch(g, why, out);
	else
		call(g, FTC_GUARD_READS_TIME, FTC_TIME_OF, 0, 0, out);
}

static void
take_time(struct ftc_guard *g, const struct ftc_event *e)
{
	snprintf(g->from, sizeof(g->from), "%lld", (long long)e->number);
}

static void
set_token(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	const char *why = what_is_wrong(e);

	if (why != NULL) {
		rest(g, e->now + SECOND_US, out);
		out->why = why;
		return;
	}
	memcpy(g->token, ftc_take(e->fresh).p, FTC_NONCE);
	g->words[0] = STR("P");
	g->words[1] = (struct str){ g->token, FTC_NONCE };
	call(g, FTC_GUARD_SETS_TOKEN, FTC_SET_NX_GET, 1, 2, out);
}

static void
grant(struct ftc_guard *g, struct ftc_action *out)
{
	g->words[0] = STR("E");
	g->words[1] = STR("G");
	g->words[2] = (struct str){ g->epoch, FTC_EPOCH };
	g->words[3] = str_of(g->from);
	g->words[4] = STR_OF_NUMBER(FTC_LEASE_MS);
	call(g, FTC_GUARD_RENEWS, FTC_RENEW, 2, 5, out);
}

static void
publish(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	snprintf(g->epoch, sizeof(g->epoch), "%.*s.%016llx@%.*s", FTC_NONCE,
	    ftc_take(e->fresh).p,
	    (unsigned long long)ftc_guard_era(g->database, g->turns),
	    FTC_RUN_ID, g->link->run_id);
	g->words[0] = STR("E");
	g->words[1] = STR("G");
	g->words[2] = STR("P");
	g->words[3] = (struct str){ g->epoch, FTC_EPOCH };
	g->words[4] = str_of(g->from);
	g->words[5] = STR_OF_NUMBER(FTC_LEASE_MS);
	g->words[6] = (struct str){ g->token, FTC_NONCE };
	call(g, FTC_GUARD_PUBLISHES, FTC_PUBLISH, 3, 7, out);
}

/* All rows that were visible have been served. */
static void
go_on(struct ftc_guard *g, const struct ftc_event *e, struct ftc_action *out)
{
	switch (g->serving) {
	case FTC_FOR_ROUND:
		rest(g, e->now + (g->n > 0 ? ROUND_US : IDLE_US), out);
		break;
	case FTC_FOR_LEASE:
		grant(g, out);
		break;
	case FTC_FOR_WAIT:
		g->at = FTC_GUARD_PAUSES;
		out->what = FTC_WAIT;
		out->until = e->now + PAUSE_US;
		break;
	case FTC_FOR_EPOCH:
		publish(g, e, out);
		break;
	}
}

static void
granted(struct ftc_guard *g, const struct ftc_event *e, uint64_t *count,
    struct ftc_action *out)
{
	if (e->number == 1) {
		g->renew_at = e->now + RENEW_US;
		++*count;
	} else {
		g->renew_at = 0;
		out->why = "redis lost data or another guardian was first";
	}
	rest(g, e->now + (g->n > 0 ? ROUND_US : IDLE_US), out);
}

/* Then nothing may be granted before another epoch. */
static bool
was_off(struct ftc_guard *g, const struct ftc_event *e)
{
	bool was = e->cache.off || e->cache.turns != g->turns;

	g->turns = e->cache.turns;
	return was;
}

static void
on_postgres(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	switch (g->at) {
	case FTC_GUARD_ATTACHES:
		g->attached = true;
		g->database = (uint64_t)e->number;
		g->turns = e->cache.turns;
		begin_round(g, out);
		break;
	case FTC_GUARD_ASKS_STATES:
		memcpy(g->states, e->states, g->n * sizeof(*g->states));
		resolve(g, e, out);
		break;
	case FTC_GUARD_SWITCHES_ON:
		ask(g, FTC_GUARD_TAKES_XID, FTC_BARRIER, out);
		break;
	case FTC_GUARD_TAKES_XID:
		g->barrier = e->number;
		ask(g, FTC_GUARD_LOOKS_BACK, FTC_OLDEST, out);
		break;
	case FTC_GUARD_LOOKS_BACK:
		if (e->number >= g->barrier)
			call(g, FTC_GUARD_READS_TIME_TO_PUBLISH, FTC_TIME_OF,
			    0, 0, out);
		else
			ftc_serve_begin(g, FTC_FOR_WAIT, out);
		break;
	default:
		if (g->at == FTC_GUARD_READS_ROWS && was_off(g, e))
			rest(g, e->now + ROUND_US, out);
		else if (ftc_serve_rows(g, e, out))
			go_on(g, e, out);
	}
}

static void
on_answer(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	switch (g->at) {
	case FTC_GUARD_LISTS_FENCES:
		choose_fences(g, e, out);
		break;
	case FTC_GUARD_RESOLVES:
		g->resolved++;
		g->i++;
		resolve(g, e, out);
		break;
	case FTC_GUARD_READS_G:
		judge_epoch(g, e, out);
		break;
	case FTC_GUARD_INSPECTS:
		inspect(g, e, out);
		break;
	case FTC_GUARD_READS_TIME:
		take_time(g, e);
		ftc_serve_begin(g, FTC_FOR_LEASE, out);
		break;
	case FTC_GUARD_RENEWS:
		granted(g, e, &g->renewals, out);
		break;
	case FTC_GUARD_DROPS:
		check_server(g, out);
		break;
	case FTC_GUARD_CHECKS:
		set_token(g, e, out);
		break;
	case FTC_GUARD_SETS_TOKEN:
		if (e->n == 1 && e->values[0].n == FTC_NONCE)
			memcpy(g->token, e->values[0].p, FTC_NONCE);
		ask(g, FTC_GUARD_SWITCHES_ON, FTC_SWITCH_ON, out);
		break;
	case FTC_GUARD_READS_TIME_TO_PUBLISH:
		take_time(g, e);
		ftc_serve_begin(g, FTC_FOR_EPOCH, out);
		break;
	case FTC_GUARD_PUBLISHES:
		granted(g, e, &g->epochs, out);
		break;
	default:
		if (ftc_serve_rows(g, e, out))
			go_on(g, e, out);
	}
}

void
ftc_guard_step(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	memset(out, 0, sizeof(*out));
	if (g->at == FTC_GUARD_PAUSES)
		ask(g, FTC_GUARD_LOOKS_BACK, FTC_OLDEST, out);
	else if (g->at == FTC_GUARD_BEGINS || g->at == FTC_GUARD_RESTS)
		begin_round(g, out);
	else if (e->what == FTC_PG_FAILED)
		lose_postgres(g, e, out);
	else if (g->at == FTC_GUARD_CONNECTS && ftc_link_up(g->link, e))
		begin_round(g, out);
	else if (g->at == FTC_GUARD_CONNECTS || e->what == FTC_FAILED)
		lose_redis(g, e, out);
	else if (e->what == FTC_ANSWER)
		on_answer(g, e, out);
	else
		on_postgres(g, e, out);
}
