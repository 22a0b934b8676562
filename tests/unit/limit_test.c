/*
 * Rate limits and the connection to Redis, with a real redis-server of its
 * own in a temporary folder: many processes at once, and a server that is
 * slow, full, restarted, stopped or gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"
#include "limit.h"
#include "place.h"
#include "redis.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static char socket_path[80];
static pid_t server;

static const struct redis_reply *
call(const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	return redis_call(words, three != NULL ? 3 : two != NULL ? 2 : 1);
}

static void
run_server(void)
{
	server = fork();
	assert_true(server >= 0);
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(1);
		execlp("redis-server", "redis-server", "--port", "0",
		    "--unixsocket", socket_path, "--save", "", "--appendonly",
		    "no", "--dir", place, "--daemonize", "no",
		    "--maxmemory-policy", "noeviction", (char *)NULL);
		_exit(127);
	}
}

static void
start_server(void)
{
	int64_t until = clock_mono() + 10 * SECOND_US;

	run_server();
	do {
		usleep(20000);
		redis_close();
	} while (call("PING", NULL, NULL) == NULL && clock_mono() < until);
	assert_non_null(call("PING", NULL, NULL));
}

static void
stop_server(void)
{
	int status;

	if (server == 0)
		return;
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	unlink(socket_path);
	server = 0;
}

static int
set_up(void **state)
{
	(void)state;
	if (server == 0)
		start_server();
	redis_close();
	assert_non_null(call("FLUSHALL", NULL, NULL));
	return 0;
}

static enum err
take(enum limit kind, const char *address, const char *who,
    struct limit_state *out)
{
	return limit_take(kind, str_of(address), str_of(who), out);
}

static void
answers(void **state)
{
	struct str binary[] = { STR("SET"), STR("k\0\r\n$5\r\n"), STR("") };
	const struct redis_reply *r;
	int64_t n;

	(void)state;
	assert_true(str_eq(redis_text(call("PING", NULL, NULL)),
	    STR("PONG")));
	r = redis_call(binary, 3);
	assert_true(str_eq(redis_text(r), STR("OK")));
	binary[0] = STR("GET");
	r = redis_call(binary, 2);
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
		assert_in_range(s.reset, (10 - i) * 90 - 1, (10 - i) * 90);
		if (i > 0)
			assert_int_equal(s.retry_after, 0);
	}
	assert_int_equal(take(LIMIT_LOGIN, "203.0.113.9", "a@b.c", &s),
	    ERR_LIMIT);
	assert_int_equal(s.limit, 10);
	assert_int_equal(s.remaining, 0);
	/* Rounded up: who waits so long does not come too early. */
	assert_in_range(s.retry_after, 85, 90);
	assert_in_range(s.reset, 890, 900);
	if (clock_mono() - began < 900000) {
		assert_int_equal(s.retry_after, 90);
		assert_int_equal(s.reset, 900);
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
			assert_in_range(ttl, 89000, 90000);
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
		redis_close();
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
	redis_close();
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
	assert_in_range(s.retry_after, 85, 90);
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
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.8", "in the dark", &s), OK);
	kill(server, SIGSTOP);
	started = clock_mono();
	for (i = 0; clock_mono() - started < 1900000; i++) {
		t = clock_mono();
		taken += take(LIMIT_LOGIN, "192.0.2.8", "in the dark", &s) == OK;
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
	assert_non_null(redis_call(list, 4));
	for (i = 0; i < 30; i++)
		taken += take(LIMIT_LOGIN, "192.0.2.11", "crowded out", &s) == OK;
	assert_int_equal(taken, 10);
	list[3] = STR("0");
	assert_non_null(redis_call(list, 4));
	assert_int_equal(take(LIMIT_LOGIN, "192.0.2.11", "crowded out", &s), OK);
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
		redis_close();
		conf.redis_state = bad[i];
		assert_null(call("PING", NULL, NULL));
		assert_null(call("PING", NULL, NULL));
	}
	conf.redis_state = was;
	redis_close();
	assert_non_null(call("PING", NULL, NULL));
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
		cmocka_unit_test_setup(restarted, set_up),
		cmocka_unit_test_setup(gone, set_up),
		cmocka_unit_test_setup(stopped, set_up),
		cmocka_unit_test_setup(said_once, set_up),
		cmocka_unit_test_setup(full, set_up),
		cmocka_unit_test_setup(bad_address, set_up),
	};
	int failed;

	place_make();
	signal(SIGPIPE, SIG_IGN);
	snprintf(socket_path, sizeof(socket_path), "%s/redis", place);
	conf.redis_state = socket_path;
	if (!secret_open())
		return 1;
	limit_open();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	stop_server();
	return failed;
}
