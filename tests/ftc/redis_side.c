/* Messages to Redis: what is said, when it is executed, what is answered. */
#include "world.h"

#define RESTART_US 300000

void
redis_side_restart(struct world *w, bool restore)
{
	int i;

	w->redis_life++;
	for (i = 0; i < FTC_RUN_ID; i++)
		w->run_id[i] = "0123456789abcdef"[world_below(w, 16)];
	w->run_id[FTC_RUN_ID] = '\0';
	if (restore && w->has_saved) {
		memcpy(&w->redis, &w->saved, sizeof(w->redis));
		w->redis.counter = w->saved.counter;
	} else {
		fake_redis_flush(&w->redis);
	}
	w->redis_down = w->now + world_below(w, world_chance(w, 2) ?
	    RESTART_US : RESTART_US / 20);
	w->redis_stopped = 0;
}

static struct str
copy(struct letter *l, struct str s)
{
	char *to = l->text + l->used;

	assert(l->used + s.n <= sizeof(l->text));
	if (s.p == NULL)
		return STR_NONE;
	memcpy(to, s.p, s.n);
	l->used += s.n;
	return (struct str){ to, s.n };
}

/* Whoever still waits for it waits no longer. */
static void
time_out(struct world *w, const struct letter *l)
{
	if (l->awaited && l->serial == w->actors[l->actor].serial)
		world_plan(w, l->deadline > w->now ? l->deadline : w->now,
		    HAPPENS_TIMEOUT, l->actor, -1);
}

static void
post(struct world *w, struct actor *a, int id)
{
	struct letter *l = &w->letters[id];
	int64_t at = w->now + world_delay(w);
	bool lost = a->cut || ((w->faults & LOSE) && world_chance(w, 300));

	l->deadline = w->now + FTC_ANSWER_US;
	l->life = a->life;
	if ((w->faults & LATE) && world_chance(w, 200))
		at += world_below(w, 3000000);
	if (at <= a->last_executed)
		at = a->last_executed + 1;
	if (!lost)
		a->last_executed = at;
	if (lost || at > l->deadline)
		time_out(w, l);
	if (lost)
		world_drop(w, id);
	else
		world_plan(w, at, HAPPENS_EXECUTE, l->actor, id);
}

void
redis_side_send(struct world *w, struct actor *a,
    const struct ftc_action *act)
{
	int id = world_letter(w, (size_t)(a - w->actors));
	struct letter *l = &w->letters[id];
	const struct ftc_call *c = &act->call;
	size_t i;

	assert(c->n + 1 <= WORDS);
	l->what = FTC_CALL;
	l->awaited = act->what == FTC_CALL;
	l->command = c->command;
	l->keys = c->keys;
	for (i = 0; i < c->n; i++)
		l->words[i] = copy(l, c->words[i]);
	l->n = c->n;
	if (c->command == FTC_SET_ENTRY) {
		l->words[2] = copy(l, c->head);
		l->words[2].n += copy(l, c->body).n;
		l->n = 3;
	}
	post(w, a, id);
}

void
redis_side_connect(struct world *w, struct actor *a)
{
	int id = world_letter(w, (size_t)(a - w->actors));
	struct letter *l = &w->letters[id];

	/* What was sent on the old one may still be executed, and is not
	 * waited for. */
	a->life = 0;
	a->last_executed = 0;
	l->what = FTC_CONNECT;
	l->awaited = true;
	post(w, a, id);
}

static void
answer(struct world *w, int id, enum ftc_happened what)
{
	struct letter *l = &w->letters[id];
	int64_t at = w->now + world_delay(w);

	l->happened = what;
	if (!l->awaited) {
		world_drop(w, id);
		return;
	}
	if (at > l->deadline && !world_chance(w, 4)) {
		time_out(w, l);
		world_drop(w, id);
		return;
	}
	world_plan(w, at, HAPPENS_ARRIVE, l->actor, id);
}

