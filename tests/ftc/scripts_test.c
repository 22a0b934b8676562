/*
 * The scripts in a real Redis against the same in C, which the simulator
 * trusts: random calls, their answers, and then the whole keyspace.
 *
 * Times are a fortnight away, so that nothing lapses in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake_redis.h"
#include "ftc_scripts.h"
#include "rand.h"
#include "redis_server.h"

#define CALLS 70000
#define TAGS 6
#define NAMES 13
#define WRITERS 5
#define FAR_MS INT64_C(1200000000)

static const struct str names[NAMES] = { STR("t:pin:id=1"),
	STR("t:pin:id=11"), STR("t:pin"), STR("t:pin!"),
	STR("t:a b:c=%d.|x"), STR("t:\0\xff:1"), STR("q:abcdef"),
	STR("l:abcdef"), STR("E"), STR("G"), STR("P"), STR("q:other"),
	STR("l:other") };
/* Each is the beginning or the end of another, but for the dot. */
static const struct str writers[WRITERS] = { STR("12.aaaaaaaaaaaaaaaa"),
	STR("112.aaaaaaaaaaaaaaaa"), STR("1.aaaaaaaaaaaaaaaa"),
	STR("12.aaaaaaaaaaaaaaab"), STR("12.%a-aaaaaaaaaaaa.") };
static const struct str epochs[] = {
	STR("nnnnnnnnnnnnnnnnnnnn.0123456789abcdef@"
	    "0123456789012345678901234567890123456789"),
	STR("mmmmmmmmmmmmmmmmmmmm.0123456789abcdef@"
	    "0123456789012345678901234567890123456789"),
	STR("mmmmmmmmmmmmmmmmmmmm.0123456789abcdef@"
	    "9876543210987654321098765432109876543210"),
	STR("%a+"), STR("") };

static struct fake_redis fake;
static struct fake_answer expected;
static char sha[FTC_COMMANDS][41];

static struct {
	enum ftc_command command;
	struct str words[24];
	size_t keys, n;
	char nonce[FTC_NONCE + 1], from[24];
} now;

static size_t
any(size_t n)
{
	return (size_t)rand_below((int64_t)n);
}

static void
add(struct str word)
{
	now.words[now.n++] = word;
}

static void
add_tags(void)
{
	unsigned mask = (unsigned)(any(1U << TAGS) & any(1U << TAGS));
	size_t i;

	for (i = 0; i < TAGS; i++)
		if (mask >> i & 1)
			add(names[i]);
}

static void
add_nonce(void)
{
	rand_text(now.nonce, 15);
	if (any(8) == 0)
		now.nonce[any(FTC_NONCE)] = '%';
	add((struct str){ now.nonce, FTC_NONCE });
}

static void
add_time(void)
{
	snprintf(now.from, sizeof(now.from), "%lld", (long long)(fake.wall_ms +
	    (any(4) == 0 ? -FAR_MS : FAR_MS)));
	add(str_of(now.from));
	add(STR("2000"));
}

static struct str
epoch(void)
{
	return epochs[any(any(4) == 0 ? 5 : 3)];
}

static void
choose_prep(void)
{
	static const struct str locks[] = { STR(""), STR("1"), STR("2") };

	add(names[8]);
	add(names[any(2) ? 7 : 12]);
	add_tags();
	now.keys = now.n;
	add(epoch());
	add_nonce();
	add(STR("900000000"));
	add(locks[any(3)]);
	add(STR("800000000"));
}

static void
choose_writer(void)
{
	add(STR("F"));
	add_tags();
	now.keys = now.n;
	add(writers[any(WRITERS)]);
	if (now.command == FTC_RELEASE)
		add(any(2) ? STR("1") : STR("0"));
	add_nonce();
	if (now.command == FTC_RELEASE)
		add(STR("700000000"));
}

