/*
 * A worker: takes requests from Nginx, one at a time, and answers them.
 *
 * Fast workers keep Nginx's connections open and wait on all of them and on
 * the listening socket together.  A connection belongs to the worker that
 * accepted it, so whatever a fast worker does must be short.  Slow workers
 * take one connection, serve one request, and close it; while they are busy
 * the others take the next.
 *
 * A constant answer costs three system calls: wait, read, send.  There is no
 * timer a request; the worker writes into its slot (shared.h) when a request
 * began, and the master replaces it when that is too long ago.
 *
 * SIGTERM is seen only between two requests.  Then the worker leaves the
 * listening socket and goes on serving its connections until Nginx has closed
 * them (closing them from this side would lose requests that Nginx sends at
 * that moment, and it does not repeat a POST), or for 60 seconds.  A second
 * SIGTERM ends that wait.
 *
 * A request whose connection Nginx has closed meanwhile is not served: nobody
 * would see its answer.
 */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include "req.h"

struct worker_hooks {
	/* Connect, prepare; false ends the worker before it is ready. */
	bool (*open)(void);
	/* Give status, head and out of rq.  rq->mem is empty; if it can get
	 * full, set its way out here. */
	void (*serve)(struct req *rq);
	/* The answer was sent: the log line.  May be NULL. */
	void (*done)(struct req *rq);
	/* Nothing came for 200 ms after some work.  May be NULL. */
	void (*idle)(void);
	/* The end.  May be NULL. */
	void (*close)(void);
};

/* The life of a worker in a process of the master whose role has a socket:
 * calls role_ready after open.  Returns the exit status. */
int worker_run(const struct worker_hooks *hooks, bool slow);

#endif
