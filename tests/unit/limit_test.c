/* Rate limits and calls to Redis, with a real redis-server: what is counted,
 * by one process and by many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "redis_server.h"

static void
answers(void **state)
{
	struct str binary[] = { STR("SET"), STR("k\0\r\n$5\r\n"), STR("") };
	const struct redis_reply *r;
	int64_t n;

	(void)state;
	assert_true(str_eq(redis_text(call("PING", NULL, NULL)),
	    STR("PONG")));
	r = redis_call(REDIS_STATE, binary, 3);
	assert_true(str_eq(redis_text(r), STR("OK")));
	binary[0] = STR("GET");
	r = redis_call(REDIS_STATE, binary, 2);
	assert_true(redis_text(r).p != NULL && redis_text(r).n == 0);
	r = call("KEYS", "*", NULL);
	assert_int_equal(redis_count(r), 1);
	assert_true(str_eq(redis_text(redis_item(r, 0)), binary[1]));
	assert_null(redis_text(call("GET", "nothing", NULL)).p);
	r = call("INCR", "n", NULL);
	assert_true(redis_number(r, &n));
	assert_int_equal(n, 1);
	assert_false(redis_failed(r, ""));
	r = call("NONSENSE", NULL, NULL);
	assert_true(redis_failed(r, ""));
	assert_true(redis_failed(r, "ERR"));
	assert_false(redis_failed(r, "NOSCRIPT"));
	assert_false(redis_number(r, &n));
	assert_int_equal(redis_count(r), 0);
}

static void
counts_down(void **state)
{
	int64_t began = clock_mono();
	struct limit_state s;
	int i;

	(void)state;
	for (i = 9; i >= 0; i--) {
		assert_int_equal(take(LIMIT_LOGIN, "203.0.113.9", "a@b.c",
		    &s), OK);
		assert_int_equal(s.limit, 10);
		assert_int_equal(s.remaining, i);
		assert_in_range(s.reset, (10 - i) * 360 - 1, (10 - i) * 360);
		if (i > 0)
			assert_int_equal(s.retry_after, 0);
	}
	assert_int_equal(take(LIMIT_LOGIN, "203.0.113.9", "a@b.c", &s),
	    ERR_LIMIT);
	assert_int_equal(s.limit, 10);
	assert_int_equal(s.remaining, 0);
	/* Rounded up: who waits so long does not come too early. */
	assert_in_range(s.retry_after, 355, 360);
	assert_in_range(s.reset, 3590, 3600);
	if (clock_mono() - began < 900000) {
		assert_int_equal(s.retry_after, 360);
		assert_int_equal(s.reset, 3600);
	}
	/* Another account from there, and this account from elsewhere. */
	assert_int_equal(take(LIMIT_LOGIN, "203.0.113.9", "x@b.c", &s), OK);
	assert_int_equal(s.remaining, 9);
	assert_int_equal(take(LIMIT_LOGIN, "203.0.113.10", "a@b.c", &s),
	    ERR_LIMIT);
	/* Another kind. */
	assert_int_equal(take(LIMIT_WRITE, "203.0.113.9", "a@b.c", &s), OK);
	assert_int_equal(s.limit, 300);
	/* Without an account only the subnet counts. */
	assert_int_equal(take(LIMIT_LOGIN, "203.0.113.9", "", &s), OK);
	assert_int_equal(s.limit, 100);
	assert_int_equal(s.remaining, 100 - 10 - 1 - 1);
}

/* A call that the account's bucket refuses takes nothing from the subnet's,
 * and the other way round. */
static void
both_or_none(void **state)
{
	struct limit_state s;
	char who[32];
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		assert_int_equal(take(LIMIT_LOGIN, "198.51.100.1", "a", &s),
		    OK);
	for (i = 0; i < 50; i++)
		assert_int_equal(take(LIMIT_LOGIN, "198.51.100.1", "a", &s),
		    ERR_LIMIT);
	assert_int_equal(take(LIMIT_LOGIN, "198.51.100.1", "", &s), OK);
	assert_int_equal(s.remaining, 89);
	for (i = 0; i < 89; i++) {
		snprintf(who, sizeof(who), "user %d", i);
		assert_int_equal(take(LIMIT_LOGIN, "198.51.100.1", who, &s),
		    OK);
	}
	for (i = 0; i < 50; i++)
		assert_int_equal(take(LIMIT_LOGIN, "198.51.100.1", "b", &s),
		    ERR_LIMIT);
	assert_int_equal(s.limit, 100);
	assert_int_equal(take(LIMIT_LOGIN, "198.51.100.2", "b", &s), OK);
	assert_int_equal(s.remaining, 9);
}

