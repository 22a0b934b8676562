/*
 * What the site shows of itself.
 *
 * Readiness: what the site depends on is looked at when somebody asks, at most
 * about once a second on a host however often that is: the answer lies in
 * shared memory for all workers.  While one of them looks, the others tell
 * what was found before, unless that is older than five seconds.
 *
 * Metrics, in the text form that Prometheus reads: numbers of requests, caches
 * and calls are those of all processes of one master since it started.  What
 * other processes do - they may be units of their own, on this host or another
 * - is told by what they leave behind: jobs and changes that wait in Postgres,
 * the lease in Redis, the file of the index.  A dependency that does not answer
 * leaves its numbers out and says so in pinwall_up.
 */
#ifndef OBSERVE_OBSERVE_H
#define OBSERVE_OBSERVE_H

#include "app.h"

/* 200 it can serve; 503 it cannot, as Postgres does not answer.  Everything
 * else is told, and not needed: without Redis limits hold per process, without
 * the cache answers are made each time, without the index similar pins are
 * those of the same tags, and what is there is shown from a full disk too. */
enum err ready(struct req *rq);

/* 200 the numbers; 404 to who is not on this machine. */
enum err metrics(struct req *rq);

/* Of metrics_site.c: everything but requests and calls. */
void metrics_site(struct req *rq, struct buf *b);
/* A line that begins a metric; kind: counter, gauge or histogram. */
void metrics_begin(struct buf *b, const char *name, const char *kind,
    const char *help);
/* A metric of one number. */
void metrics_one(struct buf *b, const char *name, const char *kind,
    const char *help, double n);

#endif
