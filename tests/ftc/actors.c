/*
 * Who drives the machines: workers, guardians, and another program that writes.
 * Each does one thing at a time, as a blocking driver does, and may be killed
 * before every step.
 */
#include "world.h"

static void
forget(struct world *w, struct actor *a)
{
	while (a->kept_n > 0)
		world_drop(w, a->kept[--a->kept_n]);
}

/* What is served lies in the answers, which stay as long as they must. */
static void
keep(struct world *w, struct actor *a, int letter)
{
	if (a->kept_n == 32) {
		world_drop(w, a->kept[0]);
		memmove(a->kept, a->kept + 1, 31 * sizeof(*a->kept));
		a->kept_n--;
	}
	w->letters[letter].refs++;
	a->kept[a->kept_n++] = letter;
}

static size_t
index_of(const struct world *w, const struct actor *a)
{
	return (size_t)(a - w->actors);
}

static void
wake_later(struct world *w, struct actor *a, int64_t us)
{
	a->serial++;
	world_plan(w, w->now + us, HAPPENS_WAKE, index_of(w, a), -1);
}

static void
end_work(struct world *w, struct actor *a)
{
	forget(w, a);
	a->doing = IDLE;
	a->xid = 0;
	wake_later(w, a, 20 + world_below(w, index_of(w, a) == OTHER ? 50000 :
	    w->pace));
}

void
actor_spawn(struct world *w, size_t i)
{
	struct actor *a = &w->actors[i];
	uint32_t serial = a->serial;
	bool cut = a->cut;

	memset(a, 0, sizeof(*a));
	a->serial = serial;
	a->cut = cut;
	a->alive = true;
	a->fresh.used = true;
	a->pg_life = w->pg.life;
	if (i == GUARD || i == GUARD + 1) {
		a->doing = GUARDING;
		ftc_guard_open(&a->guard, &a->link);
	}
	wake_later(w, a, world_below(w, 1000));
}

void
actor_crash(struct world *w, size_t i)
{
	struct actor *a = &w->actors[i];

	if (!a->alive)
		return;
	postgres_leave(w, i);
	forget(w, a);
	a->alive = false;
	a->serial++;
	a->xid = 0;
	world_plan(w, w->now + world_below(w, world_chance(w, 8) ? 4000000 :
	    100000), HAPPENS_SPAWN, i, -1);
}

void
actor_missed(struct world *w, int letter)
{
	struct letter *l = &w->letters[letter];

	if (l->to_postgres && (int)l->what == PG_BEGIN &&
	    l->happened == FTC_NUMBER && l->life == w->pg.life)
		postgres_abort(w, (uint64_t)l->number);
}

static void
make_fresh(struct world *w, struct actor *a)
{
	uint64_t v = ++w->fresh;
	int i;

	if (!a->fresh.used)
		return;
	for (i = 0; i < FTC_NONCE; i++, v >>= 5)
		a->fresh.text[i] = "abcdefghijklmnopqrstuvwxyz012345"[v & 31];
	a->fresh.used = false;
}

static void
read_database(struct world *w, struct actor *a)
{
	unsigned mask = 0;
	size_t i;

	for (i = 0; i < FRAGMENTS; i++)
		if (a->fragments[a->fragment].key.p == w->keys[i])
			mask = w->fragment_mask[i];
	/* The first and the second half are read by two statements. */
	mask &= a->reads == 0 ? 3U : 12U;
	postgres_send(w, a, (enum ftc_do)PG_READ, NULL)->mask = mask;
}

static void
tell(struct actor *a, struct truth *acked)
{
	int i, k;

	for (i = 0; i < DATA; i++)
		for (k = a->row; k <= a->row && a->mask >> i & 1; k++)
			if (acked->row[i][k] < a->committed.row[i][k])
				acked->row[i][k] = a->committed.row[i][k];
}

/* COMMIT may be lost on the way; then the backend aborts some day. */
static bool
commit(struct world *w, struct actor *a, struct ftc_event *e)
{
	if ((w->faults & LOSE) && world_chance(w, 100)) {
		postgres_abort_later(w, index_of(w, a), a->xid);
		e->what = FTC_UNKNOWN;
		return true;
	}
	postgres_send(w, a, FTC_COMMIT, NULL);
	return false;
}

