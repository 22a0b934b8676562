/* Connections to Postgres.  See pg_link.h. */
#include "pg_link.h"

#include "conf.h"
#include "crashpoint.h"
#include "log.h"
#include "pg_args.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#define PIPELINE_STEP 64
#define PREPARE_US (5 * SECOND_US)
#define LOCK_MS 10000 /* longer than any statement of the site holds one */

static bool gave_up;

/* Until a result can be taken without waiting. */
static void
await(PGconn *conn, int64_t deadline)
{
	struct pollfd p = { .fd = PQsocket(conn), .events = POLLIN };
	int64_t left;

	gave_up = false;
	while (PQisBusy(conn) == 1) {
		left = deadline - clock_mono();
		if (left <= 0) {
			log_error("postgres-silent");
			gave_up = true;
			shutdown(p.fd, SHUT_RDWR);
			return;
		}
		if (poll(&p, 1, (int)((left + 999) / 1000)) > 0 &&
		    PQconsumeInput(conn) != 1)
			return;
	}
}

PGresult *
pg_link_next(PGconn *conn, int64_t deadline)
{
	await(conn, deadline);
	return PQgetResult(conn);
}

PGresult *
pg_link_last(PGconn *conn, int64_t deadline)
{
	PGresult *r, *last = NULL;
	bool silent = false;

	while ((r = pg_link_next(conn, deadline)) != NULL) {
		silent = silent || gave_up;
		PQclear(last);
		last = r;
		if (PQstatus(conn) != CONNECTION_OK)
			break;
	}
	gave_up = gave_up || silent;
	return last;
}

bool
pg_link_gave_up(void)
{
	return gave_up;
}

/* Takes the answers of a pipeline up to its sync; the first error is logged. */
static bool
pipeline_good(PGconn *conn)
{
	int64_t deadline = clock_mono() + PREPARE_US;
	PGresult *r;
	bool good = true;
	int nulls = 0;
	ExecStatusType st;

	for (;;) {
		r = pg_link_next(conn, deadline);
		if (gave_up)
			log_error("prepare: no answer; does somebody hold a "
			    "lock on a table?");
		if (r == NULL) {
			/* one after each statement; two: nothing will come */
			if (++nulls > 1 || PQstatus(conn) != CONNECTION_OK)
				return false;
			continue;
		}
		nulls = 0;
		st = PQresultStatus(r);
		if (st == PGRES_FATAL_ERROR && good) {
			log_error("prepare %s", PQresultErrorMessage(r));
			good = false;
		}
		PQclear(r);
		if (st == PGRES_PIPELINE_SYNC)
			return good;
	}
}

static bool
send_prepare(PGconn *conn, const struct statement *s, const char *text,
    const char *suffix)
{
	Oid types[QUERY_ARGS];
	char name[80];

	snprintf(name, sizeof(name), "%s%s", s->name, suffix);
	pg_args_types(s, types);
	return PQsendPrepare(conn, name, text, s->nargs, types) == 1;
}

static bool
prepare_all(PGconn *conn)
{
	const struct statement *s;
	bool good = PQsendPrepare(conn, "begin", "begin", 0, NULL) == 1 &&
	    PQsendPrepare(conn, "commit", "commit", 0, NULL) == 1 &&
	    PQsendPrepare(conn, "rollback", "rollback", 0, NULL) == 1;
	int i;

	for (i = 0; good && i < statements_n; i++) {
		s = statements[i];
		good = send_prepare(conn, s, s->text, "") &&
		    (s->back == NULL ||
		    send_prepare(conn, s, s->back, "_back"));
		if (good && i % PIPELINE_STEP == PIPELINE_STEP - 1)
			good = PQpipelineSync(conn) == 1 &&
			    pipeline_good(conn);
	}
	return good && PQpipelineSync(conn) == 1 && pipeline_good(conn);
}

bool
pg_link_listen(PGconn *conn, const char *channel)
{
	char text[80];
	PGresult *r = NULL;
	bool good;

	snprintf(text, sizeof(text), "listen %s", channel);
	if (PQsendQuery(conn, text) == 1)
		r = pg_link_last(conn, clock_mono() + PREPARE_US);
	good = PQresultStatus(r) == PGRES_COMMAND_OK;
	if (!good)
		log_error("postgres-listen %s", PQerrorMessage(conn));
	PQclear(r);
	return good;
}

static PGconn *
connect_by(const char *options)
{
	/* what stands before dbname may be said otherwise by the setting */
	const char *keys[] = { "connect_timeout", "dbname", "options",
		"application_name", "client_encoding", NULL };
	const char *values[] = { "3", conf.database, options, "pinwall",
		"UTF8", NULL };
	PGconn *conn;

	CRASHPOINT("before", "connecting");
	conn = PQconnectdbParams(keys, values, 1);
	CRASHPOINT("after", "connecting");
	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	log_error("postgres-connect %s", PQerrorMessage(conn));
	PQfinish(conn);
	return NULL;
}

PGconn *
pg_link_open(int64_t statement_ms, const char *channel,
    PQnoticeReceiver notice)
{
	char options[1000];
	int64_t lock_ms = statement_ms * 9 / 10;
	PGconn *conn;
	bool good;

	snprintf(options, sizeof(options), "-c statement_timeout=%lld "
	    "-c lock_timeout=%lld -c idle_in_transaction_session_timeout=%lld "
	    "-c plan_cache_mode=force_generic_plan -c jit=off "
	    "-c max_parallel_workers_per_gather=0 "
	    "-c search_path=public -c timezone=UTC "
	    "-c pinwall.cache=notice -c client_min_messages=notice "
	    "-c pinwall.media_url=%s%s/",
	    (long long)statement_ms,
	    (long long)(lock_ms < LOCK_MS ? lock_ms : LOCK_MS),
	    (long long)(statement_ms * 5),
	    conf.media_url[0] == '/' ? conf.public_url : "", conf.media_url);
	conn = connect_by(options);
	if (conn == NULL)
		return NULL;
	/* What goes to the log quotes no row. */
	PQsetErrorVerbosity(conn, PQERRORS_TERSE);
	PQsetNoticeReceiver(conn, notice, NULL);
	good = PQenterPipelineMode(conn) == 1 && prepare_all(conn);
	if (PQexitPipelineMode(conn) == 1 && good &&
	    (channel == NULL || pg_link_listen(conn, channel)))
		return conn;
	PQfinish(conn);
	return NULL;
}

bool
pg_link_is_away(void)
{
	const char *keys[] = { "connect_timeout", "dbname", NULL };
	const char *values[] = { "3", conf.database, NULL };

	return PQpingParams(keys, values, 1) != PQPING_OK;
}