static void
choose_lease(void)
{
	add(names[8]);
	add(names[9]);
	if (now.command == FTC_PUBLISH)
		add(names[10]);
	now.keys = now.n;
	add(epoch());
	add_time();
	if (now.command == FTC_PUBLISH)
		add(any(2) ? STR("token-of-this-one---") :
		    STR("token-of-another----"));
}

static void
choose_plain(void)
{
	static const enum ftc_command plain[] = { FTC_GET, FTC_DEL,
		FTC_SET_ENTRY, FTC_SET_NX_GET, FTC_SET_NX_GET, FTC_DEL };
	static const size_t whose[] = { 8, 9, 9, 10 };

	now.command = plain[any(6)];
	add(names[any(2) ? any(NAMES) : whose[any(4)]]);
	if (now.command == FTC_SET_NX_GET) {
		now.words[0] = names[any(2) ? 10 : 9];
		add(now.words[0].p[0] == 'G' ? epoch() :
		    STR("token-of-this-one---"));
	} else if (now.command == FTC_SET_ENTRY) {
		now.words[0] = names[any(2) ? 6 : 11];
		add(STR("600000000"));
		add(STR("any\0thing"));
	}
	now.keys = 1;
}

static void
choose(void)
{
	static const enum ftc_command often[] = { FTC_PREP, FTC_PREP,
		FTC_FENCE, FTC_RELEASE, FTC_RELEASE, FTC_RELEASE, FTC_RENEW,
		FTC_PUBLISH };

	now.n = 0;
	if (any(6) == 0) {
		choose_plain();
		return;
	}
	now.command = often[any(8)];
	if (now.command == FTC_PREP)
		choose_prep();
	else if (now.command == FTC_FENCE || now.command == FTC_RELEASE)
		choose_writer();
	else
		choose_lease();
}

static const struct redis_reply *
run_script(bool by_id)
{
	struct str words[32];
	char keys[8];
	size_t n = 0, i;

	words[n++] = by_id ? STR("EVALSHA") : STR("EVAL");
	words[n++] = str_of(by_id ? sha[now.command] :
	    ftc_script(now.command));
	snprintf(keys, sizeof(keys), "%zu", now.keys);
	words[n++] = str_of(keys);
	for (i = 0; i < now.n; i++)
		words[n++] = now.words[i];
	return redis_call(REDIS_STATE, words, n);
}

static const struct redis_reply *
run_plain(void)
{
	struct str words[8] = { STR("SET"), now.words[0], now.words[1] };

	switch (now.command) {
	case FTC_SET_ENTRY:
		words[2] = now.words[2];
		words[3] = STR("PX");
		words[4] = now.words[1];
		return redis_call(REDIS_STATE, words, 5);
	case FTC_SET_NX_GET:
		words[3] = STR("NX");
		words[4] = STR("GET");
		return redis_call(REDIS_STATE, words, 5);
	default:
		words[0] = now.command == FTC_GET ? STR("GET") : STR("DEL");
		return redis_call(REDIS_STATE, words, 2);
	}
}

static const struct redis_reply *
run_real(void)
{
	const struct redis_reply *r;

	if (ftc_script(now.command) == NULL)
		return run_plain();
	r = run_script(true);
	return r != NULL && redis_failed(r, "NOSCRIPT") ? run_script(false) :
	    r;
}

static bool
same_text(struct str a, struct str b)
{
	return (a.p == NULL) == (b.p == NULL) && str_eq(a, b);
}

static void
compare_answers(const struct redis_reply *r)
{
	int64_t number;
	size_t i;

	assert_non_null(r);
	if (redis_failed(r, ""))
		fail_msg("%s: %.*s", ftc_script_name(now.command),
		    STR_ARG(redis_text(r)));
	if (now.command == FTC_DEL || now.command == FTC_SET_ENTRY)
		return;
	if (now.command == FTC_GET || now.command == FTC_SET_NX_GET) {
		assert_true(same_text(redis_text(r), expected.values[0]));
		return;
	}
	if (now.command == FTC_PREP) {
		assert_int_equal(redis_count(r), expected.nil ? 0 :
		    expected.n);
		for (i = 0; i < redis_count(r); i++)
			assert_true(same_text(redis_text(redis_item(r, i)),
			    expected.values[i]));
		return;
	}
	assert_true(redis_number(r, &number));
	assert_int_equal(number, expected.number);
}

