/* Counters for Prometheus.  See metrics.h. */
#include "meta/metrics.h"

#include "cache_count.h"
#include "shared.h"

static void
begin(struct buf *b, const char *name, const char *help)
{
	buf_printf(b, "# HELP pinwall_%s %s\n# TYPE pinwall_%s counter\n",
	    name, help, name);
}

static void
one(struct buf *b, const char *name, const char *help, uint64_t n)
{
	begin(b, name, help);
	buf_printf(b, "pinwall_%s %" PRIu64 "\n", name, n);
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
reads(struct buf *b)
{
	const struct feature *const *f;
	const struct route *r;

	begin(b, "cache_reads_total", "Answers of routes and parts of them "
	    "that may be kept, and how they were come by.");
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (r->reads[0] != NULL)
				reads_of(b, r->path);
	reads_of(b, "similar");
}

static void
writes(struct buf *b)
{
	int i;

	begin(b, "cache_writes_total",
	    "Transactions, and how the cache was told of them.");
	for (i = 0; i < CACHE_WRITES; i++)
		buf_printf(b, "pinwall_cache_writes_total{how=\"%s\"} %"
		    PRIu64 "\n", cache_write_names[i],
		    cache_writes((enum cache_write)i));
}

enum err
metrics(struct req *rq)
{
	struct counts counts = shared_counts();
	struct buf *b;

	if (!str_starts(rq->remote_addr, STR("127.")) &&
	    !str_eq(rq->remote_addr, STR("::1")))
		return fail(rq, ERR_NOT_FOUND, "not found");
	b = reply_json(rq, 200);
	reply_header(rq, "Content-Type", STR("text/plain; version=0.0.4"));
	one(b, "requests_total", "Requests answered.", counts.requests);
	one(b, "errors_total", "Of these, with a status of 500 and more.",
	    counts.errors);
	one(b, "answer_bytes_total", "Bytes of answers' bodies.",
	    counts.bytes);
	reads(b);
	writes(b);
	one(b, "cache_epochs_total", "Epochs that the guardian began.",
	    cache_guards(CACHE_EPOCHS));
	one(b, "cache_renewals_total", "Renewals of the lease.",
	    cache_guards(CACHE_RENEWALS));
	one(b, "cache_resolved_total", "Fences of writers who were gone.",
	    cache_guards(CACHE_RESOLVED));
	one(b, "cache_uncovered_total",
	    "Changes that no process of the site made.",
	    cache_guards(CACHE_UNCOVERED));
	return OK;
}
