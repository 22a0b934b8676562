/*
 * Postgres as far as the cache uses it: transactions with xids and their
 * states, requests, an outbox, and three rows for each tag.
 *
 * A snapshot is what the real one is: its upper end is one above the latest xid
 * that has ended, so that it knows nothing of transactions above.  After a
 * crash, xids that were not on disk are given once more.
 */
#include "world.h"

enum { FUTURE, LIVE, COMMITTED, ABORTED };

void
postgres_open(struct world *w)
{
	struct postgres *p = &w->pg;

	memset(p, 0, sizeof(*p));
	p->life = 1;
	p->next = 100;
	p->ended = p->durable = 99;
}

static struct fake_tx *
live(struct postgres *p, uint64_t xid)
{
	size_t i;

	for (i = 0; i < p->live_n; i++)
		if (p->live[i].xid == xid)
			return &p->live[i];
	return NULL;
}

static uint64_t
begin(struct postgres *p, const struct letter *l)
{
	assert(p->live_n < 64 && p->next < XIDS);
	p->state[p->next] = LIVE;
	p->live[p->live_n++] = (struct fake_tx){ p->next,
	    l->mask, (int)l->number, l->actor };
	return p->next++;
}

static void
end(struct postgres *p, struct fake_tx *tx, int state)
{
	p->state[tx->xid] = (uint8_t)state;
	if (tx->xid > p->ended)
		p->ended = tx->xid;
	if (state == COMMITTED && tx->xid > p->durable)
		p->durable = tx->xid;
	*tx = p->live[--p->live_n];
}

static uint64_t
oldest(const struct postgres *p)
{
	uint64_t least = p->ended + 1;
	size_t i;

	for (i = 0; i < p->live_n; i++)
		if (p->live[i].xid < least)
			least = p->live[i].xid;
	return least;
}

void
postgres_abort(struct world *w, uint64_t xid)
{
	struct fake_tx *tx = live(&w->pg, xid);

	if (tx != NULL)
		end(&w->pg, tx, ABORTED);
}

void
postgres_abort_later(struct world *w, size_t actor, uint64_t xid)
{
	int id = world_letter(w, actor);

	w->letters[id].xid = xid;
	world_plan(w, w->now + world_below(w, w->faults != 0 &&
	    world_chance(w, 3) ? 1000000 : 20000), HAPPENS_ABORT, actor, id);
}

/* Somebody has died: his transactions end when that is noticed. */
void
postgres_leave(struct world *w, size_t actor)
{
	size_t i;

	for (i = 0; i < w->pg.live_n; i++)
		if (w->pg.live[i].actor == actor)
			postgres_abort_later(w, actor, w->pg.live[i].xid);
}

static void
remember(struct world *w, int tag)
{
	struct postgres *p = &w->pg;
	struct past *past = &p->past[tag][p->past_n[tag]++ % PAST];

	past->at = w->now;
	memcpy(past->row, p->data.row[tag], sizeof(past->row));
}

static void
commit(struct world *w, struct fake_tx *tx)
{
	struct postgres *p = &w->pg;
	int i;

	for (i = 0; i < DATA; i++) {
		if (!(tx->mask >> i & 1))
			continue;
		p->data.row[i][tx->row]++;
		remember(w, i);
	}
	if (tx->row == ROWS - 1 && tx->mask != 0) {
		assert(p->outbox_n < 128);
		p->outbox[p->outbox_n++] = (struct fake_request){ ++p->ids,
			tx->xid, tx->mask, false };
	}
	end(p, tx, COMMITTED);
}

/* All that is in progress has ended; a COMMIT that is on its way may have been
 * in time. */
void
postgres_crash(struct world *w)
{
	struct postgres *p = &w->pg;

	p->life++;
	while (p->live_n > 0)
		end(p, &p->live[0], ABORTED);
	if (world_chance(w, 2)) {
		while (p->next > p->durable + 1)
			p->state[--p->next] = FUTURE;
		p->ended = p->durable;
	}
	w->crashes++;
}

static enum ftc_xact
state_of(const struct world *w, uint64_t xid)
{
	switch (xid < XIDS ? w->pg.state[xid] : FUTURE) {
	case LIVE:
		return FTC_IN_PROGRESS;
	case COMMITTED:
		return FTC_WAS_COMMITTED;
	case ABORTED:
		return FTC_WAS_ABORTED;
	default:
		return FTC_LOST;
	}
}

static bool
owner_is_gone(const struct world *w, uint64_t xid)
{
	size_t i;

	for (i = 0; i < WORKERS; i++)
		if (w->actors[i].alive && w->actors[i].xid == xid)
			return false;
	return true;
}

