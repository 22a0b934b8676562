/*
 * Answers that are kept, and changes that end them.
 *
 * A route that says what it reads is answered from Redis while nothing of that
 * has changed, by the protocol of ftc.h: what is served is what was committed
 * at an instant between question and answer.  A transaction that changed
 * something fences its tags before it commits.  Nothing else of the program
 * knows about it: routes declare what they read, triggers tell what changed.
 *
 * An answer is kept for each viewer, as it may show what only he may see.  Of
 * a shared route those who see what everybody sees (who neither hide nor are
 * kept from anything: hides_something in the database) have one together; that
 * they do is kept as well, and asked for in the same MGET.  If the
 * answer has to be made, it is of a later instant than what was kept of the
 * viewer; each for itself is of an instant between question and answer.
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

/* Answers rq from what is kept, or by make(rq) and keeps that.  With an ETag
 * if it is one that is kept; 304 if the caller has it. */
enum err cache_answer(struct req *rq, enum err (*make)(struct req *rq))
    MUST_CHECK;

/*
 * A part of answers, kept by itself: the same for every viewer.  Of the soft
 * class (stale_s > 0) it may be shown although it is outdated, so there must be
 * nothing in it that may not: ids and scores, never what they stand for.
 */
struct cache_part {
	const char *name;         /* what it is, among all parts */
	struct str about;         /* which one: all that it is made from */
	const char *const *reads; /* tags; NULL at the end */
	int ttl_s, stale_s;
	bool expensive;
	/* Makes it; *keep = false: this time it is not to be kept. */
	enum err (*make)(struct req *rq, void *arg, struct buf *out,
	    bool *keep);
	void *arg;
};
/* *out: its bytes, which live as long as the request; STR_NONE: there are
 * none. */
enum err cache_part(struct req *rq, const struct cache_part *part,
    struct str *out) MUST_CHECK;
/* The same, made now whatever is kept. */
enum err cache_part_now(struct req *rq, const struct cache_part *part,
    struct str *out) MUST_CHECK;

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