static bool
say_redis(struct world *w, struct actor *a, struct ftc_action *act,
    struct ftc_event *e)
{
	if (world_has(w, NO_FENCE) && act->call.command == FTC_FENCE &&
	    a->doing == WRITING) {
		e->what = FTC_ANSWER;
		return true;
	}
	if (act->what == FTC_SEND && world_has(w, TELL_LATE) &&
	    a->doing == WRITING)
		act->what = FTC_CALL;
	redis_side_send(w, a, act);
	if (act->what == FTC_CALL)
		return false;
	e->what = FTC_SENT;
	return true;
}

/* Does what a machine wants.  True: it is done, and e says how. */
static bool
perform(struct world *w, struct actor *a, struct ftc_action *act,
    struct ftc_event *e)
{
	memset(e, 0, sizeof(*e));
	a->serial++;
	e->what = FTC_NEXT;
	switch (act->what) {
	case FTC_DONE:
		end_work(w, a);
		return false;
	case FTC_CONNECT:
		redis_side_connect(w, a);
		return false;
	case FTC_CALL:
	case FTC_SEND:
		return say_redis(w, a, act, e);
	case FTC_WAIT:
		world_plan(w, act->until, HAPPENS_WAKE, index_of(w, a), -1);
		return false;
	case FTC_SERVE:
		check_served(w, a, act->fragment, act->body, act->stale);
		a->hits_in_op += !act->stale;
		return true;
	case FTC_READ:
		a->fragment = act->fragment;
		a->reads = 0;
		read_database(w, a);
		return false;
	case FTC_COMMIT:
		return commit(w, a, e);
	case FTC_TELL:
		if (!world_has(w, TELL_LATE))
			tell(a, &w->pg.acked);
		return true;
	default:
		w->indirect += act->what == FTC_REQUEST;
		postgres_send(w, a, act->what, act)->mask = a->tag_mask;
		return false;
	}
}

static void
feed(struct world *w, struct actor *a, struct ftc_event *e)
{
	struct ftc_action act;

	do {
		if ((w->faults & KILL) && world_chance(w, a->doing ==
		    GUARDING ? 500 : w->killed_one_in)) {
			actor_crash(w, index_of(w, a));
			return;
		}
		make_fresh(w, a);
		e->now = e->wall = w->now;
		e->fresh = &a->fresh;
		if (a->doing == READING)
			ftc_reader_step(&a->reader, e, &act);
		else if (a->doing == WRITING)
			ftc_writer_step(&a->writer, e, &act);
		else
			ftc_guard_step(&a->guard, e, &act);
	} while (perform(w, a, &act, e));
}

static void
feed_plain(struct world *w, struct actor *a, enum ftc_happened what)
{
	struct ftc_event e = { .what = what };

	feed(w, a, &e);
}

static void
open_reader(struct world *w, struct actor *a, size_t n)
{
	w->reads++;
	a->doing = READING;
	a->hits_in_op = 0;
	a->acked = w->pg.acked;
	ftc_reader_open(&a->reader, &a->link, 1, a->fragments, n);
	feed_plain(w, a, FTC_START);
}

void
actor_read(struct world *w, size_t i, size_t fragment)
{
	struct actor *a = &w->actors[i];

	a->pg_life = w->pg.life;
	a->fragments[0] = w->fragments[fragment];
	open_reader(w, a, 1);
}

static void
begin_read(struct world *w, struct actor *a)
{
	size_t first = (size_t)world_below(w, FRAGMENTS), n = 1;

	a->fragments[0] = w->fragments[first];
	if (world_chance(w, 4))
		a->fragments[n++] = w->fragments[(first + 1) % FRAGMENTS];
	open_reader(w, a, n);
}

static void
begin_write(struct world *w, struct actor *a, bool foreign)
{
	struct letter *l;
	int64_t r = world_below(w, 32);

	w->writes++;
	a->doing = foreign ? FOREIGN : STARTING;
	a->serial++;
	a->mask = (1U << (r & 3) | (r & 4 ? 1U << (r >> 3) : 0)) &
	    w->data_mask;
	a->mask = a->mask != 0 ? a->mask : 1;
	a->tag_mask = a->mask;
	a->row = foreign ? ROWS - 1 : (int)world_below(w, ROWS - 1);
	if (!foreign && (w->faults & BULK) && world_chance(w, 8)) {
		a->mask = r & 1 ? 5 : 10;
		a->tag_mask = r & 1 ? 16 : 32;
	}
	a->cache = w->pg.cache;
	l = postgres_send(w, a, (enum ftc_do)PG_BEGIN, NULL);
	l->number = a->row;
}

