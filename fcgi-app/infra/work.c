/* Requests that nobody sent.  See work.h. */
#include "work.h"

#include "arena.h"

#define KEPT 65536

void
work_open(struct work *w, size_t memory)
{
	int i;

	w->mem = arena_open(memory);
	for (i = 0; i < 3; i++)
		buf_open(&w->bufs[i], 1 << 20);
}

void
work_close(struct work *w)
{
	int i;

	arena_close(w->mem);
	for (i = 0; i < 3; i++)
		buf_close(&w->bufs[i]);
}

void
work_begin(struct work *w, struct req *rq, const char *id)
{
	int i;

	arena_reset(w->mem);
	for (i = 0; i < 3; i++)
		buf_reset(&w->bufs[i], KEPT);
	*rq = (struct req){ .mem = w->mem, .out = &w->bufs[0],
		.head = &w->bufs[1], .errors = &w->bufs[2], .writes = true };
	snprintf(rq->id, sizeof(rq->id), "%s", id);
}

void
work_go_on(struct work *w, struct req *rq)
{
	bool begun = rq->begun;
	char id[sizeof(rq->id)];

	memcpy(id, rq->id, sizeof(id));
	work_begin(w, rq, id);
	rq->begun = begun;
}
