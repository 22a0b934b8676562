/* See fake_redis.h. */
#include "fake_redis.h"

#include <assert.h>

void
fake_redis_open(struct fake_redis *f)
{
	f->n = 0;
	memset(f->table, 0, sizeof(f->table));
	fake_redis_flush(f);
}

void
fake_redis_flush(struct fake_redis *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		f->keys[i].here = false;
	f->fences_n = 0;
	f->counter = 0;
}

static struct fake_key *
slot(struct fake_redis *f, struct str name)
{
	struct fake_key *k;
	unsigned h = (unsigned)name.n;
	size_t i;

	for (i = 0; i < name.n; i++)
		h = h * 31 + (unsigned char)name.p[i];
	for (h = (h ^ h >> 8) & 255; f->table[h] != 0; h = (h + 1) & 255) {
		k = &f->keys[f->table[h] - 1];
		if (k->name_n == name.n &&
		    memcmp(k->name, name.p, name.n) == 0)
			return k;
	}
	assert(f->n < FAKE_KEYS && name.n <= FAKE_NAME);
	k = &f->keys[f->n++];
	f->table[h] = (uint8_t)f->n;
	memcpy(k->name, name.p, name.n);
	k->name_n = (uint8_t)name.n;
	k->here = false;
	return k;
}

struct fake_key *
fake_redis_key(struct fake_redis *f, struct str name)
{
	struct fake_key *k = slot(f, name);

	if (k->here && k->has_ttl && f->wall_ms > k->until)
		k->here = false;
	return k->here ? k : NULL;
}

static struct str
get(struct fake_redis *f, struct str name)
{
	struct fake_key *k = fake_redis_key(f, name);

	return k != NULL ? (struct str){ k->value, k->n } : STR_NONE;
}

/* A key that is missing is no value, not even the empty one. */
static bool
is(struct fake_redis *f, struct str name, struct str value)
{
	struct str v = get(f, name);

	return v.p != NULL && str_eq(v, value);
}

/* ttl: milliseconds; 0: none */
static void
set(struct fake_redis *f, struct str name, struct str value, int64_t ttl)
{
	struct fake_key *k = slot(f, name);

	assert(value.n <= sizeof(k->value));
	memmove(k->value, value.p, value.n);
	k->n = (uint16_t)value.n;
	k->here = true;
	k->has_ttl = ttl != 0;
	k->until = f->wall_ms + ttl;
}

static int64_t
number(struct str s)
{
	int64_t v = 0;
	bool good = str_int(s, &v);

	assert(good);
	return v;
}

static void
add_value(struct fake_answer *a, struct str value)
{
	assert(a->n < FAKE_VALUES && a->used + value.n <= FAKE_ANSWER);
	if (value.p == NULL) {
		a->values[a->n++] = STR_NONE;
		return;
	}
	memcpy(a->text + a->used, value.p, value.n);
	a->values[a->n++] = (struct str){ a->text + a->used, value.n };
	a->used += value.n;
}

static void
say(struct fake_answer *a, int64_t v)
{
	a->number = v;
}

/* The stamp that a command brings; of a mutant, a number that Redis counts. */
static struct str
stamp(struct fake_redis *f, struct str given, char room[32])
{
	if (!f->counts)
		return given;
	snprintf(room, 32, "%020llu", (unsigned long long)++f->counter);
	return (struct str){ room, FTC_NONCE };
}

static void
prep(struct fake_redis *f, const struct str *w, size_t keys,
    struct fake_answer *a)
{
	struct str lease = get(f, w[0]), epoch = w[keys], tag, want;
	bool missing[FTC_TAGS];
	char room[32];
	struct str fresh;
	size_t i;

