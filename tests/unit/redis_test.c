/* Rate limits and the connection to Redis when the server is restarted, gone,
 * stopped, full or was never there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "redis_server.h"

/* Restarted between two calls: nobody notices, and the count starts anew. */
static void
restarted(void **state)
{
	struct limit_state s;

	(void)state;
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.4", "a", &s), OK);
	assert_int_equal(s.remaining, 9);
	usleep(1100000); /* a second attempt within a second is not made */
	stop_server();
	run_server();
	while (access(socket_path, F_OK) != 0)
		usleep(10000);
	usleep(300000);
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.4", "a", &s), OK);
	assert_int_equal(s.remaining, 9);
	/* It was Redis that counted, not the table of this process. */
	assert_int_equal(redis_count(call("KEYS", "rl:LOGIN:*", NULL)), 2);
}

static void
gone(void **state)
{
	struct limit_state s;
	int64_t t, worst = 0;
	int i, taken = 0;

	(void)state;
	stop_server();
	for (i = 0; i < 30; i++) {
		t = clock_mono();
		taken += take(LIMIT_LOGIN, "192.0.2.6", "left alone", &s) == OK;
		t = clock_mono() - t;
		worst = t > worst ? t : worst;
	}
	assert_int_equal(taken, 10);
	assert_int_equal(s.limit, 10);
	assert_in_range(s.retry_after, 355, 360);
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.6", "", &s), OK);
	assert_int_equal(s.remaining, 89); /* both or none here as well */
	assert_true(worst < 250000);
	start_server();
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.6", "left alone", &s), OK);
	assert_int_equal(s.remaining, 9);
}

/* Alive but not answering: one call waits 200 ms, the others not at all, a
 * second later one tries again; after it goes on all is as before. */
static void
stopped(void **state)
{
	struct limit_state s;
	int64_t t, started;
	int i, slow = 0, taken = 0;

	(void)state;
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.8", "unseen", &s), OK);
	kill(server, SIGSTOP);
	started = clock_mono();
	for (i = 0; clock_mono() - started < 1900000; i++) {
		t = clock_mono();
		taken += take(LIMIT_LOGIN, "192.0.2.8", "unseen", &s) == OK;
		t = clock_mono() - t;
		slow += t > 100000;
		if (t > 260000)
			print_error("a call took %lld us\n", (long long)t);
		assert_true(t < 260000);
		usleep(2000);
	}
	kill(server, SIGCONT);
	assert_int_equal(taken, 10);
	assert_in_range(slow, 2, 3);
	usleep(1100000);
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.8", "b", &s), OK);
	assert_int_equal(redis_count(call("KEYS", "rl:LOGIN:u:*", NULL)), 2);
}

static int
count(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* Two outages of many calls each are four lines of the log. */
static void
said_once(void **state)
{
	char path[80], text[4000] = "";
	int was = dup(STDERR_FILENO), i, round;
	struct limit_state s;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/log", place);
	assert_non_null(freopen(path, "w", stderr));
	for (round = 0; round < 2; round++) {
		stop_server();
		for (i = 0; i < 20; i++)
			(void)!take(LIMIT_WRITE, "192.0.2.14", "x", &s);
		start_server();
	}
	fflush(stderr);
	dup2(was, STDERR_FILENO);
	close(was);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_int_equal(count(text, "redis.lost"), 2);
	assert_int_equal(count(text, "redis.back"), 2);
	assert_int_equal(count(text, "\n"), 4);
}

/* Full and not evicting: it answers, but takes nothing. */
static void
full(void **state)
{
	struct limit_state s;
	const char *const words[] = { "CONFIG", "SET", "maxmemory", "1" };
	struct str list[4];
	int i, taken = 0;

	(void)state;
	for (i = 0; i < 4; i++)
		list[i] = str_of(words[i]);
	assert_non_null(redis_call(REDIS_STATE, list, 4));
	for (i = 0; i < 30; i++)
		taken += take(LIMIT_LOGIN, "192.0.2.11", "late", &s) == OK;
	assert_int_equal(taken, 10);
	list[3] = STR("0");
	assert_non_null(redis_call(REDIS_STATE, list, 4));
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.11", "late", &s), OK);
	assert_int_equal(s.remaining, 9);
}

static void
bad_address(void **state)
{
	static const char *const bad[] = { "", "localhost", ":6379",
		"localhost:", "localhost:0", "localhost:99999",
		"/no/such/socket", "127.0.0.1:1" };
	const char *was = conf.redis_state;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		redis_close(REDIS_STATE);
		conf.redis_state = bad[i];
		assert_null(call("PING", NULL, NULL));
		assert_null(call("PING", NULL, NULL));
	}
	conf.redis_state = was;
	redis_close(REDIS_STATE);
	assert_non_null(call("PING", NULL, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(restarted, set_up),
		cmocka_unit_test_setup(gone, set_up),
		cmocka_unit_test_setup(stopped, set_up),
		cmocka_unit_test_setup(said_once, set_up),
		cmocka_unit_test_setup(full, set_up),
		cmocka_unit_test_setup(bad_address, set_up),
	};

	return WITH_SERVER(tests);
}
