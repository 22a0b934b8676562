/* The jobs process. */
#include "jobs.h"

#include "clock.h"
#include "conf.h"
#include "log.h"
#include "pg.h"
#include "reply.h"
#include "work.h"

#include <malloc.h>
#include <signal.h>

#define TRIES 10
#define MEMORY (64 << 20) /* of one job */

static const char *const kinds[] = {
#define JOB(name, kind, handler) kind,
#include "job.def"
#undef JOB
};

static const struct str long_kinds[] = {
#define JOB(name, kind, handler)
#define LONG_JOB(name, kind, handler) { kind, sizeof(kind) - 1 },
#include "job.def"
#undef JOB
};
#define LONG_KINDS ((int)(sizeof(long_kinds) / sizeof(long_kinds[0])))

static volatile sig_atomic_t stopping;

enum err
job_add(struct req *rq, enum job job, int64_t arg, struct str data)
{
	return pg_run(rq, q_jobs_add(str_of(kinds[job]), arg,
	    data.p != NULL ? data : STR("{}")), NULL);
}

struct texts
jobs_kinds(void)
{
	static struct str names[JOB_COUNT];
	int i;

	for (i = 0; i < JOB_COUNT; i++)
		names[i] = str_of(kinds[i]);
	return (struct texts){ names, JOB_COUNT };
}

enum err
job_later(struct req *rq, enum job job, const struct job_row *row,
    int64_t seconds)
{
	return pg_run(rq, q_jobs_later(str_of(kinds[job]), row->arg,
	    row->data, seconds), NULL);
}

static job_handler *
handler_of(struct str kind)
{
	int i;

	for (i = 0; i < JOB_COUNT; i++)
		if (str_eq(kind, str_of(kinds[i])))
			return job_handlers[i];
	return NULL;
}

static enum err
run_handler(struct req *rq, const struct row *row, int64_t *id)
{
	struct job_row job = { row_int(row, "id"), row_int(row, "arg"),
		row_text(row, "data") };
	struct str kind = row_text(row, "kind");
	job_handler *handler = handler_of(kind);
	int64_t began = clock_mono();
	enum err e;

	*id = job.id;
	if (handler == NULL)
		return fail(rq, ERR_INTERNAL, "no handler for job kind %.*s",
		    STR_ARG(kind));
	e = handler(rq, &job);
	log_info("job id=%lld kind=%.*s outcome=%s us=%lld", (long long)job.id,
	    STR_ARG(kind), err_code(e), (long long)(clock_mono() - began));
	return e == OK ? pg_run(rq, q_jobs_done(job.id), NULL) : e;
}

/* Which jobs a process takes. */
enum which { ALL, QUICK, LONG };

static struct query
take(enum which which)
{
	return q_jobs_take((struct texts){ long_kinds,
	    which == ALL ? 0 : LONG_KINDS }, which == LONG);
}

/* Takes one due job.  ERR_NOT_FOUND: there was none. */
static enum err
run_one(struct work *w, enum which which)
{
	struct req rq;
	struct row row;
	int64_t id = 0;
	enum err e;

	work_begin(w, &rq, "job");
	e = pg_row(&rq, take(which), &row);
	if (e == OK)
		e = run_handler(&rq, &row, &id);
	e = pg_finish(&rq, e);
	if (e == OK || id == 0)
		return e;
	work_begin(w, &rq, "job");
	e = pg_run(&rq, q_jobs_failed(id, TRIES, str_of(err_code(e))), NULL);
	e = pg_finish(&rq, e);
	return e;
}

/* Adds the jobs of schedules that are due. */
static enum err
tick(struct work *w)
{
	struct req rq;
	enum err e;

	work_begin(w, &rq, "job");
	e = pg_run(&rq, q_jobs_schedule(), NULL);
	return pg_finish(&rq, e);
}

static void
on_term(int number)
{
	(void)number;
	stopping = 1;
}

bool
jobs_add_now(struct str kind)
{
	struct work w;
	struct req rq;
	enum err e = ERR_NOT_FOUND;
	int i;

	work_open(&w, MEMORY);
	work_begin(&w, &rq, "job");
	for (i = 0; i < JOB_COUNT; i++)
		if (str_eq(kind, str_of(kinds[i])))
			e = job_add(&rq, (enum job)i, 0, STR_NONE);
	e = pg_finish(&rq, e);
	work_close(&w);
	return e == OK;
}

int
jobs_run_due(int n)
{
	struct work w;
	enum err e = OK;
	int done = 0;

	work_open(&w, MEMORY);
	while (done < n && (e = run_one(&w, ALL)) == OK)
		done++;
	work_close(&w);
	return e == OK || e == ERR_NOT_FOUND ? done : -1;
}

int
jobs_run(bool (*ready)(void), bool those_that_take_long)
{
	enum which which = those_that_take_long ? LONG : QUICK;
	struct sigaction sa = { .sa_handler = on_term };
	struct work w;
	int64_t ticked = 0;
	bool worked = false;
	enum err e;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	if (!pg_open_soon(60000) || !pg_listen("job") || !ready())
		return 1;
	work_open(&w, MEMORY);
	while (!stopping) {
		if (clock_mono() - ticked > 10 * SECOND_US) {
			ticked = clock_mono();
			e = tick(&w);
			if (e != OK)
				log_warn("schedule outcome=%s", err_code(e));
		}
		e = run_one(&w, which);
		log_flush();
		if (e != OK && worked)
			malloc_trim(0); /* what a large job left behind */
		worked = e == OK;
		if (e != OK && !stopping)
			pg_wait(1000);
	}
	work_close(&w);
	pg_close();
	return 0;
}
