/* Connections to Postgres.  See pg_link.h. */
#include "pg_link.h"

#include "conf.h"
#include "crashpoint.h"
#include "log.h"
#include "pg_args.h"
#include "pg_hosts.h"
#include "queries.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#define PIPELINE_STEP 64
#define PREPARE_US (5 * SECOND_US)
#define FIRST_US (3 * SECOND_US) /* on a connection */
#define LOCK_MS 10000 /* longer than any statement of the site holds one */

static bool gave_up;
/* Why there is no connection, if the last that was asked for is none. */
static enum { REFUSED, AWAY, UNCLEAR } failed;

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

/* Is there somebody who says no? */
static bool
is_there(void)
{
	const char *keys[] = { "connect_timeout", "dbname", NULL };
	const char *values[] = { "3", conf.database, NULL };

	return PQpingParams(keys, values, 1) == PQPING_OK;
}

/* Settings, and whether changes are taken there.  False: asked in vain. */
static bool
set_all(PGconn *conn, const char *settings, bool *writable)
{
	struct query q = q_link_set(str_of(settings));
	struct pg_args args;
	Oid types[QUERY_ARGS];
	PGresult *r = NULL;
	bool good;

	pg_args_types(q.of, types);
	pg_args_of(NULL, &q, &args);
	if (PQsendQueryParams(conn, q.of->text, q.of->nargs, types,
	    args.values, args.lengths, args.formats, 1) == 1)
		r = pg_link_last(conn, clock_mono() + FIRST_US);
	good = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
	*writable = good && PQgetvalue(r, 0, 0)[0] != 0;
	PQclear(r);
	return good;
}

/* Looks at a connection that was just tried.  False: why says it. */
static bool
will_do(PGconn *conn, bool write, const char *settings, char *why, size_t n)
{
	bool writable;

	if (PQstatus(conn) != CONNECTION_OK) {
		snprintf(why, n, "%s", conn != NULL ? PQerrorMessage(conn) :
		    "a host said nothing just now\n");
		return false;
	}
	/* What goes to the log quotes no row. */
	PQsetErrorVerbosity(conn, PQERRORS_TERSE);
	if (!set_all(conn, settings, &writable)) {
		snprintf(why, n, "%s: %s", PQhost(conn), PQerrorMessage(conn));
		return false;
	}
	if (write && !writable)
		snprintf(why, n, "%s: it takes no changes\n", PQhost(conn));
	return writable || !write;
}

PGconn *
pg_link_connect(const char *who, const char *wait_s, const char *settings,
    char *why, size_t n)
{
	struct pg_hosts hosts;
	PGconn *conn = NULL;
	size_t used = 0;
	int i;

	why[0] = '\0';
	failed = REFUSED;
	if (!pg_hosts_open(&hosts, why, n))
		return NULL;
	for (i = 0; i < hosts.n; i++) {
		conn = pg_hosts_connect(&hosts, i, who, wait_s);
		if (will_do(conn, hosts.write, settings, why + used,
		    n - used)) {
			pg_hosts_keep(&hosts, i);
			break;
		}
		used += strlen(why + used);
		PQfinish(conn);
		conn = NULL;
	}
	/* one of several may lead in a moment */
	failed = hosts.write ? AWAY : UNCLEAR;
	pg_hosts_close(&hosts);
	return conn;
}

static PGconn *
connect_now(const char *settings)
{
	char why[800];
	PGconn *conn;

	CRASHPOINT("before", "connecting");
	conn = pg_link_connect("pinwall", "3", settings, why, sizeof(why));
	CRASHPOINT("after", "connecting");
	if (conn == NULL)
		log_error("postgres-connect %s", why);
	return conn;
}

PGconn *
pg_link_open(int64_t statement_ms, const char *channel,
    PQnoticeReceiver notice)
{
	char settings[1000];
	int64_t lock_ms = statement_ms * 9 / 10;
	PGconn *conn;
	bool good;

	snprintf(settings, sizeof(settings), "statement_timeout=%lld\n"
	    "lock_timeout=%lld\nidle_in_transaction_session_timeout=%lld\n"
	    "plan_cache_mode=force_generic_plan\njit=off\n"
	    "max_parallel_workers_per_gather=0\n"
	    "search_path=public\ntimezone=UTC\n"
	    "pinwall.cache=notice\nclient_min_messages=notice\n"
	    "pinwall.media_url=%s%s/",
	    (long long)statement_ms,
	    (long long)(lock_ms < LOCK_MS ? lock_ms : LOCK_MS),
	    (long long)(statement_ms * 5),
	    conf.media_url[0] == '/' ? conf.public_url : "", conf.media_url);
	conn = connect_now(settings);
	if (conn == NULL)
		return NULL;
	PQsetNoticeReceiver(conn, notice, NULL);
	good = PQenterPipelineMode(conn) == 1 && prepare_all(conn);
	failed = gave_up || PQstatus(conn) == CONNECTION_OK ? REFUSED : AWAY;
	if (PQexitPipelineMode(conn) == 1 && good &&
	    (channel == NULL || pg_link_listen(conn, channel)))
		return conn;
	PQfinish(conn);
	return NULL;
}

bool
pg_link_is_away(void)
{
	return failed == AWAY || (failed == UNCLEAR && !is_there());
}
