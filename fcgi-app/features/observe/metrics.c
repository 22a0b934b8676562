/* Numbers of requests, of calls outside and of the cache.  See observe.h. */
#include "observe/observe.h"

#include "cache_count.h"
#include "measure.h"
#include "shared.h"

void
metrics_begin(struct buf *b, const char *name, const char *kind,
    const char *help)
{
	buf_printf(b, "# HELP pinwall_%s %s\n# TYPE pinwall_%s %s\n",
	    name, help, name, kind);
}

void
metrics_one(struct buf *b, const char *name, const char *kind,
    const char *help, double n)
{
	metrics_begin(b, name, kind, help);
	buf_printf(b, "pinwall_%s %.17g\n", name, n);
}

static uint64_t
count_of(measure_row row)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i <= MEASURE_BOUNDS; i++)
		n += row[i];
	return n;
}

/* The lines of one histogram; labels: `route="/pins"`. */
static void
histogram(struct buf *b, const char *name, struct str labels, measure_row row)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < MEASURE_BOUNDS; i++) {
		n += row[i];
		buf_printf(b, "pinwall_%s_bucket{%.*s,le=\"%g\"} %" PRIu64
		    "\n", name, STR_ARG(labels),
		    (double)measure_bounds[i] / 1e6, n);
	}
	n += row[MEASURE_BOUNDS];
	buf_printf(b, "pinwall_%s_bucket{%.*s,le=\"+Inf\"} %" PRIu64
	    "\npinwall_%s_sum{%.*s} %.6f\npinwall_%s_count{%.*s} %" PRIu64
	    "\n", name, STR_ARG(labels), n, name, STR_ARG(labels),
	    (double)row[MEASURE_SUM] / 1e6, name, STR_ARG(labels), n);
}

/* Calls write(labels, row) for each route that was asked for. */
static void
each_route(struct req *rq, struct buf *b, void (*write)(struct buf *b,
    struct str labels, measure_row row))
{
	const struct feature *const *f;
	const struct route *r;
	measure_row row;

	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++) {
			row = measure_route(r);
			if (count_of(row) > 0)
				write(b, arena_printf(rq->mem,
				    "method=\"%s\",route=\"%s\"",
				    method_name(r->method), r->path), row);
		}
	row = measure_route(NULL);
	if (count_of(row) > 0)
		write(b, STR("method=\"-\",route=\"-\""), row);
}

static void
statuses(struct buf *b, struct str labels, measure_row row)
{
	uint64_t n;
	int i;

	for (i = 0; i < MEASURE_STATUSES; i++) {
		n = row[MEASURE_MORE + i];
		if (n == 0)
			continue;
		buf_printf(b, "pinwall_requests_total{%.*s,status=\"",
		    STR_ARG(labels));
		if (measure_statuses[i] > 0)
			buf_int(b, measure_statuses[i]);
		else
			buf_str(b, STR("other"));
		buf_printf(b, "\"} %" PRIu64 "\n", n);
	}
}

static void
durations(struct buf *b, struct str labels, measure_row row)
{
	histogram(b, "request_seconds", labels, row);
}

static void
requests(struct req *rq, struct buf *b)
{
	struct counts counts = shared_counts();

	metrics_begin(b, "requests_total", "counter",
	    "Requests answered, by route and status.");
	each_route(rq, b, statuses);
	metrics_begin(b, "request_seconds", "histogram",
	    "How long requests took in the application.");
	each_route(rq, b, durations);
	metrics_one(b, "errors_total", "counter",
	    "Requests answered with a status of 500 and more.",
	    (double)counts.errors);
	metrics_one(b, "answer_bytes_total", "counter",
	    "Bytes of answers' bodies.", (double)counts.bytes);
}

static void
outside(struct buf *b)
{
	metrics_begin(b, "postgres_seconds", "histogram",
	    "How long Postgres took for a statement, or for the end of a "
	    "transaction.");
	histogram(b, "postgres_seconds", STR("what=\"statement\""),
	    measure_outside(MEASURE_STATEMENT));
	histogram(b, "postgres_seconds", STR("what=\"end\""),
	    measure_outside(MEASURE_COMMIT));
	metrics_begin(b, "redis_seconds", "histogram",
	    "How long a call of Redis took: of limits (state), of answers "
	    "(cache), of the guardian (guard).");
	histogram(b, "redis_seconds", STR("of=\"state\""),
	    measure_outside(MEASURE_STATE));
	histogram(b, "redis_seconds", STR("of=\"cache\""),
	    measure_outside(MEASURE_CACHE));
	histogram(b, "redis_seconds", STR("of=\"guard\""),
	    measure_outside(MEASURE_GUARD));
}

static void
reads_of(struct buf *b, const char *what)
{
	int i;

	for (i = 0; i < CACHE_READS; i++)
		buf_printf(b, "pinwall_cache_reads_total{of=\"%s\",how=\"%s\"}"
		    " %" PRIu64 "\n", what, cache_read_names[i],
		    cache_reads(str_of(what), (enum cache_read)i));
}

static void
cache(struct buf *b)
{
	const struct feature *const *f;
	const struct route *r;
	int i;

	metrics_begin(b, "cache_reads_total", "counter", "Answers of routes "
	    "and parts of them that may be kept, and how they were come by.");
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (r->reads[0] != NULL)
				reads_of(b, r->path);
	reads_of(b, "similar");
	metrics_begin(b, "cache_writes_total", "counter",
	    "Transactions, and how the cache was told of them.");
	for (i = 0; i < CACHE_WRITES; i++)
		buf_printf(b, "pinwall_cache_writes_total{how=\"%s\"} %"
		    PRIu64 "\n", cache_write_names[i],
		    cache_writes((enum cache_write)i));
}

static void
guardian(struct buf *b)
{
	static const struct {
		enum cache_guard what;
		const char *name, *help;
	} all[] = {
		{ CACHE_EPOCHS, "cache_epochs_total", "Epochs that the "
		    "guardian of this master began." },
		{ CACHE_RENEWALS, "cache_renewals_total", "Renewals of the "
		    "lease by it." },
		{ CACHE_RESOLVED, "cache_resolved_total", "Fences of writers "
		    "who were gone, resolved by it." },
		{ CACHE_UNCOVERED, "cache_uncovered_total", "Changes that no "
		    "process of the site made, passed on by it." },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		metrics_one(b, all[i].name, "counter", all[i].help,
		    (double)cache_guards(all[i].what));
}

enum err
metrics(struct req *rq)
{
	struct buf *b;

	if (!str_starts(rq->remote_addr, STR("127.")) &&
	    !str_eq(rq->remote_addr, STR("::1")))
		return fail(rq, ERR_NOT_FOUND, "not found");
	b = reply_json(rq, 200);
	reply_header(rq, "Content-Type",
	    STR("text/plain; version=0.0.4; charset=utf-8"));
	requests(rq, b);
	outside(b);
	cache(b);
	guardian(b);
	metrics_site(rq, b);
	return OK;
}