static void
compare_key(struct str name, int64_t *n)
{
	struct str get[2] = { STR("GET"), name };
	struct str ttl[2] = { STR("PTTL"), name };
	const struct fake_key *k = fake_redis_key(&fake, name);
	const struct redis_reply *r = redis_call(REDIS_STATE, get, 2);
	int64_t left;

	assert_non_null(r);
	assert_true(same_text(redis_text(r), k != NULL ?
	    (struct str){ k->value, k->n } : STR_NONE));
	assert_true(redis_number(redis_call(REDIS_STATE, ttl, 2), &left));
	if (k == NULL)
		assert_int_equal(left, -2);
	else if (!k->has_ttl)
		assert_int_equal(left, -1);
	else
		assert_in_range(left, k->until - fake.wall_ms - 30000,
		    k->until - fake.wall_ms + 30000);
	*n += k != NULL;
}

static void
compare_fences(void)
{
	const struct redis_reply *r = call("HGETALL", "F", NULL);
	size_t i, k;

	assert_int_equal(redis_count(r), 2 * fake.fences_n);
	for (i = 0; i < fake.fences_n; i++) {
		for (k = 0; k < redis_count(r); k += 2)
			if (same_text(redis_text(redis_item(r, k)),
			    (struct str){ fake.fences[i].name,
			    fake.fences[i].name_n }))
				break;
		assert_true(k < redis_count(r));
		assert_true(same_text(redis_text(redis_item(r, k + 1)),
		    (struct str){ fake.fences[i].tags, fake.fences[i].n }));
	}
}

static void
compare_all(void)
{
	int64_t n = fake.fences_n > 0, size;
	size_t i;

	fake.wall_ms = clock_now() / 1000;
	for (i = 0; i < NAMES; i++)
		compare_key(names[i], &n);
	compare_fences();
	assert_true(redis_number(call("DBSIZE", NULL, NULL), &size));
	assert_int_equal(size, n);
}

static void
load_scripts(void)
{
	struct str words[3] = { STR("SCRIPT"), STR("LOAD") };
	struct str id;
	int i;

	for (i = FTC_SCRIPTS; i < FTC_COMMANDS; i++) {
		words[2] = str_of(ftc_script((enum ftc_command)i));
		id = redis_text(redis_call(REDIS_STATE, words, 3));
		assert_int_equal(id.n, 40);
		memcpy(sha[i], id.p, 40);
	}
}

static void
the_same(void **state)
{
	int64_t seen[FTC_COMMANDS][2] = { { 0 } };
	int i;

	(void)state;
	load_scripts();
	fake_redis_open(&fake);
	for (i = 0; i < CALLS; i++) {
		if (any(5000) == 0)
			assert_non_null(call("SCRIPT", "FLUSH", NULL));
		if (any(2000) == 0) {
			assert_non_null(call("FLUSHALL", NULL, NULL));
			fake_redis_flush(&fake);
		}
		fake.wall_ms = clock_now() / 1000;
		choose();
		fake_redis_call(&fake, now.command, now.words, now.keys,
		    now.n, &expected);
		compare_answers(run_real());
		seen[now.command][expected.nil || expected.number == 0]++;
		if (any(20) == 0)
			compare_all();
	}
	compare_all();
	/* Both answers of each were among them. */
	for (i = FTC_SCRIPTS; i < FTC_COMMANDS; i++) {
		print_message("%s: %lld done, %lld refused\n",
		    ftc_script_name((enum ftc_command)i),
		    (long long)seen[i][0], (long long)seen[i][1]);
		assert_true(seen[i][0] > 100);
		assert_true(i == FTC_FENCE || i == FTC_RELEASE ||
		    seen[i][1] > 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_same, set_up),
	};

	return WITH_SERVER(tests);
}