static void
tell_states(struct world *w, struct letter *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		l->states[i] = state_of(w, l->xids[i]);
		if (world_has(w, BY_AGE) && owner_is_gone(w, l->xids[i]))
			l->states[i] = FTC_WAS_COMMITTED;
	}
	l->happened = FTC_STATES_ARE;
}

static const struct str *
tags_of(struct world *w, unsigned mask, size_t *n)
{
	static struct str lists[1 << ALL_TAGS][ALL_TAGS];
	struct str *to = lists[mask];
	int i;

	for (i = 0, *n = 0; i < ALL_TAGS; i++)
		if (mask >> i & 1)
			to[(*n)++] = w->tag[i];
	return to;
}

static void
add_row(struct world *w, struct letter *l, const struct fake_request *from,
    bool outbox)
{
	struct ftc_row *row;

	if (l->rows_n == 8) {
		l->more = true; /* a small batch, so that this happens */
		return;
	}
	row = &l->rows[l->rows_n++];
	row->id = from->id;
	row->xid = outbox ? 0 : from->xid;
	row->state = outbox ? FTC_WAS_COMMITTED : state_of(w, from->xid);
	row->fenced = from->fenced;
	row->tags = tags_of(w, from->mask, &row->n);
}

static void
tell_rows(struct world *w, struct letter *l, const struct actor *a)
{
	struct postgres *p = &w->pg;
	bool waits = a->guard.serving == FTC_FOR_WAIT;
	size_t i;

	l->rows_n = 0;
	l->more = false;
	l->happened = FTC_ROWS;
	if (world_has(w, NO_SERVING) ||
	    (world_has(w, NO_SERVING_WAIT) && waits))
		return;
	for (i = 0; i < p->requests_n; i++)
		if (!p->requests[i].fenced ||
		    live(p, p->requests[i].xid) == NULL)
			add_row(w, l, &p->requests[i], false);
	for (i = 0; i < p->outbox_n; i++)
		add_row(w, l, &p->outbox[i], true);
}

static void
take_out(struct fake_request *list, size_t *n, int64_t id)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (list[i].id == id)
			list[i] = list[--*n];
}

static void
mark_fenced(struct postgres *p, int64_t id)
{
	size_t i;

	for (i = 0; i < p->requests_n; i++)
		if (p->requests[i].id == id)
			p->requests[i].fenced = true;
}

static void
rows_done(struct world *w, const struct letter *l)
{
	struct postgres *p = &w->pg;
	size_t i;

	for (i = 0; i < l->rows_n; i++) {
		if (l->rows[i].xid == 0) {
			take_out(p->outbox, &p->outbox_n, l->rows[i].id);
		} else if (l->rows[i].state != FTC_IN_PROGRESS) {
			take_out(p->requests, &p->requests_n, l->rows[i].id);
		} else {
			mark_fenced(p, l->rows[i].id);
		}
	}
}

static void
request(struct world *w, struct letter *l)
{
	struct postgres *p = &w->pg;

	if (p->requests_n == 128) {
		l->happened = FTC_PG_FAILED;
		return;
	}
	p->requests[p->requests_n++] = (struct fake_request){ ++p->ids,
		l->xid, l->mask, false };
	l->number = p->ids;
}

static void
is_fenced(struct world *w, struct letter *l)
{
	size_t i;
	int64_t id = l->number;

	l->number = world_has(w, NO_WAIT_LAPSE);
	for (i = 0; i < w->pg.requests_n; i++)
		if (w->pg.requests[i].id == id && w->pg.requests[i].fenced)
			l->number = 1;
}

/* What the guardian is told of the switch. */
static struct ftc_switch
told(const struct world *w)
{
	struct ftc_switch cache = w->pg.cache;

	cache.off &= !world_has(w, OFF_UNSEEN);
	cache.turns *= !world_has(w, OFF_UNSEEN | OFF_UNCOUNTED);
	return cache;
}

static int64_t
is_off(const struct world *w, const struct actor *a)
{
	struct ftc_switch cache = world_has(w, OFF_BEFORE) ? a->cache :
	    w->pg.cache;

	return cache.off ? cache.turns : 0;
}

static int64_t
switch_off(struct ftc_switch *cache)
{
	cache->turns += !cache->off;
	cache->off = true;
	return cache->turns;
}

static void
end_transaction(struct world *w, struct letter *l)
{
	struct fake_tx *tx = live(&w->pg, l->xid);

	if (tx == NULL) {
		l->happened = FTC_ABORTED;
	} else if (world_chance(w, 30)) {
		/* A deferred constraint. */
		end(&w->pg, tx, ABORTED);
		l->happened = FTC_ABORTED;
	} else {
		commit(w, tx);
		l->truth = w->pg.data;
		l->happened = FTC_COMMITTED;
	}
}