	a->nil = !f->any_epoch && (lease.n <= epoch.n ||
	    !str_starts(lease, epoch) || lease.p[epoch.n] != '#');
	for (i = 2; i < keys && !a->nil; i++) {
		tag = get(f, w[i]);
		a->nil = tag.p != NULL && ftc_is_fenced(tag);
		missing[i - 2] = tag.p == NULL;
	}
	if (a->nil)
		return;
	add_value(a, STR("0"));
	fresh = stamp(f, w[keys + 1], room);
	for (i = 2; i < keys; i++) {
		if (missing[i - 2])
			set(f, w[i], fresh, number(w[keys + 2]));
		add_value(a, get(f, w[i]));
	}
	want = str_eq(w[keys + 3], STR("1")) ?
	    (struct str){ a->text + 1, a->used - 1 } : STR("-");
	if (w[keys + 3].n == 0 || is(f, w[1], want))
		return;
	set(f, w[1], want, number(w[keys + 4]));
	a->text[0] = '1';
}

static struct fake_fence *
find_fence(struct fake_redis *f, struct str name)
{
	size_t i;

	for (i = 0; i < f->fences_n; i++)
		if (f->fences[i].name_n == name.n &&
		    memcmp(f->fences[i].name, name.p, name.n) == 0)
			return &f->fences[i];
	return NULL;
}

static size_t
find_mark(struct str value, struct str name)
{
	size_t at = str_find(value, '|', 0);

	for (; at + name.n < value.n; at = str_find(value, '|', at + 1))
		if (memcmp(value.p + at + 1, name.p, name.n) == 0)
			return at;
	return value.n;
}

static void
fence_tag(struct fake_redis *f, struct str key, struct str name,
    struct str fresh)
{
	struct str v = get(f, key);
	char text[FAKE_VALUE];
	size_t n;

	v = v.p != NULL ? v : fresh;
	if (f->one_owner)
		v = str_sub(v, 0, str_find(v, '|', 0));
	memcpy(text, v.p, v.n);
	n = v.n;
	if (find_mark(v, name) == v.n) {
		assert(n + 1 + name.n <= sizeof(text));
		text[n++] = '|';
		memcpy(text + n, name.p, name.n);
		n += name.n;
	}
	set(f, key, (struct str){ text, n }, 0);
}

static void
fence(struct fake_redis *f, const struct str *w, size_t keys,
    struct fake_answer *a)
{
	struct str name = w[keys];
	struct fake_fence *entry = find_fence(f, name);
	char room[32];
	struct str fresh = stamp(f, w[keys + 1], room);
	size_t i;

	if (entry == NULL) {
		assert(f->fences_n < FAKE_FENCES &&
		    name.n <= FTC_WRITER_MOST);
		entry = &f->fences[f->fences_n++];
		memcpy(entry->name, name.p, name.n);
		entry->name_n = (uint16_t)name.n;
	}
	entry->n = 0;
	for (i = 1; i < keys; i++) {
		fence_tag(f, w[i], name, fresh);
		assert(entry->n + w[i].n + 24 < sizeof(entry->tags));
		entry->n += (uint16_t)snprintf(entry->tags + entry->n, 24,
		    "%zu:", w[i].n);
		memcpy(entry->tags + entry->n, w[i].p, w[i].n);
		entry->n += (uint16_t)w[i].n;
	}
	say(a, 1);
}

static void
release_tag(struct fake_redis *f, struct str key, const struct str *args,
    struct str fresh)
{
	struct str v = get(f, key), name = args[0];
	char text[FAKE_VALUE];
	size_t at, bar, n = 0;

	if (v.p == NULL)
		return;
	at = find_mark(v, name);
	if (f->one_owner && at == v.n && ftc_is_fenced(v))
		return;
	bar = str_find(v, '|', 0);
	if (str_eq(args[1], STR("1"))) {
		memcpy(text, fresh.p, fresh.n);
		n = fresh.n;
	} else {
		memcpy(text, v.p, bar);
		n = bar;
	}
	memcpy(text + n, v.p + bar, at - bar);
	n += at - bar;
	if (at < v.n) {
		at += 1 + name.n;
		memcpy(text + n, v.p + at, v.n - at);
		n += v.n - at;
	}
	v = (struct str){ text, n };
	set(f, key, v, ftc_is_fenced(v) ? 0 : number(args[3]));
}

