/*
 * Postgres: the connection, the statements, the transaction.
 *
 * A statement is one round trip: PQexecPrepared.  The first one of a request
 * that writes carries BEGIN with it in a pipeline, which is one round trip
 * too.  COMMIT and ROLLBACK are statements of the connection's own.
 */
#include "pg.h"

#include "cache.h"
#include "clock.h"
#include "conf.h"
#include "crashpoint.h"
#include "log.h"
#include "measure.h"
#include "pg_args.h"
#include "pg_link.h"
#include "reply.h"
#include "touched.h"
#include "words.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <strings.h>

static PGconn *conn;
static struct touched touched; /* by the transaction that is open */
static int64_t statement_ms;
static int64_t again; /* no connecting before */
static const char *listening;

#define AGAIN_US (SECOND_US / 2)
#define END_US (10 * SECOND_US) /* for a COMMIT, on whatever disk */

/* Triggers tell of changes; other notices are no news. */
static void
take_notice(void *arg, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	if (state != NULL && text != NULL && strcmp(state, TOUCHED_STATE) == 0)
		touched_add(&touched, str_of(text));
}

static bool
connect_now(void)
{
	conn = pg_link_open(statement_ms, listening, take_notice);
	return conn != NULL;
}

bool
pg_open(int64_t ms)
{
	statement_ms = ms;
	cache_open();
	return connect_now();
}

bool
pg_open_soon(int64_t ms)
{
	return pg_open(ms) || pg_link_is_away();
}

void
pg_close(void)
{
	PQfinish(conn);
	conn = NULL;
}

/* A broken connection is made anew; after a try that failed, which may take its
 * time where nobody answers, requests are refused at once for a while. */
static bool
connected(void)
{
	if (conn != NULL && PQstatus(conn) == CONNECTION_OK)
		return true;
	if (clock_mono() < again)
		return false;
	pg_close();
	if (connect_now()) {
		log_warn("postgres-reconnected");
		return true;
	}
	again = clock_mono() + AGAIN_US;
	return false;
}

bool
pg_listen(const char *channel)
{
	listening = channel;
	return conn == NULL || pg_link_listen(conn, channel);
}

/* A statement ends by the server's clock; this is for one that is silent. */
static int64_t
patience(void)
{
	return clock_mono() + statement_ms * 1000 + PG_LINK_SPARE_US;
}

void
pg_wait(int milliseconds)
{
	struct pollfd p = { .events = POLLIN };
	PGnotify *n;

	p.fd = conn != NULL ? PQsocket(conn) : -1;
	(void)poll(&p, 1, milliseconds);
	if (conn == NULL || PQconsumeInput(conn) != 1)
		return;
	while ((n = PQnotifies(conn)) != NULL)
		PQfreemem(n);
}

static void
clear(void *result)
{
	PQclear(result);
}

static bool
send_both(const char *name, const struct query *q, const struct pg_args *args)
{
	return PQenterPipelineMode(conn) == 1 &&
	    PQsendQueryPrepared(conn, "begin", 0, NULL, NULL, NULL, 1) == 1 &&
	    PQsendQueryPrepared(conn, name, q->of->nargs, args->values,
	    args->lengths, args->formats, 1) == 1 && PQpipelineSync(conn) == 1;
}

/* BEGIN and the statement in one round trip.  NULL when the connection broke:
 * then it is closed, as libpq may call one good whose pipeline has no end. */
static PGresult *
begin_and_run(const char *name, const struct query *q,
    const struct pg_args *args)
{
	PGresult *r = NULL, *next;
	int64_t deadline = patience();
	bool synced = false;
	int nulls = send_both(name, q, args) ? 0 : 2;

	while (!synced && nulls < 2) {
		next = pg_link_next(conn, deadline);
		nulls = next == NULL ? nulls + 1 : 0;
		if (next == NULL)
			continue;
		synced = PQresultStatus(next) == PGRES_PIPELINE_SYNC;
		if (synced) {
			PQclear(next);
		} else {
			PQclear(r); /* BEGIN's */
			r = next;
		}
	}
	if (synced && PQexitPipelineMode(conn) == 1)
		return r;
	PQclear(r);
	pg_close();
	return NULL;
}

