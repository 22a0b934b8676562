/*
 * Requests of a process that nobody sent: what jobs and the index do runs in
 * the same arena, transaction and errors as what a client asks for.
 */
#ifndef INFRA_WORK_H
#define INFRA_WORK_H

#include "req.h"

struct work {
	struct arena *mem;
	struct buf bufs[3];
};

/* memory: the most that one request may take, bytes. */
void work_open(struct work *w, size_t memory);
void work_close(struct work *w);
/* A new request; what the last one took is given back. */
void work_begin(struct work *w, struct req *rq, const char *id);
/* The same request goes on, its transaction too, and gives back what it took:
 * for who does many things in one. */
void work_go_on(struct work *w, struct req *rq);

#endif
