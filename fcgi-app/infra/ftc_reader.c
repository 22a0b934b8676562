/* The reader.  See ftc_reader.h. */
#include "ftc_reader.h"

#include <assert.h>

#define FIRST_POLL_US 5000
#define LONGEST_POLL_US 40000
#define PATIENCE_US 200000
#define FRESH_PART 6

static const struct ftc_fragment *
fragment(const struct ftc_reader *r)
{
	return &r->fragments[r->now_at];
}

static struct ftc_reader_part *
part(struct ftc_reader *r)
{
	return &r->parts[r->now_at];
}

static struct str
stamps_of(const struct ftc_reader *r, size_t i)
{
	return (struct str){ r->stamps[r->parts[i].stamps],
		r->fragments[i].n * FTC_NONCE };
}

void
ftc_reader_open(struct ftc_reader *r, struct ftc_link *link, uint64_t build,
    const struct ftc_fragment *fragments, size_t n)
{
	size_t i, tags = 0;

	assert(n > 0 && n <= FTC_FRAGMENTS);
	r->link = link;
	r->build = build;
	r->fragments = fragments;
	r->n = n;
	r->now_at = 0;
	r->at = FTC_READER_BEGINS;
	r->in_service = r->locked = false;
	for (i = 0; i < n; i++) {
		assert(fragments[i].key.n == FTC_KEY &&
		    fragments[i].n <= FTC_TAGS);
		r->parts[i] = (struct ftc_reader_part){ .stamps = tags };
		tags += fragments[i].n;
	}
	assert(tags <= FTC_READ_TAGS);
}

static void
call(struct ftc_reader *r, enum ftc_command command, size_t keys, size_t n,
    struct ftc_action *out)
{
	out->what = FTC_CALL;
	out->call = (struct ftc_call){ .command = command, .words = r->words,
		.keys = keys, .n = n };
}

static size_t
add_fragment(struct ftc_reader *r, size_t n, const struct ftc_fragment *f)
{
	r->words[n++] = f->light ? STR("E") : f->key;
	memcpy(&r->words[n], f->tags, f->n * sizeof(*f->tags));
	return n + f->n;
}

/* The one trip of a hit. */
static void
ask(struct ftc_reader *r, const struct ftc_event *e, struct ftc_action *out)
{
	size_t n = 1, i;

	r->words[0] = STR("E");
	if (r->at == FTC_READER_ASKS_AGAIN) {
		n = add_fragment(r, n, fragment(r));
		r->words[n++] = (struct str){ r->lock, FTC_KEY };
	} else {
		for (i = 0; i < r->n; i++)
			n = add_fragment(r, n, &r->fragments[i]);
	}
	r->asked = e->now;
	call(r, FTC_MGET, n, n, out);
}

static void
without_cache(struct ftc_reader *r, const struct ftc_event *e)
{
	ftc_link_failed(r->link, e->now);
}

/* Takes the stamps; false: one is missing, or is none. */
static bool
take_stamps(struct ftc_reader *r, size_t i, const struct str *tags)
{
	size_t n = r->fragments[i].n, k;

	for (k = 0; k < n; k++) {
		if (tags[k].p == NULL || tags[k].n != FTC_NONCE)
			return false;
		memcpy(r->stamps[r->parts[i].stamps + k], tags[k].p,
		    FTC_NONCE);
	}
	return true;
}

static bool
any_fenced(const struct str *tags, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (tags[k].p != NULL && ftc_is_fenced(tags[k]))
			return true;
	return false;
}

/* Whether it may be served though its stamps are not those of the tags.  A time
 * in the future is of another clock. */
static bool
may_be_old(const struct ftc_fragment *f, const struct ftc_entry *entry,
    int64_t wall)
{
	return f->stale_ms > 0 && entry->made <= wall &&
	    wall - entry->made < f->stale_ms * INT64_C(1000);
}

/* ... and need not be made anew yet. */
static bool
may_stay_old(const struct ftc_fragment *f, const struct ftc_entry *entry,
    int64_t wall)
{
	return wall - entry->made < f->stale_ms * INT64_C(1000) / FRESH_PART;
}

/* value: the entry, or nil; after it the values of its tags. */
static void
judge(struct ftc_reader *r, size_t i, const struct ftc_event *e,
    const struct str *value)
{
	const struct ftc_fragment *f = &r->fragments[i];
	struct ftc_reader_part *p = &r->parts[i];
	struct ftc_entry entry;
	bool known, all, same;

	known = ftc_entry_open(value[0], &entry) && entry.build == r->build &&
	    memcmp(entry.epoch.p, r->epoch, FTC_NONCE) == 0;
	all = take_stamps(r, i, value + 1);
	same = known && all && str_eq(entry.stamps, stamps_of(r, i));
	p->old = STR_NONE;
	if (known && (same || may_be_old(f, &entry, e->wall)) &&
	    ftc_entry_is_whole(f->key, value[0]))
		p->old = entry.body;
	p->body = p->old;
	p->made = e->wall;
	if (same && p->body.p != NULL)
		p->verdict = FTC_HIT;
	else if (p->old.p != NULL && may_stay_old(f, &entry, e->wall))
		p->verdict = FTC_OUTDATED;
	else if (any_fenced(value + 1, f->n))
		p->verdict = p->old.p != NULL ? FTC_OUTDATED : FTC_THROUGH;
	else if (!all || f->expensive || p->old.p != NULL)
		p->verdict = FTC_UNREADY;
	else
		p->verdict = FTC_FILL;
}

