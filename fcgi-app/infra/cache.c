/* Answers that are kept.  See cache.h. */
#include "cache.h"

#include "answer.h"
#include "cache_count.h"
#include "cache_parts.h"
#include "cache_tags.h"
#include "clock.h"
#include "conf.h"
#include "etag.h"
#include "pg.h"
#include "reply.h"

static struct cache_wire wire;

void
cache_open(void)
{
	cache_wire_open(&wire, REDIS_CACHE);
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

/* --- What is kept: header lines and body --------------------------------- */

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

/* --- An answer ----------------------------------------------------------- */

/* Of a shared route that somebody asks for there are three parts: whether he
 * has nothing hidden, the answer of everybody, and his own; otherwise only
 * that. */
struct answering {
	struct cache_parts parts;
	size_t own, shared; /* their places; -1: not asked for */
	struct str tags[FTC_TAGS];
	enum err (*handler)(struct req *rq);
	enum err outcome;
	bool plain;  /* the viewer was known to have nothing hidden */
	size_t used; /* the part that was the answer */
	size_t head; /* header lines that were there before */
};

/* Is part i the one that this viewer gets? */
static bool
is_wanted(const struct answering *a, size_t i)
{
	return i == (a->plain ? a->shared : a->own);
}

/* Whether the viewer has nothing hidden is known now; the other answer is not
 * needed. */
static void
choose(struct answering *a, bool plain)
{
	a->plain = plain;
	ftc_reader_skip(&a->parts.machine, plain ? a->own : a->shared);
}

static void
serve(struct req *rq, void *arg, size_t i, struct str kept)
{
	struct answering *a = arg;

	if (i != a->own && i != a->shared) {
		choose(a, str_eq(kept, STR("1")));
	} else if (is_wanted(a, i) && a->outcome == OK) {
		a->used = i;
		unpack(rq, kept);
	}
}

static struct str
make_scope(struct req *rq, struct answering *a)
{
	struct row row;

	a->outcome = pg_row(rq, q_accounts_plain(rq->user), &row);
	if (a->outcome != OK)
		return STR_NONE;
	/* known only now, so it is not of the instant of what is kept */
	choose(a, false);
	return row_bool(&row, "plain") ? STR("1") : STR("0");
}

static struct str
make(struct req *rq, void *arg, size_t i)
{
	struct answering *a = arg;
	int64_t viewer = rq->user;

	if (i != a->own && i != a->shared)
		return make_scope(rq, a);
	if (!is_wanted(a, i) || a->outcome != OK)
		return STR_NONE;
	a->used = i;
	if (i == a->shared)
		rq->user = 0; /* what everybody gets */
	a->outcome = a->handler(rq);
	rq->user = viewer;
	if (a->outcome != OK || rq->status != 200 || !buf_ok(rq->out))
		return STR_NONE;
	return pack(rq, a->head);
}

/* 304 if the caller has what part i stands for; else false, and where that is
 * answered, what it is called. */
static bool
tell_etag(struct req *rq, const struct answering *a, size_t i, bool answered)
{
	char etag[FTC_ETAG + 1];
	bool had;

	if (!ftc_reader_etag(&a->parts.machine, i, etag))
		return false;
	had = etag_is_among(rq->if_none_match, str_of(etag));
	if (had || answered)
		reply_header(rq, "ETag", str_of(etag));
	if (had)
		(void)reply_json(rq, 304);
	return had;
}

/* One more part; its place. */
static size_t
add(struct cache_parts *parts, const struct str *tags, size_t n)
{
	parts->fragments[parts->n] = (struct ftc_fragment){ .tags = tags,
		.n = n, .ttl_ms = FTC_TAG_MS };
	return parts->n++;
}

/* What is made for one viewer depends on what is his to see as well; these
 * tags stand behind those of the route. */
_Static_assert(2 * ROUTE_TAGS + 2 <= FTC_TAGS, "room for both");

static size_t
add_answer(struct req *rq, struct answering *a, size_t n, int64_t viewer)
{
	size_t i = add(&a->parts, a->tags, viewer != 0 ? n + 2 : n);

	a->parts.fragments[i].expensive = rq->route->expensive;
	cache_tags_key(rq, viewer, a->parts.keys[i]);
	return i;
}

static void
plan(struct req *rq, struct answering *a, size_t n)
{
	size_t scope;

	a->own = a->shared = SIZE_MAX;
	if (rq->user != 0)
		cache_tags_scope(rq, a->tags + n);
	if (rq->user != 0 && rq->route->shared) {
		scope = add(&a->parts, a->tags + n, 2);
		cache_tags_scope_key(rq, a->parts.keys[scope]);
		a->shared = add_answer(rq, a, n, 0);
	}
	a->own = add_answer(rq, a, n, rq->user);
	a->parts.serve = serve;
	a->parts.make = make;
	a->parts.arg = a;
}

/* The part that this viewer gets, by what is kept of him; -1: not known. */
static size_t
part_of_viewer(const struct answering *a)
{
	const struct ftc_reader *m = &a->parts.machine;

	if (a->shared == SIZE_MAX)
		return a->own;
	if (ftc_reader_verdict(m, 0) != FTC_HIT)
		return SIZE_MAX;
	return str_eq(m->parts[0].body, STR("1")) ? a->shared : a->own;
}

static void
set_light(struct req *rq, struct answering *a, bool light)
{
	struct ftc_fragment *f = a->parts.fragments;
	size_t i;

	for (i = a->shared == SIZE_MAX ? 0 : 1; i < a->parts.n; i++) {
		f[i].light = light;
		f[i].expensive = !light && rq->route->expensive;
	}
}

/* Does the caller have this answer?  Its stamps alone say so: nothing of it is
 * taken from Redis, or made. */
static bool
caller_has_it(struct req *rq, struct answering *a)
{
	size_t i;

	/* "*" asks whether there is an answer, which stamps do not tell */
	if (rq->if_none_match.n == 0 ||
	    str_eq(str_trim(rq->if_none_match), STR("*")))
		return false;
	set_light(rq, a, true);
	cache_parts_look(rq, &a->parts);
	set_light(rq, a, false);
	i = part_of_viewer(a);
	return i != SIZE_MAX && tell_etag(rq, a, i, false);
}

static void
note(struct req *rq, enum cache_read how)
{
	rq->cache = cache_read_names[how];
	rq->cache_hit = how == CACHE_HIT || how == CACHE_STALE;
}

enum err
cache_answer(struct req *rq, enum err (*handler)(struct req *rq))
{
	struct answering *a;
	size_t n;

	if (!conf.cache || rq->route->method != GET ||
	    rq->route->reads[0] == NULL)
		return handler(rq);
	a = arena_zalloc(rq->mem, sizeof(*a));
	n = cache_tags_of(rq, rq->route->reads, a->tags);
	if (n == 0)
		return handler(rq);
	a->handler = handler;
	a->outcome = OK;
	a->head = rq->head->n;
	plan(rq, a, n);
	if (caller_has_it(rq, a)) {
		cache_count_read(str_of(rq->route->path), CACHE_HIT);
		note(rq, CACHE_HIT);
		return OK;
	}
	cache_parts_run(rq, &a->parts);
	note(rq, cache_parts_count(&a->parts, a->used,
	    str_of(rq->route->path)));
	if (a->outcome == OK && rq->status == 200)
		(void)tell_etag(rq, a, a->used, true);
	return a->outcome;
}

/* --- A part -------------------------------------------------------------- */

struct piece {
	struct cache_parts parts;
	const struct cache_part *part;
	struct str tags[FTC_TAGS];
	struct str *out;
	enum err outcome;
};

static void
serve_piece(struct req *rq, void *arg, size_t i, struct str kept)
{
	struct piece *p = arg;

	(void)rq;
	(void)i;
	*p->out = kept;
}

static struct str
make_piece(struct req *rq, void *arg, size_t i)
{
	struct piece *p = arg;
	bool keep = true;
	struct buf b;

	(void)i;
	buf_open(&b, 1 << 20);
	p->outcome = p->part->make(rq, p->part->arg, &b, &keep);
	if (p->outcome == OK && !buf_ok(&b))
		p->outcome = fail(rq, ERR_INTERNAL, "part %s over its maximum",
		    p->part->name);
	if (p->outcome == OK)
		*p->out = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
	return p->outcome == OK && keep ? *p->out : STR_NONE;
}

enum err
cache_part_now(struct req *rq, const struct cache_part *part, struct str *out)
{
	struct piece p = { .part = part, .out = out, .outcome = OK };

	(void)make_piece(rq, &p, 0);
	return p.outcome;
}

enum err
cache_part(struct req *rq, const struct cache_part *part, struct str *out)
{
	struct piece *p;
	struct ftc_fragment *f;

	if (!conf.cache || rq->writes)
		return cache_part_now(rq, part, out);
	p = arena_zalloc(rq->mem, sizeof(*p));
	p->part = part;
	p->out = out;
	p->outcome = OK;
	f = &p->parts.fragments[0];
	*f = (struct ftc_fragment){ .tags = p->tags,
		.n = cache_tags_of(rq, part->reads, p->tags),
		.ttl_ms = (uint32_t)part->ttl_s * 1000,
		.stale_ms = (uint32_t)part->stale_s * 1000,
		.expensive = part->expensive };
	cache_tags_part_key(part->name, part->about, p->parts.keys[0]);
	p->parts.n = 1;
	p->parts.serve = serve_piece;
	p->parts.make = make_piece;
	p->parts.arg = p;
	cache_parts_run(rq, &p->parts);
	(void)cache_parts_count(&p->parts, 0, str_of(part->name));
	return p->outcome;
}