static PGresult *
send(struct req *rq, const struct query *q)
{
	struct pg_args args;
	int64_t began = clock_mono();
	char name[80];
	PGresult *r;

	snprintf(name, sizeof(name), "%s%s", q->of->name,
	    q->back ? "_back" : "");
	pg_args_of(rq->mem, q, &args);
	log_debug("statement id=%s name=%s", rq->id, name);
	rq->statements++;
	rq->round_trips++;
	CRASHPOINT("before", rq->writes ? "a change" : "a read");
	if (rq->writes && !rq->begun)
		r = begin_and_run(name, q, &args);
	else
		r = PQsendQueryPrepared(conn, name, q->of->nargs, args.values,
		    args.lengths, args.formats, 1) == 1 ?
		    pg_link_last(conn, patience()) : NULL;
	CRASHPOINT("after", rq->writes ? "a change" : "a read");
	measure_statement(rq, MEASURE_STATEMENT, name, began);
	return r;
}

static bool
starts(const char *state, const char *class)
{
	return state != NULL && strncmp(state, class, strlen(class)) == 0;
}

/* Did the connection end?  A server that is stopping, or that begins anew
 * after a crash, says so (class 57P) before it closes, and so does a pooler
 * that lost it (class 08); an error without a code is libpq's own, which may
 * not have noticed yet that nobody is there. */