/* The answer of MGET is of use, and there is a lease. */
static bool
is_in_service(struct ftc_reader *r, const struct ftc_event *e, size_t values)
{
	const char *epoch;

	if (e->what != FTC_ANSWER || e->n != values ||
	    e->now - r->asked > FTC_ANSWER_US) {
		without_cache(r, e);
		return false;
	}
	ftc_link_good(r->link);
	if (!ftc_link_lease(r->link, e->values[0], r->asked))
		return false;
	epoch = ftc_link_epoch(r->link).p;
	/* The stamps of other fragments are of the epoch of the first time. */
	if (r->at == FTC_READER_ASKS_AGAIN)
		return memcmp(r->epoch, epoch, FTC_EPOCH) == 0;
	memcpy(r->epoch, epoch, FTC_EPOCH);
	return true;
}

static void
on_answer(struct ftc_reader *r, const struct ftc_event *e)
{
	size_t values = 1, i;

	for (i = 0; i < r->n; i++)
		values += 1 + r->fragments[i].n;
	r->in_service = is_in_service(r, e, values);
	if (!r->in_service)
		return;
	for (i = 0, values = 1; i < r->n; i++) {
		judge(r, i, e, e->values + values);
		values += 1 + r->fragments[i].n;
	}
}

static void
prepare(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	const struct ftc_fragment *f = fragment(r);
	size_t n = 2;

	r->at = FTC_READER_PREPARES;
	memcpy(r->lock, f->key.p, FTC_KEY);
	r->lock[0] = 'l';
	snprintf(r->ttl, sizeof(r->ttl), "%d", FTC_TAG_MS);
	snprintf(r->lock_ttl, sizeof(r->lock_ttl), "%d", FTC_LOCK_MS);
	r->words[0] = STR("E");
	r->words[1] = (struct str){ r->lock, FTC_KEY };
	memcpy(&r->words[2], f->tags, f->n * sizeof(*f->tags));
	n += f->n;
	r->words[n] = (struct str){ r->epoch, FTC_EPOCH };
	r->words[n + 1] = ftc_take(e->fresh);
	r->words[n + 2] = str_of(r->ttl);
	r->words[n + 3] = f->stale_ms > 0 ? STR("2") :
	    f->expensive ? STR("1") : STR("");
	r->words[n + 4] = str_of(r->lock_ttl);
	call(r, FTC_PREP, n, n + 5, out);
}

static void
look_later(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	int64_t pause = FIRST_POLL_US << r->polls;

	if (pause > LONGEST_POLL_US)
		pause = LONGEST_POLL_US;
	else
		r->polls++;
	r->at = FTC_READER_WAITS;
	out->what = FTC_WAIT;
	out->until = e->now + pause < r->patience ? e->now + pause :
	    r->patience;
}

/* What is served or read now; false: nothing, a wait was begun. */
static bool
after_prep(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	struct ftc_reader_part *p = part(r);
	bool old = p->old.p != NULL;

	p->verdict = old ? FTC_OUTDATED : FTC_THROUGH;
	r->locked = false;
	if (e->what != FTC_ANSWER) {
		without_cache(r, e);
		return true;
	}
	if (e->n != 1 + fragment(r)->n ||
	    !take_stamps(r, r->now_at, e->values + 1))
		return true;
	r->locked = str_eq(e->values[0], STR("1"));
	if (r->locked || (!fragment(r)->expensive && !old)) {
		p->verdict = FTC_FILL;
		p->made = e->wall;
		return true;
	}
	if (old)
		return true;
	r->patience = e->now + PATIENCE_US;
	r->polls = 0;
	look_later(r, e, out);
	return false;
}

/* Somebody else makes it: is it there?  Whose lock is gone keeps nothing. */
static bool
after_poll(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	struct ftc_reader_part *p = part(r);
	size_t n = 2 + fragment(r)->n;

	p->verdict = FTC_THROUGH;
	if (!is_in_service(r, e, n + 1))
		return true;
	judge(r, r->now_at, e, e->values + 1);
	if (p->verdict == FTC_UNREADY && p->old.p != NULL)
		p->verdict = FTC_OUTDATED;
	if (p->verdict != FTC_UNREADY)
		return true;
	if (e->now < r->patience && e->values[n].n > 0) {
		look_later(r, e, out);
		return false;
	}
	p->verdict = take_stamps(r, r->now_at, e->values + 2) ? FTC_FILL :
	    FTC_THROUGH;
	return true;
}

static bool
may_store(struct ftc_reader *r, const struct ftc_event *e)
{
	return e->what == FTC_BODY && part(r)->verdict == FTC_FILL &&
	    r->link->up && e->n == 1 && e->values[0].p != NULL &&
	    e->values[0].n <= INT32_MAX;
}

