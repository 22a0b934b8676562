/*
 * The site about itself: is it alive, is it ready, what can be asked of it,
 * and do its counters agree with what they count.
 */
#include "app.h"
#include "meta/metrics.h"
#include "meta/openapi.h"
#include "redis.h"

/* 200 always: this process answers. */
static enum err
healthz(struct req *rq)
{
	buf_str(reply_json(rq, 200), STR("{\"status\":\"ok\"}"));
	return OK;
}

static struct str
state_of(enum redis at)
{
	struct str ping = STR("PING");

	return redis_call(at, &ping, 1) != NULL ? STR("\"ok\"") :
	    STR("\"unreachable\"");
}

/* 200 the database answers; 503 it does not.  Redis and the cache are told,
 * and not needed: without the one limits hold per process, without the other
 * everything is read from the database. */
static enum err
readyz(struct req *rq)
{
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_meta_ping(), &row);

	if (e != OK)
		return e;
	b = reply_json(rq, 200);
	buf_str(b, STR("{\"status\":\"ok\",\"postgres\":\"ok\",\"redis\":"));
	buf_str(b, state_of(REDIS_STATE));
	buf_str(b, STR(",\"cache\":"));
	buf_str(b, state_of(REDIS_CACHE));
	buf_byte(b, '}');
	return OK;
}

/* 200 the OpenAPI document. */
static enum err
openapi(struct req *rq)
{
	openapi_write(reply_json(rq, 200));
	return OK;
}

/* Reports counters that are wrong; it mends nothing, as that would hide why. */
enum err
counters_check_job(struct req *rq, const struct job_row *job)
{
	struct rows rows;
	struct row row;
	enum err e = pg_rows(rq, q_meta_counters(), &rows);
	int i;

	(void)job;
	for (i = 0; e == OK && i < rows.n; i++) {
		row = rows_at(&rows, i);
		log_error("counter %.*s id=%" PRId64 " kept=%" PRId64
		    " counted=%" PRId64, STR_ARG(row_text(&row, "what")),
		    row_int(&row, "id"), row_int(&row, "kept"),
		    row_int(&row, "counted"));
	}
	return e;
}

static const struct route routes[] = {
	{ GET, "/healthz", healthz, NULL, AUTH_NONE, .shape = SHAPE_OTHER,
	    .doc = "Is the application alive? {\"status\": \"ok\"}" },
	{ GET, "/readyz", readyz, NULL, AUTH_NONE, .shape = SHAPE_OTHER,
	    .doc = "Can it serve? The state of Postgres and Redis." },
	{ GET, "/metrics", metrics, NULL, AUTH_NONE, .shape = SHAPE_TEXT,
	    .doc = "Counters for Prometheus; 404 to all but this machine." },
	{ GET, "/openapi.json", openapi, NULL, AUTH_NONE,
	    .shape = SHAPE_OTHER, .doc = "This document." },
	ROUTE_END,
};

const struct feature feature_meta = { "meta", routes };
