/*
 * The path of one request: what the workers call.
 */
#ifndef SERVE_H
#define SERVE_H

#include "req.h"

/* Connects to what a worker needs; slow: it is of the slow pool. */
bool serve_open(bool slow);
void serve_close(void);
/* Answers a request: fills rq->status, rq->head and rq->out. */
void serve(struct req *rq);
/* After the answer was sent: the log line. */
void serve_done(struct req *rq);

#endif
