/* Parts of an answer.  See cache_parts.h. */
#include "cache_parts.h"

#include "cache.h"
#include "cache_build.h"

static struct ftc_event
make(struct req *rq, struct cache_parts *parts, size_t i)
{
	struct str *kept = arena_alloc(rq->mem, sizeof(*kept));
	struct ftc_event e;

	*kept = parts->make(rq, parts->arg, i);
	e = cache_wire_event(cache_wire(),
	    kept->p != NULL ? FTC_BODY : FTC_NEXT);
	e.values = kept;
	e.n = 1;
	return e;
}

static void
begin(struct cache_parts *parts)
{
	size_t i;

	for (i = 0; i < parts->n; i++)
		parts->fragments[i].key = (struct str){ parts->keys[i],
			FTC_KEY };
	ftc_reader_open(&parts->machine, &cache_wire()->link,
	    cache_build(), parts->fragments, parts->n);
}

void
cache_parts_look(struct req *rq, struct cache_parts *parts)
{
	struct ftc_event e = cache_wire_event(cache_wire(), FTC_START);
	struct ftc_action a;

	begin(parts);
	do {
		ftc_reader_step(&parts->machine, &e, &a);
	} while ((a.what == FTC_CONNECT || (a.what == FTC_CALL &&
	    a.call.command == FTC_MGET)) && cache_wire_do(cache_wire(), &a,
	    rq->mem, cache_sleep, &e));
}

void
cache_parts_run(struct req *rq, struct cache_parts *parts)
{
	struct ftc_event e = cache_wire_event(cache_wire(), FTC_START);
	struct ftc_action a;

	begin(parts);
	for (;;) {
		ftc_reader_step(&parts->machine, &e, &a);
		if (a.what == FTC_DONE)
			return;
		if (cache_wire_do(cache_wire(), &a, rq->mem, cache_sleep, &e))
			continue;
		if (a.what == FTC_SERVE) {
			parts->serve(rq, parts->arg, a.fragment, a.body);
			e = cache_wire_event(cache_wire(), FTC_NEXT);
		} else {
			e = make(rq, parts, a.fragment);
		}
	}
}

enum cache_read
cache_parts_count(const struct cache_parts *parts, size_t i, struct str name)
{
	static const enum cache_read of[] = { [FTC_HIT] = CACHE_HIT,
		[FTC_OUTDATED] = CACHE_STALE, [FTC_FILL] = CACHE_MISS,
		[FTC_THROUGH] = CACHE_FENCED, [FTC_UNREADY] = CACHE_FENCED };

	enum cache_read how = parts->machine.in_service ?
	    of[ftc_reader_verdict(&parts->machine, i)] : CACHE_BYPASS;

	cache_count_read(name, how);
	return how;
}