/* What mutants change of a question. */
static void
change_question(struct world *w, struct letter *l)
{
	static char from[ACTORS][24];
	struct ftc_entry entry;
	struct fake_key *key;
	char *to;
	size_t i, k;

	if (world_has(w, LEASE_FROM_NOW) && (l->command == FTC_RENEW ||
	    l->command == FTC_PUBLISH)) {
		snprintf(from[l->actor], sizeof(from[0]), "%lld",
		    (long long)w->redis.wall_ms);
		l->words[l->command == FTC_RENEW ? 3 : 4] =
		    str_of(from[l->actor]);
	}
	if (!world_has(w, STAMP_LATE) || l->command != FTC_SET_ENTRY ||
	    !ftc_entry_open(l->words[2], &entry))
		return;
	for (i = 0; i < FRAGMENTS; i++)
		if (str_eq(w->fragments[i].key, l->words[0]))
			break;
	to = l->text + (entry.stamps.p - l->text);
	for (k = 0; k < w->fragments[i].n; k++) {
		key = fake_redis_key(&w->redis, w->fragments[i].tags[k]);
		if (key != NULL)
			memcpy(to + k * FTC_NONCE, key->value, FTC_NONCE);
	}
	ftc_entry_open(l->words[2], &entry);
	ftc_entry_head(l->words[0], &entry, l->text + (l->words[2].p -
	    l->text));
}

static void
pretend_lease(struct world *w, struct letter *l, struct str *lease)
{
	const struct actor *a = &w->actors[l->actor];
	char text[FTC_EPOCH + 8];
	bool no_lease = world_has(w, NO_LEASE);

	if (lease->p == NULL && !no_lease)
		return;
	snprintf(text, sizeof(text), "%020d.%016d@%.*s#1", 0, 0, FTC_RUN_ID,
	    no_lease || lease->p == NULL ? a->link.run_id :
	    lease->p + FTC_EPOCH - FTC_RUN_ID);
	*lease = copy(l, (struct str){ text, FTC_EPOCH + 2 });
}

/* What mutants change of an answer to MGET. */
static void
change_answer(struct world *w, struct letter *l)
{
	struct actor *a = &w->actors[l->actor];
	struct str *v = l->answer.values;
	size_t i;

	if (world_has(w, NO_LEASE | ANY_EPOCH)) {
		pretend_lease(w, l, &v[0]);
		a->link.lease_n = 0;
	}
	if (world_has(w, ANY_SERVER) && v[0].p != NULL)
		memcpy(a->link.run_id, v[0].p + FTC_EPOCH - FTC_RUN_ID,
		    FTC_RUN_ID);
	if (!world_has(w, FENCED_FILL))
		return;
	for (i = 1; i < l->n; i++) {
		if (l->words[i].p[0] != 't' || v[i].p == NULL ||
		    !ftc_is_fenced(v[i]))
			continue;
		v[i].n = FTC_NONCE;
		while (l->words[i].p[0] != 'q')
			i--;
		v[i] = STR_NONE;
		while (i + 1 < l->n && l->words[i + 1].p[0] == 't')
			if (v[++i].p != NULL)
				v[i].n = FTC_NONCE;
	}
}

static void
tell_setup(struct world *w, struct letter *l)
{
	l->answer.n = 4;
	l->answer.values[0] = w->bad_policy ? STR("allkeys-lru") :
	    STR("volatile-lru");
	l->answer.values[1] = STR("");
	l->answer.values[2] = STR("no");
	l->answer.values[3] = STR("master");
	l->answer.number = FAKE_VALUES_ONLY;
	l->answer.nil = false;
}

static void
run(struct world *w, struct letter *l)
{
	w->redis.wall_ms = world_wall(w) / 1000;
	if (l->command == FTC_CONFIG) {
		tell_setup(w, l);
		return;
	}
	if (w->plan.mutant != 0)
		change_question(w, l);
	fake_redis_call(&w->redis, l->command, l->words, l->keys, l->n,
	    &l->answer);
	if (l->command != FTC_MGET)
		return;
	l->executed = w->now;
	memcpy(&l->truth, &w->pg.data, sizeof(l->truth));
	if (w->plan.mutant != 0)
		change_answer(w, l);
}

void
redis_side_execute(struct world *w, int id)
{
	struct letter *l = &w->letters[id];
	struct actor *a = &w->actors[l->actor];
	bool down = w->now < w->redis_down;

	if (w->now < w->redis_stopped && !down) {
		if (l->deadline < w->redis_stopped)
			time_out(w, l);
		world_plan(w, w->redis_stopped + world_below(w, 50),
		    HAPPENS_EXECUTE, l->actor, id);
		return;
	}
	if (l->what == FTC_CONNECT) {
		if (!down && l->serial == a->serial)
			a->life = w->redis_life;
		l->answer.n = 1;
		l->answer.values[0] = (struct str){ l->text, FTC_RUN_ID };
		memcpy(l->text, w->run_id, FTC_RUN_ID);
		answer(w, id, down ? FTC_REFUSED : FTC_ANSWER);
	} else if (down || l->life != w->redis_life) {
		answer(w, id, FTC_FAILED);
	} else {
		run(w, l);
		answer(w, id, FTC_ANSWER);
	}
}