static void
subnets_count_together(void **state)
{
	struct limit_state s;

	(void)state;
	assert_int_equal(take(LIMIT_SIGNUP, "2001:db8:5:6::1", "", &s), OK);
	assert_int_equal(s.remaining, 19);
	assert_int_equal(take(LIMIT_SIGNUP, "2001:db8:5:6:ffff::9", "", &s),
	    OK);
	assert_int_equal(s.remaining, 18);
	assert_int_equal(take(LIMIT_SIGNUP, "2001:db8:5:7::1", "", &s), OK);
	assert_int_equal(s.remaining, 19);
	assert_int_equal(take(LIMIT_SIGNUP, "192.0.2.1", "", &s), OK);
	assert_int_equal(take(LIMIT_SIGNUP, "::ffff:192.0.2.1", "", &s), OK);
	assert_int_equal(s.remaining, 18);
}

static void
keys_are_short_lived_and_private(void **state)
{
	const struct redis_reply *r;
	struct limit_state s;
	struct str key;
	char name[128];
	int64_t ttl;
	size_t i, n;

	(void)state;
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.77", "kim@example.org",
	    &s), OK);
	r = call("KEYS", "*", NULL);
	n = redis_count(r);
	assert_int_equal(n, 2);
	for (i = 0; i < n; i++) {
		r = call("KEYS", "*", NULL);
		key = redis_text(redis_item(r, i));
		assert_true(str_starts(key, STR("rl:LOGIN:")));
		assert_null(memmem(key.p, key.n, "kim", 3));
		snprintf(name, sizeof(name), "%.*s", STR_ARG(key));
		assert_true(redis_number(call("PTTL", name, NULL), &ttl));
		if (strncmp(name, "rl:LOGIN:u:", 11) == 0)
			assert_in_range(ttl, 359000, 360000);
		else
			assert_in_range(ttl, 8000, 9001);
	}
}

static void
no_bucket(void **state)
{
	struct limit_state s = { 1, 1, 1, 1 };
	int64_t n;

	(void)state;
	assert_int_equal(take(LIMIT_NONE, "192.0.2.1", "a", &s), OK);
	assert_int_equal(s.limit + s.remaining + s.retry_after + s.reset, 0);
	assert_true(redis_number(call("DBSIZE", NULL, NULL), &n));
	assert_int_equal(n, 0);
}

static void
scaled(void **state)
{
	struct limit_state s;

	(void)state;
	conf.limit_scale = 1000000;
	assert_int_equal(take(LIMIT_WRITE, "192.0.2.1", "a", &s), OK);
	assert_int_equal(s.limit, 300000000);
	conf.limit_scale = 1;
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.1", "a", &s), OK);
	assert_int_equal(s.limit, 10);
}

/* A time that no bucket can have - the clock was set back, the setting
 * changed - locks nobody out. */
static void
time_from_the_future(void **state)
{
	struct limit_state s;

	(void)state;
	assert_int_equal(take(LIMIT_SIGNUP, "192.0.2.5", "", &s), OK);
	assert_non_null(call("SET", "rl:SIGNUP:192.0.2.5",
	    "9000000000000000"));
	assert_int_equal(take(LIMIT_SIGNUP, "192.0.2.5", "", &s), OK);
	assert_int_equal(s.remaining, 19);
}

/* 8 processes take at once: together exactly the burst. */
static void
exact_between_processes(void **state)
{
	enum { PROCESSES = 8, TRIES = 60 };
	struct limit_state s;
	int i, j, status, taken = 0, mine;
	pid_t pid[PROCESSES];

	(void)state;
	for (i = 0; i < PROCESSES; i++) {
		pid[i] = fork();
		if (pid[i] != 0)
			continue;
		redis_close(REDIS_STATE);
		for (j = mine = 0; j < TRIES; j++)
			mine += take(LIMIT_UPLOAD, "192.0.2.9", "me", &s) ==
			    OK;
		_exit(mine);
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		taken += WEXITSTATUS(status);
	}
	/* 480 tries for 120 calls, of which one comes back in 30 s. */
	assert_in_range(taken, 120, 121);
	redis_close(REDIS_STATE);
}

static void
script_lost(void **state)
{
	struct limit_state s;

	(void)state;
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.3", "a", &s), OK);
	assert_non_null(call("SCRIPT", "FLUSH", NULL));
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.3", "a", &s), OK);
	assert_int_equal(s.remaining, 8);
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.3", "a", &s), OK);
	assert_int_equal(s.remaining, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(answers, set_up),
		cmocka_unit_test_setup(counts_down, set_up),
		cmocka_unit_test_setup(both_or_none, set_up),
		cmocka_unit_test_setup(subnets_count_together, set_up),
		cmocka_unit_test_setup(keys_are_short_lived_and_private,
		    set_up),
		cmocka_unit_test_setup(no_bucket, set_up),
		cmocka_unit_test_setup(scaled, set_up),
		cmocka_unit_test_setup(time_from_the_future, set_up),
		cmocka_unit_test_setup(exact_between_processes, set_up),
		cmocka_unit_test_setup(script_lost, set_up),
	};

	return WITH_SERVER(tests);
}
