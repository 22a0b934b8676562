/*
 * Answers that are kept, and changes that end them.
 *
 * A route that says what it reads is answered from Redis while nothing of that
 * has changed, by the protocol of ftc.h: what is served is what was committed
 * at an instant between question and answer.  A transaction that changed
 * something fences its tags before it commits.  Nothing else of the program
 * knows about it: routes declare what they read, triggers tell what changed.
 *
 * Off (setting cache = 0) nothing is asked and nothing is fenced; switch it
 * only while the site stands.
 */
#ifndef INFRA_CACHE_H
#define INFRA_CACHE_H

#include "cache_wire.h"
#include "req.h"
#include "touched.h"

void cache_open(void);
void cache_close(void);

/* Answers rq from what is kept, or by make(rq) and keeps that. */
enum err cache_answer(struct req *rq, enum err (*make)(struct req *rq))
    MUST_CHECK;

/* How the transaction of a request ends; each gives its outcome. */
struct cache_ends {
	enum err (*commit)(struct req *rq);
	enum err (*rollback)(struct req *rq);
};
/* Ends a transaction that touched something: its tags are fenced before it is
 * committed, and released after.  ERR_BUSY: rolled back, as neither Redis nor
 * Postgres could be told. */
enum err cache_commit(struct req *rq, const struct touched *touched,
    const struct cache_ends *ends) MUST_CHECK;
/* The connection that both use, and how they wait. */
void cache_sleep(int64_t until);
struct cache_wire *cache_wire(void);

#endif
