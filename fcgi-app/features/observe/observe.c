/*
 * What the site shows of itself: is it alive, is it ready, its numbers for
 * Prometheus, and how fast it has been lately for everybody.
 */
#include "app.h"
#include "measure.h"
#include "observe/observe.h"

/* 200 always: this process answers. */
static enum err
healthz(struct req *rq)
{
	buf_str(reply_json(rq, 200), STR("{\"status\":\"ok\"}"));
	return OK;
}

static void
percentile(struct buf *b, const char *name, const struct measure_span *span,
    double share)
{
	double us = measure_percentile(span, share);

	if (us < 0)
		buf_printf(b, ",\"%s\":null", name);
	else
		buf_printf(b, ",\"%s\":%.3f", name, us / 1e3);
}

static void
kind(struct buf *b, const char *name, const struct measure_span *span)
{
	json_comma(b);
	buf_printf(b, "{\"kind\":\"%s\",\"requests\":%" PRIu64, name,
	    span->requests);
	percentile(b, "p50_ms", span, 0.5);
	percentile(b, "p95_ms", span, 0.95);
	percentile(b, "p99_ms", span, 0.99);
	buf_byte(b, '}');
}

/* 200 the last minutes in a few numbers. */
static enum err
speed(struct req *rq)
{
	struct measure_span spans[MEASURE_KINDS];
	double seconds = measure_lately(spans);
	struct buf *b = reply_json(rq, 200);
	uint64_t n = 0, kept = 0, hits = 0;
	int i;

	for (i = 0; i < MEASURE_KINDS; i++) {
		n += spans[i].requests;
		kept += spans[i].kept;
		hits += spans[i].hits;
	}
	buf_printf(b, "{\"seconds\":%.0f,\"requests_per_second\":%.2f,"
	    "\"hit_share\":", seconds, (double)n / seconds);
	if (kept > 0)
		buf_printf(b, "%.3f", (double)hits / (double)kept);
	else
		buf_str(b, STR("null"));
	buf_str(b, STR(",\"kinds\":["));
	for (i = 0; i < MEASURE_KINDS; i++)
		kind(b, measure_kind_names[i], &spans[i]);
	buf_str(b, STR("]}"));
	return OK;
}

static const struct route routes[] = {
	{ GET, "/healthz", healthz, NULL, AUTH_NONE, .shape = SHAPE_OTHER,
	    .doc = "Is the application alive? {\"status\": \"ok\"}" },
	{ GET, "/readyz", ready, NULL, AUTH_NONE, .shape = SHAPE_STATE,
	    .doc = "Can it serve? \"ok\" or what is wrong, of Postgres, Redis, "
	    "cache, index, and the disks of media and spool; 503 if it "
	    "cannot." },
	{ GET, "/metrics", metrics, NULL, AUTH_NONE, .shape = SHAPE_TEXT,
	    .doc = "Numbers for Prometheus; 404 to all but this machine." },
	{ GET, "/speed", speed, NULL, AUTH_NONE, .shape = SHAPE_OTHER,
	    .doc = "How fast the site has been in the last minutes, by kind "
	    "of request." },
	ROUTE_END,
};

const struct feature feature_observe = { "observe", routes };