/* Its statements have run; it fences and commits. */
static void
began(struct world *w, struct actor *a, const struct letter *l)
{
	size_t n = 0, i;

	if (l->happened != FTC_NUMBER) {
		end_work(w, a);
		return;
	}
	a->xid = (uint64_t)l->number;
	if (a->doing == FOREIGN) {
		wake_later(w, a, world_below(w, 10000));
		return;
	}
	for (i = 0; i < ALL_TAGS; i++)
		if (a->tag_mask >> i & 1)
			a->tags[n++] = w->tag[i];
	a->doing = WRITING;
	ftc_writer_open(&a->writer, &a->link, a->xid, a->tags, n);
	feed_plain(w, a, FTC_START);
}

static void
begin_work(struct world *w, struct actor *a)
{
	if (w->resting)
		return;
	a->pg_life = w->pg.life;
	if (index_of(w, a) == OTHER && w->pg.outbox_n < 100)
		begin_write(w, a, true);
	else if (index_of(w, a) == OTHER)
		end_work(w, a);
	else if (world_chance(w, a->cut ? 2 : w->writes_one_in))
		begin_write(w, a, false);
	else
		begin_read(w, a);
}

void
actor_wake(struct world *w, size_t i, enum ftc_happened what)
{
	struct actor *a = &w->actors[i];

	if (a->doing == GUARDING && a->guard.at == FTC_GUARD_RESTS)
		forget(w, a);
	if (a->doing == IDLE) {
		begin_work(w, a);
	} else if (a->doing == FOREIGN) {
		a->serial++;
		postgres_send(w, a, FTC_COMMIT, NULL);
	} else {
		feed_plain(w, a, what);
	}
}

static void
took_rows(struct world *w, struct actor *a, const struct letter *l)
{
	struct ftc_event e = { .what = FTC_NEXT };
	struct str body = { a->body, 0 };

	if (l->happened == FTC_BODY) {
		if (a->reads == 0)
			a->body_n = 0;
		memcpy(a->body + a->body_n, l->answer.text, l->answer.used);
		a->body_n += l->answer.used;
		if (a->reads++ == 0) {
			a->serial++;
			read_database(w, a);
			return;
		}
		body.n = a->body_n;
		e = (struct ftc_event){ .what = FTC_BODY, .values = &body,
			.n = 1 };
	}
	feed(w, a, &e);
}

static enum ftc_happened
outcome(struct world *w, struct actor *a, const struct letter *l)
{
	bool lost = l->life != w->pg.life ||
	    ((w->faults & LOSE) && world_chance(w, 100));

	if (l->happened == FTC_PG_FAILED || lost) {
		w->unknown++;
		return FTC_UNKNOWN;
	}
	a->committed = l->truth;
	return l->happened;
}

void
actor_arrive(struct world *w, size_t i, int letter)
{
	struct actor *a = &w->actors[i];
	struct letter *l = &w->letters[letter];
	struct ftc_event e = { .what = l->happened };

	if (l->to_postgres && (int)l->what == PG_BEGIN) {
		began(w, a, l);
		return;
	}
	if (l->to_postgres && (int)l->what == PG_READ) {
		took_rows(w, a, l);
		return;
	}
	if (a->doing == FOREIGN) {
		end_work(w, a);
		return;
	}
	if (l->to_postgres && l->what == FTC_IS_OFF)
		w->off += l->number != 0;
	if (world_has(w, OFF_AT_ONCE) && l->what == FTC_IS_OFF)
		ftc_link_off(&a->link, l->number, INT64_MIN / 2);
	if (l->to_postgres && l->what == FTC_COMMIT)
		e.what = outcome(w, a, l);
	else if (l->to_postgres && l->what == FTC_ROLLBACK)
		e.what = FTC_NEXT;
	if (l->to_postgres ? l->what == FTC_ROWS_READ :
	    l->command == FTC_MGET || l->command == FTC_HGETALL)
		keep(w, a, letter);
	e.values = l->answer.values;
	e.number = l->to_postgres ? l->number : l->answer.number;
	e.n = l->to_postgres ? l->rows_n : l->answer.nil ? 0 : l->answer.n;
	e.states = l->states;
	e.rows = l->rows;
	e.more = l->more;
	e.cache = l->cache;
	if (a->doing == WRITING && !l->to_postgres &&
	    world_has(w, TELL_LATE) && l->command == FTC_RELEASE &&
	    l->happened == FTC_ANSWER && a->writer.committed)
		tell(a, &w->pg.acked);
	feed(w, a, &e);
}
