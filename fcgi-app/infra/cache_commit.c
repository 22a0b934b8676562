/* Commits that are told to the cache.  See cache.h. */
#include "cache.h"
#include "cache_count.h"
#include "cache_request.h"
#include "ftc_key.h"
#include "ftc_writer.h"
#include "reply.h"
#include "schemes.h"

struct ending {
	struct ftc_writer machine;
	struct str tags[FTC_TAGS];
	size_t n;
	enum err outcome;
	bool untold;
};

/* What became of COMMIT. */
static enum ftc_happened
commit(struct req *rq, struct ending *w, const struct cache_ends *ends)
{
	w->outcome = ends->commit(rq);
	if (w->outcome == OK)
		return FTC_COMMITTED;
	return w->outcome == ERR_COMMIT_UNKNOWN ? FTC_UNKNOWN : FTC_ABORTED;
}

static struct ftc_event
request(struct arena *mem, struct ending *w)
{
	struct ftc_event e;
	int64_t id = 0;
	bool good = cache_request_make(mem, w->machine.xid, w->tags, w->n,
	    &id);

	e = cache_wire_event(cache_wire(), good ? FTC_NUMBER : FTC_PG_FAILED);
	e.number = id;
	return e;
}

static struct ftc_event
ask(struct arena *mem, int64_t id)
{
	int64_t fenced = 0;
	struct ftc_event e;
	bool good = cache_request_is_fenced(mem, id, &fenced);

	e = cache_wire_event(cache_wire(), good ? FTC_NUMBER : FTC_PG_FAILED);
	e.number = fenced;
	return e;
}

/* What was known of the switch is of use on the same connection only. */
static struct ftc_event
is_off(struct arena *mem)
{
	int64_t turns = 0;
	bool anew, good = cache_request_is_off(mem, &turns, &anew);
	struct ftc_event e = cache_wire_event(cache_wire(),
	    good ? FTC_NUMBER : FTC_PG_FAILED);

	if (anew)
		cache_wire()->link.off = 0;
	e.number = turns;
	return e;
}

static struct ftc_event
switch_off(struct arena *mem)
{
	int64_t turns = 0;
	bool good = cache_request_switch_off(mem, &turns);
	struct ftc_event e = cache_wire_event(cache_wire(),
	    good ? FTC_NUMBER : FTC_PG_FAILED);

	e.number = turns;
	return e;
}

static enum err
roll_back(struct req *rq, const struct cache_ends *ends)
{
	enum err e = ends->rollback(rq);

	return e != OK ? e : fail(rq, ERR_BUSY, "the cache cannot be told");
}

static struct ftc_event
do_in_postgres(struct req *rq, struct ending *w, const struct ftc_action *a,
    const struct cache_ends *ends)
{
	switch (a->what) {
	case FTC_COMMIT:
		return cache_wire_event(cache_wire(), commit(rq, w, ends));
	case FTC_REQUEST:
		return request(rq->mem, w);
	case FTC_ASK:
		return ask(rq->mem, a->id);
	case FTC_IS_OFF:
		return is_off(rq->mem);
	case FTC_SWITCH_OFF:
		return switch_off(rq->mem);
	case FTC_ROLLBACK:
		w->untold = true;
		w->outcome = roll_back(rq, ends);
		break;
	default: /* told when all is done */
		break;
	}
	return cache_wire_event(cache_wire(), FTC_NEXT);
}

static void
run(struct req *rq, struct ending *w, const struct cache_ends *ends)
{
	struct ftc_event e = cache_wire_event(cache_wire(), FTC_START);
	struct ftc_action a;

	for (;;) {
		ftc_writer_step(&w->machine, &e, &a);
		if (a.what == FTC_DONE)
			break;
		if (cache_wire_do(cache_wire(), &a, rq->mem, cache_sleep, &e))
			continue;
		e = do_in_postgres(rq, w, &a, ends);
	}
	if (cache_wire()->link.off == 0)
		cache_request_end();
}

static void
count(const struct ending *w)
{
	const struct ftc_writer *m = &w->machine;

	cache_count_write(w->untold ? CACHE_UNTOLD : m->off ? CACHE_OFF :
	    m->indirect ? CACHE_ASKED : m->fenced ? CACHE_TOLD :
	    CACHE_NOBODY);
}

/* With "t:" before each; if there were too many, every name in bulk. */
static void
fold(struct req *rq, struct ending *w, const struct touched *touched)
{
	int i;

	w->n = 0;
	for (i = 0; touched->over && schemes[i].name != NULL; i++)
		w->tags[w->n++] = arena_printf(rq->mem, "t:%s!",
		    schemes[i].name);
	if (touched->over)
		return;
	for (i = 0; i < touched->n && w->n < FTC_TAGS; i++)
		w->tags[w->n++] = arena_printf(rq->mem, "t:%.*s",
		    STR_ARG(touched->tags[i]));
}

enum err
cache_commit(struct req *rq, const struct touched *touched,
    const struct cache_ends *ends)
{
	struct ending *w = arena_alloc(rq->mem, sizeof(*w));

	w->outcome = OK;
	w->untold = false;
	fold(rq, w, touched);
	ftc_writer_open(&w->machine, &cache_wire()->link, touched->xid,
	    w->tags, w->n);
	run(rq, w, ends);
	count(w);
	return w->outcome;
}
