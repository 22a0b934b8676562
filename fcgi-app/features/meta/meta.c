/*
 * The site about itself: what can be asked of it, and do its counters agree
 * with what they count.
 */
#include "app.h"
#include "meta/openapi.h"

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
	{ GET, "/openapi.json", openapi, NULL, AUTH_NONE,
	    .shape = SHAPE_OTHER, .doc = "This document." },
	ROUTE_END,
};

const struct feature feature_meta = { "meta", routes };
