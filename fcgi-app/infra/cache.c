/* Answers that are kept.  See cache.h. */
#include "cache.h"

#include "cache_tags.h"
#include "cache_wire.h"
#include "clock.h"
#include "conf.h"
#include "etag.h"
#include "ftc_reader.h"
#include "reply.h"

#define TTL_MS 3600000

static struct cache_wire wire;
static uint64_t build;

void
cache_open(void)
{
	cache_wire_open(&wire, REDIS_CACHE);
	/* what a newer program would answer differently has another number */
	build = UINT64_C(1);
}

void
cache_close(void)
{
	redis_close(REDIS_CACHE);
}

struct cache_wire *
cache_wire(void)
{
	return &wire;
}

void
cache_sleep(int64_t until)
{
	int64_t left = until - clock_mono();

	if (left > 0)
		usleep((useconds_t)left);
}

/* --- What is kept: header lines and body -------------------------------- */

static struct str
pack(struct req *rq, size_t from)
{
	struct str body = buf_view(rq->out);
	struct str head = str_sub(buf_view(rq->head), from, rq->head->n);
	uint32_t n = (uint32_t)head.n;
	char *p = arena_alloc(rq->mem, sizeof(n) + head.n + body.n);

	memcpy(p, &n, sizeof(n));
	memcpy(p + sizeof(n), head.p, head.n);
	memcpy(p + sizeof(n) + head.n, body.p, body.n);
	return (struct str){ p, sizeof(n) + head.n + body.n };
}

static void
unpack(struct req *rq, struct str kept)
{
	uint32_t n;

	memcpy(&n, kept.p, sizeof(n));
	buf_str(rq->head, str_sub(kept, sizeof(n), sizeof(n) + n));
	buf_str(reply_json(rq, 200), str_sub(kept, sizeof(n) + n, kept.n));
}

/* --- Reading ------------------------------------------------------------ */

struct reading {
	struct ftc_reader machine;
	struct str tags[FTC_TAGS];
	char key[FTC_KEY + 1];
	struct ftc_fragment fragment;
	enum err outcome;
	size_t head; /* lines that were there before */
};

static struct ftc_event
make_it(struct req *rq, struct reading *r, enum err (*make)(struct req *rq))
{
	struct str *kept = arena_alloc(rq->mem, sizeof(*kept));
	struct ftc_event e;

	r->outcome = make(rq);
	if (r->outcome != OK || rq->status != 200 || !buf_ok(rq->out))
		return cache_wire_event(&wire, FTC_NEXT);
	*kept = pack(rq, r->head);
	e = cache_wire_event(&wire, FTC_BODY);
	e.values = kept;
	e.n = 1;
	return e;
}

static void
tell_etag(struct req *rq, const struct reading *r)
{
	char etag[FTC_ETAG + 1];

	if (r->outcome != OK || rq->status != 200 ||
	    !ftc_reader_etag(&r->machine, 0, etag))
		return;
	reply_header(rq, "ETag", str_of(etag));
	if (etag_is_in(rq->if_none_match, str_of(etag))) {
		buf_reset(rq->out, SIZE_MAX);
		rq->status = 304;
	}
}

static void
run(struct req *rq, struct reading *r, enum err (*make)(struct req *rq))
{
	struct ftc_event e = cache_wire_event(&wire, FTC_START);
	struct ftc_action action;

	for (;;) {
		ftc_reader_step(&r->machine, &e, &action);
		if (action.what == FTC_DONE)
			return;
		if (cache_wire_do(&wire, &action, rq->mem, cache_sleep, &e))
			continue;
		if (action.what == FTC_SERVE) {
			unpack(rq, action.body);
			e = cache_wire_event(&wire, FTC_NEXT);
		} else {
			e = make_it(rq, r, make);
		}
	}
}

enum err
cache_answer(struct req *rq, enum err (*make)(struct req *rq))
{
	struct reading *r;
	size_t n;

	if (!conf.cache || rq->route->method != GET ||
	    rq->route->reads[0] == NULL)
		return make(rq);
	r = arena_alloc(rq->mem, sizeof(*r));
	n = cache_tags_of(rq, r->tags);
	if (n == 0)
		return make(rq);
	r->outcome = OK;
	r->head = rq->head->n;
	cache_tags_key(rq, build, r->key);
	r->fragment = (struct ftc_fragment){ .key = str_of(r->key),
		.tags = r->tags, .n = n, .ttl_ms = TTL_MS };
	ftc_reader_open(&r->machine, &wire.link, build, &r->fragment, 1);
	run(rq, r, make);
	tell_etag(rq, r);
	return r->outcome;
}