static void
store(struct ftc_reader *r, const struct ftc_event *e, struct ftc_action *out)
{
	struct ftc_entry entry = { r->build, part(r)->made,
		{ r->epoch, FTC_NONCE }, stamps_of(r, r->now_at),
		e->values[0] };

	r->at = FTC_READER_STORES;
	r->locked = false;
	snprintf(r->ttl, sizeof(r->ttl), "%u", fragment(r)->ttl_ms);
	r->words[0] = fragment(r)->key;
	r->words[1] = str_of(r->ttl);
	call(r, FTC_SET_ENTRY, 1, 2, out);
	out->what = FTC_SEND;
	out->call.head = (struct str){ r->head,
		ftc_entry_head(fragment(r)->key, &entry, r->head) };
	out->call.body = e->values[0];
}

/* There is nothing to keep: nobody is to wait for it.  A worker may not delete,
 * but let it lapse. */
static void
unlock(struct ftc_reader *r, struct ftc_action *out)
{
	r->at = FTC_READER_STORES;
	r->locked = false;
	r->words[0] = (struct str){ r->lock, FTC_KEY };
	r->words[1] = STR("1");
	call(r, FTC_SET_ENTRY, 1, 2, out);
	out->what = FTC_SEND;
	out->call.head = out->call.body = STR("");
}

static void
go_on(struct ftc_reader *r, struct ftc_action *out)
{
	enum ftc_verdict v;

	if (r->now_at == r->n) {
		out->what = FTC_DONE;
		return;
	}
	v = part(r)->verdict;
	out->fragment = r->now_at;
	if (v == FTC_HIT || v == FTC_OUTDATED) {
		r->at = FTC_READER_GOES_ON;
		out->what = FTC_SERVE;
		out->stale = v == FTC_OUTDATED;
		out->body = part(r)->body;
	} else {
		r->at = FTC_READER_READS;
		out->what = FTC_READ;
	}
}

/* The fragment whose turn it is: prepared first, if that is to be. */
static void
take_turn(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	if (r->now_at < r->n && part(r)->verdict == FTC_UNREADY) {
		if (r->link->up) {
			prepare(r, e, out);
			return;
		}
		part(r)->verdict = part(r)->old.p != NULL ? FTC_OUTDATED :
		    FTC_THROUGH;
	}
	go_on(r, out);
}

static void
begin(struct ftc_reader *r, const struct ftc_event *e, struct ftc_action *out)
{
	if (ftc_link_rests(r->link, e->now)) {
		take_turn(r, e, out);
	} else if (!r->link->up) {
		r->at = FTC_READER_CONNECTS;
		out->what = FTC_CONNECT;
	} else {
		r->at = FTC_READER_ASKS;
		ask(r, e, out);
	}
}

void
ftc_reader_step(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out)
{
	memset(out, 0, sizeof(*out));
	switch (r->at) {
	case FTC_READER_BEGINS:
		begin(r, e, out);
		return;
	case FTC_READER_CONNECTS:
		if (ftc_link_up(r->link, e)) {
			r->at = FTC_READER_ASKS;
			ask(r, e, out);
			return;
		}
		without_cache(r, e);
		break;
	case FTC_READER_ASKS:
		on_answer(r, e);
		break;
	case FTC_READER_PREPARES:
		if (after_prep(r, e, out))
			go_on(r, out);
		return;
	case FTC_READER_WAITS:
		r->at = FTC_READER_ASKS_AGAIN;
		ask(r, e, out);
		return;
	case FTC_READER_ASKS_AGAIN:
		if (after_poll(r, e, out))
			go_on(r, out);
		return;
	case FTC_READER_READS:
		if (may_store(r, e)) {
			store(r, e, out);
			return;
		}
		if (part(r)->verdict == FTC_FILL && r->locked && r->link->up) {
			unlock(r, out);
			return;
		}
		r->now_at++;
		break;
	case FTC_READER_STORES:
		if (e->what == FTC_FAILED)
			without_cache(r, e);
		r->now_at++;
		break;
	case FTC_READER_GOES_ON:
		r->now_at++;
		break;
	}
	take_turn(r, e, out);
}

void
ftc_reader_skip(struct ftc_reader *r, size_t i)
{
	assert(i > r->now_at && i < r->n);
	if (r->parts[i].verdict != FTC_HIT)
		r->parts[i].verdict = FTC_THROUGH;
}

enum ftc_verdict
ftc_reader_verdict(const struct ftc_reader *r, size_t i)
{
	return r->parts[i].verdict;
}

bool
ftc_reader_etag(const struct ftc_reader *r, size_t i, char out[FTC_ETAG + 1])
{
	enum ftc_verdict v = r->parts[i].verdict;

	if (v != FTC_HIT && v != FTC_FILL)
		return false;
	ftc_key_etag(r->fragments[i].key,
	    (struct str){ r->epoch, sizeof(r->epoch) }, stamps_of(r, i), out);
	return true;
}