static void
release(struct fake_redis *f, const struct str *w, size_t keys,
    struct fake_answer *a)
{
	struct fake_fence *entry;
	char room[32];
	struct str fresh = stamp(f, w[keys + 2], room);
	size_t i;

	for (i = 1; i < keys; i++)
		release_tag(f, w[i], w + keys, fresh);
	entry = find_fence(f, w[keys]);
	if (entry != NULL) {
		f->fences_n--;
		if (entry != &f->fences[f->fences_n])
			memcpy(entry, &f->fences[f->fences_n], sizeof(*entry));
	}
	say(a, 1);
}

static void
grant(struct fake_redis *f, const struct str *w, const struct str *args,
    struct fake_answer *a)
{
	char text[FTC_EPOCH + 32];
	int n = snprintf(text, sizeof(text), "%.*s#%.*s", STR_ARG(args[0]),
	    STR_ARG(args[1]));
	int64_t till = number(args[1]) + number(args[2]);

	assert(n > 0 && (size_t)n < sizeof(text));
	set(f, w[0], (struct str){ text, (size_t)n }, till - f->wall_ms);
	say(a, 1);
}

static void
renew(struct fake_redis *f, const struct str *w, struct fake_answer *a)
{
	say(a, 0);
	if (f->wall_ms < number(w[3]) + number(w[4]) &&
	    is(f, w[1], w[2]))
		grant(f, w, w + 2, a);
}

static struct str
server_of(struct str epoch)
{
	return str_sub(epoch, str_find(epoch, '@', 0), epoch.n);
}

static void
publish(struct fake_redis *f, const struct str *w, struct fake_answer *a)
{
	struct str was = get(f, w[1]);

	say(a, 0);
	if (f->wall_ms >= number(w[4]) + number(w[5]) ||
	    (!f->without_token && !is(f, w[2], w[6])))
		return;
	if (was.p != NULL && str_eq(server_of(was), server_of(w[3])))
		return;
	set(f, w[1], w[3], 0);
	grant(f, w, w + 3, a);
	slot(f, w[2])->here = false;
}

static void
plain(struct fake_redis *f, enum ftc_command command, const struct str *words,
    size_t n, struct fake_answer *out)
{
	size_t i;

	switch (command) {
	case FTC_MGET:
	case FTC_GET:
		for (i = 0; i < n; i++)
			add_value(out, get(f, words[i]));
		break;
	case FTC_SET_ENTRY:
		set(f, words[0], words[2], number(words[1]));
		break;
	case FTC_SET_NX_GET:
		add_value(out, get(f, words[0]));
		if (out->values[0].p == NULL)
			set(f, words[0], words[1], 0);
		break;
	case FTC_DEL:
		for (i = 0; i < n; i++)
			slot(f, words[i])->here = false;
		break;
	case FTC_HGETALL:
		for (i = 0; i < f->fences_n; i++) {
			add_value(out, (struct str){ f->fences[i].name,
			    f->fences[i].name_n });
			add_value(out, (struct str){ f->fences[i].tags,
			    f->fences[i].n });
		}
		break;
	case FTC_TIME_OF:
		say(out, f->wall_ms);
		break;
	default:
		assert(!"not a command");
	}
}

void
fake_redis_call(struct fake_redis *f, enum ftc_command command,
    const struct str *words, size_t keys, size_t n, struct fake_answer *out)
{
	out->nil = false;
	out->number = FAKE_VALUES_ONLY;
	out->n = out->used = 0;
	switch (command) {
	case FTC_PREP:
		prep(f, words, keys, out);
		break;
	case FTC_FENCE:
		fence(f, words, keys, out);
		break;
	case FTC_RELEASE:
		release(f, words, keys, out);
		break;
	case FTC_RENEW:
		renew(f, words, out);
		break;
	case FTC_PUBLISH:
		publish(f, words, out);
		break;
	default:
		plain(f, command, words, n, out);
	}
}
