/* Rate limits.  See limit.h. */
#include "limit.h"

#include "bucket.h"
#include "clock.h"
#include "conf.h"
#include "log.h"
#include "redis.h"
#include "secret.h"

#include <arpa/inet.h>

#define MOST 2 /* buckets of one call */

static const struct row {
	const char *name;
	int64_t subnet, subnet_s, user, user_s;
} rows[LIMIT_COUNT] = {
#define LIMIT(name, subnet, subnet_s, user, user_s) \
	[LIMIT_##name] = { #name, subnet, subnet_s, user, user_s },
#include "limit.def"
#undef LIMIT
};

/* What a call takes from. */
struct buckets {
	size_t n;
	struct bucket_rate rate[MOST];
	char key[MOST][96];
	int64_t debt[MOST]; /* after the call, or as it was if refused */
};

/*
 * KEYS: the buckets.  ARGV: step and calls of each.  Answer: 1 if it took, and
 * the debts.  The arithmetic is that of bucket.h.  A bucket that would be
 * full later than it can ever be comes from another clock or another
 * setting, and counts as full.
 */
static struct redis_script script = { .text =
    "local t = redis.call('TIME') "
    "local now = t[1] * 1000000 + t[2] "
    "local debt, taken = {}, 1 "
    "for i, key in ipairs(KEYS) do "
    "  local step, calls = ARGV[2 * i - 1] + 0, ARGV[2 * i] + 0 "
    "  debt[i] = math.max((redis.call('GET', key) or 0) - now, 0) "
    "  if debt[i] > step * calls then debt[i] = 0 end "
    "  if debt[i] + step > step * calls then taken = 0 end "
    "end "
    "for i, key in ipairs(KEYS) do "
    "  if taken == 1 then "
    "    debt[i] = debt[i] + ARGV[2 * i - 1] "
    "    redis.call('SET', key, string.format('%.0f', now + debt[i]), "
    "      'PX', math.ceil(debt[i] / 1000)) "
    "  end "
    "end "
    "return {taken, debt[1], debt[2]}" };

static unsigned char key[SECRET_KEY];
static struct bucket_table own;
static bool refused; /* Redis answers, but not with numbers */

void
limit_open(void)
{
	secret_key("limit", key);
}

void
limit_subnet(struct str remote_addr, char out[48])
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;
	const char *done = NULL;

	if (remote_addr.n < sizeof(text)) {
		snprintf(text, sizeof(text), "%.*s", STR_ARG(remote_addr));
		if (inet_pton(AF_INET, text, &four) == 1) {
			done = inet_ntop(AF_INET, &four, out, 48);
		} else if (inet_pton(AF_INET6, text, &six) != 1) {
			;
		} else if (IN6_IS_ADDR_V4MAPPED(&six)) {
			done = inet_ntop(AF_INET, &six.s6_addr[12], out, 48);
		} else {
			memset(&six.s6_addr[8], 0, 8);
			done = inet_ntop(AF_INET6, &six, out, 48);
		}
	}
	if (done == NULL)
		snprintf(out, 48, "other");
}

static void
add_bucket(struct buckets *b, int64_t calls, int64_t seconds,
    const char *name, const char *part, const char *whose)
{
	if (calls == 0)
		return;
	b->rate[b->n] = bucket_rate(calls, seconds, conf.limit_scale);
	snprintf(b->key[b->n], sizeof(b->key[0]), "rl:%s:%s%s", name, part,
	    whose);
	b->n++;
}

static void
list_buckets(struct buckets *b, const struct row *row, struct str remote_addr,
    struct str who)
{
	char subnet[48], hash[17];

	b->n = 0;
	limit_subnet(remote_addr, subnet);
	add_bucket(b, row->subnet, row->subnet_s, row->name, "", subnet);
	if (who.n == 0)
		return;
	snprintf(hash, sizeof(hash), "%016llx",
	    (unsigned long long)secret_hash(key, who.p, who.n));
	add_bucket(b, row->user, row->user_s, row->name, "u:", hash);
}

static const struct redis_reply *
run(const struct buckets *b)
{
	char number[2 * MOST][24];
	struct str keys[MOST], args[2 * MOST];
	size_t i;

	for (i = 0; i < b->n; i++) {
		keys[i] = str_of(b->key[i]);
		snprintf(number[2 * i], sizeof(number[0]), "%lld",
		    (long long)b->rate[i].step_us);
		snprintf(number[2 * i + 1], sizeof(number[0]), "%lld",
		    (long long)b->rate[i].calls);
		args[2 * i] = str_of(number[2 * i]);
		args[2 * i + 1] = str_of(number[2 * i + 1]);
	}
	return redis_script(REDIS_STATE, &script, keys, b->n, args, 2 * b->n);
}

static bool
read_answer(const struct redis_reply *r, struct buckets *b, bool *taken)
{
	int64_t value;
	size_t i;

	if (redis_count(r) != 1 + b->n ||
	    !redis_number(redis_item(r, 0), &value))
		return false;
	*taken = value == 1;
	for (i = 0; i < b->n; i++)
		if (!redis_number(redis_item(r, i + 1), &b->debt[i]))
			return false;
	return true;
}

/* False: Redis is not to be had.  It says itself when it cannot be reached;
 * that it is full or only reads is said here, once. */
static bool
take_shared(struct buckets *b, bool *taken)
{
	const struct redis_reply *r = run(b);

	if (r == NULL)
		return false;
	if (read_answer(r, b, taken)) {
		refused = false;
		return true;
	}
	if (!refused)
		log_warn("limit.refused by=redis answer=%.*s",
		    STR_ARG(redis_text(r)));
	refused = true;
	return false;
}

static void
take_own(struct buckets *b, bool *taken)
{
	uint64_t name[MOST];
	int64_t now = clock_mono();
	size_t i;

	*taken = true;
	for (i = 0; i < b->n; i++) {
		name[i] = secret_hash(key, b->key[i], strlen(b->key[i]));
		b->debt[i] = bucket_debt(&own, name[i], now);
		*taken = *taken && bucket_has(b->rate[i], b->debt[i]);
	}
	for (i = 0; i < b->n && *taken; i++) {
		b->debt[i] += b->rate[i].step_us;
		bucket_set(&own, name[i], now, b->debt[i]);
	}
}

static int64_t
seconds(int64_t us)
{
	return (us + SECOND_US - 1) / SECOND_US;
}

/* The bucket that binds: the emptiest, or the one to wait for. */
static void
tell(const struct buckets *b, struct limit_state *out)
{
	int64_t left, wait;
	size_t i;

	*out = (struct limit_state){ 0 };
	for (i = 0; i < b->n; i++) {
		left = bucket_left(b->rate[i], b->debt[i]);
		wait = seconds(bucket_wait(b->rate[i], b->debt[i]));
		if (i > 0 && (left > out->remaining ||
		    (left == out->remaining && wait <= out->retry_after)))
			continue;
		out->limit = b->rate[i].calls;
		out->remaining = left;
		out->retry_after = wait;
		out->reset = seconds(b->debt[i]);
	}
}

enum err
limit_take(enum limit kind, struct str remote_addr, struct str who,
    struct limit_state *out)
{
	struct buckets b;
	bool taken = true;

	list_buckets(&b, &rows[kind], remote_addr, who);
	if (b.n > 0 && !take_shared(&b, &taken))
		take_own(&b, &taken);
	tell(&b, out);
	return taken ? OK : ERR_LIMIT;
}
