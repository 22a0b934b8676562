/* A connection beside that of the process.  See pg_side.h. */
#include "pg_side.h"

#include "clock.h"
#include "crashpoint.h"
#include "log.h"
#include "pg_args.h"
#include "pg_link.h"

#include <poll.h>

#define QUIET (10 * SECOND_US) /* between two complaints of the same */
#define SILENCE_US (7 * SECOND_US) /* longer than any statement here */

static int64_t complained = -QUIET;

PGconn *
pg_side_try(const char *who, int statement_ms, char *why, size_t n)
{
	char settings[160];
	PGconn *conn;

	snprintf(settings, sizeof(settings), "statement_timeout=%d\n"
	    "idle_in_transaction_session_timeout=0\n"
	    "search_path=public\ntimezone=UTC", statement_ms);
	CRASHPOINT("before", who);
	conn = pg_link_connect(who, "2", settings, why, n);
	CRASHPOINT("after", who);
	if (conn != NULL)
		PQsetErrorVerbosity(conn, PQERRORS_SQLSTATE); /* for the log */
	return conn;
}

PGconn *
pg_side_open(const char *who, int statement_ms)
{
	char why[400];
	PGconn *conn = pg_side_try(who, statement_ms, why, sizeof(why));

	if (conn == NULL && clock_mono() - complained > QUIET) {
		log_warn("%s postgres=%s", who, why);
		complained = clock_mono();
	}
	return conn;
}

void
pg_side_close(PGconn *conn)
{
	PQfinish(conn);
}

static bool
is_good(const PGresult *r)
{
	ExecStatusType how = PQresultStatus(r);

	if (how == PGRES_TUPLES_OK || how == PGRES_COMMAND_OK)
		return true;
	log_warn("postgres beside=%s",
	    r != NULL ? PQresultErrorMessage(r) : "not connected");
	return false;
}

static bool
say(PGconn *conn, const char *text)
{
	PGresult *r = PQsendQuery(conn, text) == 1 ?
	    pg_link_last(conn, clock_mono() + SILENCE_US) : NULL;
	bool good = is_good(r);

	PQclear(r);
	return good;
}

bool
pg_side_begin(PGconn *conn)
{
	return say(conn, "begin isolation level repeatable read, read only");
}

bool
pg_side_end(PGconn *conn)
{
	return say(conn, "commit");
}

static bool
take_notifications(PGconn *conn)
{
	PGnotify *one;
	bool any = false;

	while (conn != NULL && (one = PQnotifies(conn)) != NULL) {
		PQfreemem(one);
		any = true;
	}
	return any;
}

void
pg_side_wait(PGconn *conn, int64_t until)
{
	struct pollfd p = { .events = POLLIN };
	int64_t left = until - clock_mono();

	/* what was read with an answer is not seen by poll */
	if (left <= 0 || take_notifications(conn))
		return;
	p.fd = conn != NULL ? PQsocket(conn) : -1;
	(void)poll(&p, 1, (int)((left + 999) / 1000));
	if (conn != NULL)
		(void)PQconsumeInput(conn);
	(void)take_notifications(conn);
}

PGresult *
pg_side_run(PGconn *conn, struct arena *mem, struct query q)
{
	Oid types[QUERY_ARGS];
	struct pg_args args;
	PGresult *r = NULL;

	pg_args_types(q.of, types);
	pg_args_of(mem, &q, &args);
	CRASHPOINT("before", q.of->name);
	if (conn != NULL && PQsendQueryParams(conn, q.of->text, q.of->nargs,
	    types, args.values, args.lengths, args.formats, 1) == 1)
		r = pg_link_last(conn, clock_mono() + SILENCE_US);
	CRASHPOINT("after", q.of->name);
	if (is_good(r))
		return r;
	PQclear(r);
	return NULL;
}

bool
pg_side_number(PGconn *conn, struct arena *mem, struct query q, int64_t *out)
{
	PGresult *r = pg_side_run(conn, mem, q);
	bool good = r != NULL && PQntuples(r) == 1 && !PQgetisnull(r, 0, 0);

	if (good)
		*out = PQgetlength(r, 0, 0) == 1 ? PQgetvalue(r, 0, 0)[0] :
		    pg_get_int8(PQgetvalue(r, 0, 0));
	PQclear(r);
	return good;
}