static bool
is_lost(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	if (PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		return false;
	return PQstatus(conn) != CONNECTION_OK || state == NULL ||
	    starts(state, "57P") || starts(state, "08");
}

static enum err
told_by_constraint(struct req *rq, const char *name)
{
	static const struct {
		const char *name, *field, *sentence;
	} known[] = {
#define CONSTRAINT(name, field, sentence) { name, field, sentence },
#include "constraints.def"
#undef CONSTRAINT
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		if (known[i].field != NULL)
			return fail_field(rq, known[i].field, "%s",
			    words_in(rq->lang, known[i].sentence));
		return fail(rq, ERR_CONFLICT, "%s",
		    words_in(rq->lang, known[i].sentence));
	}
	return fail(rq, ERR_CONFLICT, "%s", name);
}

/* What is told of an error: of data that is none (class 22) its code, as the
 * message would quote it. */
static const char *
told(const PGresult *r, const char *state)
{
	return starts(state, "22") ? state :
	    r != NULL ? PQresultErrorMessage(r) : PQerrorMessage(conn);
}

static enum err
judge(struct req *rq, const struct query *q, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);

	if (PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		return OK;
	if (starts(state, "23") && name != NULL)
		return told_by_constraint(rq, name);
	/* A connection that broke before COMMIT has changed nothing. */
	if (starts(state, "57014") || starts(state, "40") ||
	    starts(state, "55P03") || starts(state, "53") || is_lost(r))
		return fail(rq, ERR_BUSY, "%s: %s", q->of->file,
		    told(r, state));
	return fail(rq, ERR_DB, "%s: %s", q->of->file, told(r, state));
}

static enum err
run(struct req *rq, const struct query *q, PGresult **out)
{
	bool fresh = !rq->begun; /* nothing can have been written */
	PGresult *r;

	/* what was begun on a connection ends with it */
	if (fresh ? !connected() : PQstatus(conn) != CONNECTION_OK)
		return fail(rq, ERR_BUSY, "no connection to Postgres");
	r = send(rq, q);
	/* not after a silence: two would be too long */
	if (fresh && is_lost(r) && !pg_link_gave_up()) {
		PQclear(r);
		pg_close();
		if (!connected())
			return fail(rq, ERR_BUSY, "no connection to Postgres");
		r = send(rq, q);
	}
	if (r != NULL)
		arena_defer(rq->mem, clear, r);
	if (rq->writes && PQstatus(conn) == CONNECTION_OK)
		rq->begun = true;
	*out = r;
	return judge(rq, q, r);
}

enum err
pg_rows(struct req *rq, struct query q, struct rows *out)
{
	PGresult *r;
	enum err e = run(rq, &q, &r);

	if (e != OK)
		return e;
	*out = (struct rows){ q.of, r, PQntuples(r) };
	return OK;
}

enum err
pg_row(struct req *rq, struct query q, struct row *out)
{
	enum err e = pg_rows(rq, q, &out->rows);

	out->i = 0;
	if (e == OK && out->rows.n == 0)
		return ERR_NOT_FOUND;
	return e;
}

enum err
pg_run(struct req *rq, struct query q, int64_t *n)
{
	PGresult *r;
	enum err e = run(rq, &q, &r);

	if (e == OK && n != NULL && !str_int(str_of(PQcmdTuples(r)), n))
		*n = PQntuples(r);
	return e;
}

/* Gives fn what a statement that was sent finds; then its last result. */
static PGresult *
take_each(const struct query *q, pg_row_fn *fn, void *arg, enum err *e)
{
	PGresult *r, *last = NULL;
	struct row row = { .rows = { .of = q->of, .n = 1 } };

	while (last == NULL && (r = pg_link_next(conn, patience())) != NULL) {
		row.rows.result = r;
		if (PQresultStatus(r) == PGRES_SINGLE_TUPLE && *e == OK)
			*e = fn(arg, &row);
		if (PQresultStatus(r) == PGRES_SINGLE_TUPLE)
			PQclear(r);
		else
			last = r;
	}
	/* what follows is libpq's word that this was all */
	if (last != NULL && PQstatus(conn) == CONNECTION_OK)
		PQclear(pg_link_last(conn, patience()));
	return last;
}

enum err
pg_each(struct req *rq, struct query q, pg_row_fn *fn, void *arg)
{
	struct pg_args args;
	enum err e = OK, found;
	PGresult *r = NULL;

	assert(rq->begun);
	if (PQstatus(conn) != CONNECTION_OK)
		return fail(rq, ERR_BUSY, "no connection to Postgres");
	pg_args_of(rq->mem, &q, &args);
	rq->statements++;
	rq->round_trips++;
	if (PQsendQueryPrepared(conn, q.of->name, q.of->nargs, args.values,
	    args.lengths, args.formats, 1) == 1 &&
	    PQsetSingleRowMode(conn) == 1)
		r = take_each(&q, fn, arg, &e);
	found = judge(rq, &q, r);
	PQclear(r);
	return found != OK ? found : e;
}

/* Ends the transaction by the named statement; did the server do just that? */
static enum err
end(struct req *rq, const char *how)
{
	int64_t began = clock_mono();
	PGresult *r;
	bool done, lost;

	rq->begun = false;
	rq->round_trips++;
	CRASHPOINT("before", how);
	r = PQsendQueryPrepared(conn, how, 0, NULL, NULL, NULL, 1) == 1 ?
	    pg_link_last(conn, clock_mono() + END_US) : NULL;
	CRASHPOINT("after", how);
	measure_statement(rq, MEASURE_COMMIT, how, began);
	done = PQresultStatus(r) == PGRES_COMMAND_OK &&
	    strcasecmp(PQcmdStatus(r), how) == 0;
	lost = is_lost(r);
	PQclear(r);
	if (done)
		return OK;
	if (lost)
		return fail(rq, ERR_COMMIT_UNKNOWN, "%s: connection lost",
		    how);
	return fail(rq, ERR_DB, "%s: %s", how, PQerrorMessage(conn));
}

static void
log_touched(const struct req *rq)
{
	int i;

	for (i = 0; i < touched.n; i++)
		log_debug("touched id=%s tag=%.*s", rq->id,
		    STR_ARG(touched.tags[i]));
	if (touched.over)
		log_debug("touched id=%s tag=everything", rq->id);
}

static enum err
end_by_commit(struct req *rq)
{
	return end(rq, "commit");
}

static enum err
end_by_rollback(struct req *rq)
{
	return end(rq, "rollback");
}

static enum err
commit(struct req *rq)
{
	static const struct cache_ends ends = { end_by_commit,
		end_by_rollback };
	enum err e;

	log_touched(rq);
	if (conf.cache && (touched.xid != 0 || touched.over))
		e = cache_commit(rq, &touched, &ends);
	else
		e = end_by_commit(rq);
	touched_clear(&touched);
	return e;
}

enum err
pg_commit(struct req *rq)
{
	return rq->begun ? commit(rq) : OK;
}

enum err
pg_finish(struct req *rq, enum err e)
{
	enum err ended;

	if (!rq->begun)
		return e;
	if (e == OK)
		return commit(rq);
	touched_clear(&touched);
	if (PQstatus(conn) == CONNECTION_OK) {
		ended = end(rq, "rollback");
		if (ended != OK)
			pg_close(); /* in no state to go on with */
	}
	rq->begun = false;
	return e;
}