static int64_t
barrier(struct world *w, const struct letter *l)
{
	struct postgres *p = &w->pg;
	uint64_t xid;

	if (world_has(w, SNAPSHOT_ONLY))
		return (int64_t)p->ended + 1;
	xid = begin(p, l);
	end(p, live(p, xid), COMMITTED);
	return (int64_t)xid;
}

size_t
postgres_body(const struct truth *data, unsigned mask, char *out)
{
	size_t n = 0;
	int i;

	for (i = 0; i < DATA; i++) {
		if (!(mask >> i & 1))
			continue;
		memcpy(out + n, data->row[i], sizeof(data->row[i]));
		n += sizeof(data->row[i]);
	}
	return n;
}

static void
wake_guards(struct world *w)
{
	size_t i;

	for (i = GUARD; i < GUARD + w->guards; i++)
		if (w->actors[i].alive &&
		    w->actors[i].guard.at == FTC_GUARD_RESTS &&
		    w->actors[i].link.up && !world_chance(w, 4))
			world_plan(w, w->now + world_delay(w), HAPPENS_WAKE,
			    i, -1);
}

void
postgres_execute(struct world *w, int letter)
{
	struct letter *l = &w->letters[letter];

	if (l->life != w->pg.life) {
		l->happened = FTC_PG_FAILED;
		return;
	}
	l->happened = FTC_NUMBER;
	switch ((int)l->what) {
	case PG_BEGIN:
		l->number = (int64_t)begin(&w->pg, l);
		break;
	case PG_READ:
		l->happened = FTC_BODY;
		l->answer.used = postgres_body(&w->pg.data, l->mask,
		    l->answer.text);
		break;
	case FTC_COMMIT:
		end_transaction(w, l);
		break;
	case FTC_ROLLBACK:
		postgres_abort(w, l->xid);
		l->happened = FTC_NEXT;
		break;
	case FTC_REQUEST:
		request(w, l);
		break;
	case FTC_ASK:
		is_fenced(w, l);
		break;
	case FTC_IS_OFF:
		l->number = is_off(w, &w->actors[l->actor]);
		break;
	case FTC_SWITCH_OFF:
		l->number = switch_off(&w->pg.cache);
		break;
	case FTC_SWITCH_ON:
		w->pg.cache.off &= world_has(w, ON_LATE);
		l->happened = FTC_NEXT;
		break;
	case FTC_PG_CONNECT:
		l->cache = told(w);
		l->number = (int64_t)ftc_guard_database(1, 1,
		    (uint64_t)w->pg.life);
		break;
	case FTC_STATES:
		tell_states(w, l);
		break;
	case FTC_ROWS_READ:
		tell_rows(w, l, &w->actors[l->actor]);
		l->cache = told(w);
		if (world_has(w, DROP_ROWS))
			rows_done(w, l);
		break;
	case FTC_ROWS_DONE:
		rows_done(w, l);
		l->happened = FTC_NEXT;
		break;
	case FTC_BARRIER:
		l->mask = 0;
		l->number = barrier(w, l);
		break;
	case FTC_OLDEST:
		l->number = world_has(w, NO_WAIT_EPOCH) ? INT64_MAX :
		    (int64_t)oldest(&w->pg);
		w->pg.cache.off &= !world_has(w, ON_LATE) ||
		    l->number < w->actors[l->actor].guard.barrier;
		break;
	}
	if (l->what == FTC_REQUEST || l->happened == FTC_COMMITTED)
		wake_guards(w);
}

/* Reads and writes of a guardian's or a worker's own connection. */
struct letter *
postgres_send(struct world *w, struct actor *a, enum ftc_do what,
    const struct ftc_action *act)
{
	int id = world_letter(w, (size_t)(a - w->actors));
	struct letter *l = &w->letters[id];

	if (what == FTC_PG_CONNECT)
		a->pg_life = w->pg.life;
	l->to_postgres = l->awaited = true;
	l->what = what;
	/* Requests have a connection of their own. */
	l->life = what == FTC_REQUEST || what == FTC_ASK ||
	    what == FTC_IS_OFF || what == FTC_SWITCH_OFF ? w->pg.life :
	    a->pg_life;
	l->xid = a->xid;
	l->mask = a->mask;
	l->n = 0;
	if (act != NULL && what == FTC_STATES) {
		l->n = act->n;
		memcpy(l->xids, act->xids, act->n * sizeof(*act->xids));
	}
	if (act != NULL && what == FTC_ROWS_DONE) {
		l->rows_n = act->n;
		memcpy(l->rows, act->rows, act->n * sizeof(*act->rows));
	}
	if (act != NULL)
		l->number = act->id;
	world_plan(w, w->now + world_delay(w), HAPPENS_EXECUTE,
	    (size_t)(a - w->actors), id);
	return l;
}
