/*
 * Work for later.
 *
 * A job is a row, added in the transaction that wants it done, so that it is
 * there exactly if the rest is.  `pinwall serve` runs processes that take due
 * jobs, each in a transaction of its own that also removes the row: a job
 * whose process dies is taken again, so a handler must bear being run twice.
 * One that fails is tried again after 2^n seconds, up to 10 times, and is kept
 * as dead after that, with the reason.  Those that may take minutes (LONG_JOB)
 * have a process of their own.
 *
 * Schedules are rows too: whoever finds one due adds its job and moves the
 * time in one statement, so a slot is taken once however many processes run.
 */
#ifndef INFRA_JOBS_H
#define INFRA_JOBS_H

#include "query.h"
#include "req.h"

enum job {
#define JOB(name, kind, handler) JOB_##name,
#include "job.def"
#undef JOB
	JOB_COUNT
};

/* arg: usually the id it is about; data: further JSON, an object, or
 * STR_NONE. */
enum err job_add(struct req *rq, enum job job, int64_t arg, struct str data)
    MUST_CHECK;

/* What a handler gets. */
struct job_row {
	int64_t id, arg;
	struct str data; /* JSON */
};

/* For a handler that finds it is too soon: the same again, in some seconds. */
enum err job_later(struct req *rq, enum job job, const struct job_row *row,
    int64_t seconds) MUST_CHECK;

/* Runs in a request of its own: rq->mem, pg_*; its failure is logged by the
 * caller. */
typedef enum err job_handler(struct req *rq, const struct job_row *job);

#define JOB(name, kind, handler) job_handler handler;
#include "job.def"
#undef JOB

/* By enum job; app.c fills it. */
extern job_handler *const job_handlers[JOB_COUNT];

/* The kinds there are, as the table names them. */
struct texts jobs_kinds(void);
/* The process: takes jobs until SIGTERM, those that take long or the others.
 * Calls ready() once it can. */
int jobs_run(bool (*ready)(void), bool those_that_take_long);
/* Adds a job of that kind; false: there is none, or it could not be added. */
bool jobs_add_now(struct str kind);
/* Runs what is due now, at most n jobs; how many were run, -1 on a fault. */
int jobs_run_due(int n);

#endif
