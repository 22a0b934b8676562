/* The handles to Redis when the server is killed, stopped, restarted, closes,
 * drips or talks nonsense: how a call ends, how long it takes, and that nobody
 * gets the answer to another's command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "redis_server.h"

#include <sys/socket.h>
#include <sys/un.h>

static int64_t took; /* microseconds of the last call of ends() */

static const struct redis_reply *
cache(const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };
	int64_t t = clock_mono();
	const struct redis_reply *r = redis_call(REDIS_CACHE, words,
	    three != NULL ? 3 : two != NULL ? 2 : 1);

	took = clock_mono() - t;
	return r;
}

static void
ends(enum redis_end want)
{
	const struct redis_reply *r = cache("ECHO", "mine", NULL);

	if (redis_end(REDIS_CACHE) != want)
		print_error("%s, not %s\n",
		    redis_end_name(redis_end(REDIS_CACHE)),
		    redis_end_name(want));
	assert_int_equal(redis_end(REDIS_CACHE), want);
	assert_true((r != NULL) == (want == REDIS_DONE));
	if (r != NULL)
		assert_true(str_eq(redis_text(r), STR("mine")));
}

static void
ends_hurried(enum redis_end want)
{
	redis_hurry(REDIS_CACHE);
	ends(want);
}

static int
begin(void **state)
{
	conf.redis_cache = conf.redis_state;
	redis_close(REDIS_CACHE);
	return set_up(state);
}

/* Refused is said when it was asked just now, and only then. */
static void
killed(void **state)
{
	uint64_t was;
	int i;

	(void)state;
	ends(REDIS_DONE);
	was = redis_connections(REDIS_CACHE);
	kill(server, SIGKILL); /* its socket stays: nobody listens */
	waitpid(server, NULL, 0);
	for (i = 0; i < 20; i++) {
		ends_hurried(REDIS_REFUSED);
		if (took < 20000)
			break;
	}
	assert_true(took < 20000);
	assert_null(redis_run_id(REDIS_CACHE).p);
	ends(REDIS_SOON);
	ends_hurried(REDIS_REFUSED);
	unlink(socket_path); /* and now there is none */
	ends(REDIS_SOON);
	ends_hurried(REDIS_REFUSED);
	usleep(110000);
	ends(REDIS_REFUSED); /* ten times a second without hurry */
	ends(REDIS_SOON);
	assert_int_equal(redis_connections(REDIS_CACHE), was);
	server = 0;
	start_server();
	usleep(110000);
	ends(REDIS_DONE);
	assert_int_equal(redis_connections(REDIS_CACHE), was + 1);
}

/* The kernel's word counts for a Unix socket: there it is the server's. */
static void
refused_by_another_host(void **state)
{
	(void)state;
	conf.redis_cache = "127.0.0.1:1";
	redis_close(REDIS_CACHE);
	ends(REDIS_LOST);
	ends(REDIS_SOON);
}

/* Each attempt takes 100 ms and no more, one a second. */
static void
hangs(void **state)
{
	int64_t until, least = INT64_MAX, quickest = INT64_MAX;
	int slow = 0;
	bool waited;

	(void)state;
	ends(REDIS_DONE);
	kill(server, SIGSTOP);
	until = clock_mono() + 1500000;
	while (clock_mono() < until) {
		assert_null(cache("ECHO", "mine", NULL));
		waited = redis_end(REDIS_CACHE) == REDIS_TIMEOUT;
		assert_true(waited || redis_end(REDIS_CACHE) == REDIS_SOON);
		assert_true(!waited || took > 50000);
		slow += waited;
		/* A busy machine takes its time for one or the other. */
		if (waited && took < least)
			least = took;
		else if (!waited && took < quickest)
			quickest = took;
		usleep(2000);
	}
	assert_int_equal(slow, 2);
	assert_true(least < 180000 && quickest < 1000);
	ends_hurried(REDIS_TIMEOUT); /* connected, but nobody answers */
	assert_true(took > 50000);
	kill(server, SIGCONT);
	ends_hurried(REDIS_DONE);
}

/* What was given up is executed later, and its answer reaches nobody. */
static void
given_up(void **state)
{
	const struct redis_reply *r;
	int64_t n;
	int i;

	(void)state;
	for (i = 1; i <= 3; i++) {
		ends_hurried(REDIS_DONE);
		kill(server, SIGSTOP);
		assert_null(cache("INCR", "given up", NULL));
		assert_int_equal(redis_end(REDIS_CACHE), REDIS_TIMEOUT);
		kill(server, SIGCONT);
		ends_hurried(REDIS_DONE);
		ends(REDIS_DONE);
		r = cache("GET", "given up", NULL);
		assert_non_null(r);
		assert_true(str_int(redis_text(r), &n));
		assert_int_equal(n, i);
	}
}

/* Busy for 300 ms: the same, without a signal. */
static void
busy(void **state)
{
	(void)state;
	ends(REDIS_DONE);
	assert_null(cache("DEBUG", "SLEEP", "0.3"));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_TIMEOUT);
	ends_hurried(REDIS_TIMEOUT);
	usleep(300000);
	ends_hurried(REDIS_DONE);
	ends(REDIS_DONE);
}

/* A sender does not wait for a server that hangs, until the answers that it
 * is owed are many. */
static void
sending_to_one_that_hangs(void **state)
{
	struct str words[] = { STR("INCR"), STR("sent") };
	int64_t t, waited = 0, quickest = INT64_MAX;
	int i, sent = 0, timeouts = 0;
	enum redis_end end;

	(void)state;
	ends(REDIS_DONE);
	kill(server, SIGSTOP);
	for (i = 0; i < 200; i++) {
		t = clock_mono();
		end = redis_send(REDIS_CACHE, words, 2);
		t = clock_mono() - t;
		if (end == REDIS_TIMEOUT)
			waited = t;
		else if (t < quickest)
			quickest = t;
		sent += end == REDIS_DONE;
		timeouts += end == REDIS_TIMEOUT;
	}
	kill(server, SIGCONT);
	assert_int_equal(sent, 64);
	assert_int_equal(timeouts, 1);
	/* It waits for 100 ms; a busy machine is not the server's fault. */
	assert_true(waited > 50000 && waited < 400000 && quickest < 1000);
	ends_hurried(REDIS_DONE);
}

/* Another server: another run id, and whoever asks after the call sees it. */
static void
restarted(void **state)
{
	static struct redis_script script = { .text = "return 'ran'" };
	char was[41];
	uint64_t connections;
	const struct redis_reply *r;

	(void)state;
	ends(REDIS_DONE);
	r = redis_script(REDIS_CACHE, &script, NULL, 0, NULL, 0);
	assert_non_null(r);
	snprintf(was, sizeof(was), "%s", redis_run_id(REDIS_CACHE).p);
	connections = redis_connections(REDIS_CACHE);
	stop_server();
	start_server();
	/* Within a second of the last connection, and in no hurry. */
	ends(REDIS_LOST);
	assert_null(redis_run_id(REDIS_CACHE).p);
	ends(REDIS_SOON);
	redis_hurry(REDIS_CACHE);
	r = redis_script(REDIS_CACHE, &script, NULL, 0, NULL, 0);
	assert_non_null(r);
	assert_true(str_eq(redis_text(r), STR("ran")));
	assert_int_equal(redis_run_id(REDIS_CACHE).n, 40);
	assert_string_not_equal(redis_run_id(REDIS_CACHE).p, was);
	assert_int_equal(redis_connections(REDIS_CACHE), connections + 1);
	/* The same, unseen, and with a script that the new one has not. */
	snprintf(was, sizeof(was), "%s", redis_run_id(REDIS_CACHE).p);
	stop_server();
	start_server();
	redis_hurry(REDIS_CACHE);
	r = redis_script(REDIS_CACHE, &script, NULL, 0, NULL, 0);
	assert_non_null(r);
	assert_true(str_eq(redis_text(r), STR("ran")));
	assert_string_not_equal(redis_run_id(REDIS_CACHE).p, was);
	assert_int_equal(redis_connections(REDIS_CACHE), connections + 2);
}

/* What is sent to a server that has just started is not lost for want of the
 * script. */
static void
script_sent_to_a_new_server(void **state)
{
	static struct redis_script script = { .text =
	    "return redis.call('INCR', KEYS[1])" };
	struct str key = STR("sent");
	int64_t n;

	(void)state;
	assert_non_null(redis_script(REDIS_CACHE, &script, &key, 1, NULL, 0));
	stop_server();
	start_server();
	redis_close(REDIS_CACHE);
	assert_int_equal(redis_script_send(REDIS_CACHE, &script, &key, 1, NULL,
	    0), REDIS_DONE);
	assert_true(redis_number(cache("INCR", "sent", NULL), &n));
	assert_int_equal(n, 2);
}

/* Closed while nobody looked, with answers outstanding: the next call does not
 * notice, and the server is the same. */
static void
closed_while_idle(void **state)
{
	const char *const words[] = { "CLIENT", "KILL", "TYPE", "normal",
		"SKIPME", "yes" };
	struct str list[6], set[] = { STR("SET"), STR("k"), STR("v") };
	char was[41];
	int i;

	(void)state;
	for (i = 0; i < 6; i++)
		list[i] = str_of(words[i]);
	ends(REDIS_DONE);
	snprintf(was, sizeof(was), "%s", redis_run_id(REDIS_CACHE).p);
	assert_int_equal(redis_send(REDIS_CACHE, set, 3), REDIS_DONE);
	usleep(1010000);
	assert_non_null(redis_call(REDIS_STATE, list, 6));
	ends(REDIS_DONE);
	assert_string_equal(redis_run_id(REDIS_CACHE).p, was);
}

/* A server of our own that says what it is told to, to one connection after
 * the other, in answer to each first command after the greeting. */

static int
listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static useconds_t greeting; /* so long it takes to say who it is */

static void
speak(int fd, struct str text, useconds_t before_each, size_t piece)
{
	char heard[4096];
	int c = accept(fd, NULL, NULL);
	size_t i;

	usleep(greeting);
	if (read(c, heard, sizeof(heard)) <= 0 ||
	    write(c, "$-1\r\n", 5) != 5 ||
	    read(c, heard, sizeof(heard)) <= 0)
		_exit(1);
	for (i = 0; i < text.n; i += piece) {
		usleep(before_each);
		(void)!send(c, text.p + i, text.n - i < piece ? text.n - i :
		    piece, MSG_NOSIGNAL);
	}
	close(c);
}

static pid_t
speaker(struct str text, useconds_t before_each, size_t piece)
{
	static char path[96];
	int fd, i;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/speaker", place);
	unlink(path);
	fd = listen_at(path);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (i = 0; i < 2; i++)
			speak(fd, text, before_each, piece);
		_exit(0);
	}
	close(fd);
	conf.redis_cache = path;
	redis_close(REDIS_CACHE);
	return pid;
}

static void
silence(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	redis_close(REDIS_CACHE);
}

static void
drips(void **state)
{
	pid_t pid = speaker(STR("$4\r\nmine\r\n"), 30000, 1);

	(void)state;
	ends(REDIS_TIMEOUT); /* though a byte comes every 30 ms */
	assert_in_range(took, 90000, 160000);
	silence(pid);
	pid = speaker(STR("$4\r\nmine\r\n"), 3000, 1);
	ends(REDIS_DONE);
	silence(pid);
}

static void
nonsense(void **state)
{
	static const struct str said[] = { STR("HTTP/1.1 400 Bad\r\n\r\n"),
		STR("$4\r\nmi"), STR("*3\r\n"), STR("$99999999999999999\r\n"),
		STR("*-7\r\n"), STR(":x\r\n"), STR("\r\n") };
	size_t i;
	pid_t pid;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		pid = speaker(said[i], 0, 1000);
		assert_null(cache("ECHO", "mine", NULL));
		assert_int_not_equal(redis_end(REDIS_CACHE), REDIS_DONE);
		assert_true(took < 160000);
		silence(pid);
	}
}

/* Another process that has this one sleep soon, and for long. */
static pid_t
waker_start(void)
{
	pid_t sleeper = getpid(), waker = fork();

	assert_true(waker >= 0);
	if (waker != 0)
		return waker;
	usleep(20000);
	kill(sleeper, SIGSTOP);
	usleep(300000);
	kill(sleeper, SIGCONT);
	_exit(0);
}

/* It was this process that slept: the answer is there when it wakes up, and is
 * too old.  Once more if it slept too late, after the answer. */
static void
slept(void **state)
{
	pid_t pid, waker;
	int i;

	for (i = 0; i < 20; i++) {
		begin(state);
		pid = speaker(STR("$4\r\nmine\r\n"), 50000, 1000);
		waker = waker_start();
		cache("ECHO", "mine", NULL);
		waitpid(waker, NULL, 0);
		silence(pid);
		if (took > 200000)
			break;
	}
	assert_true(took > 200000);
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_TIMEOUT);
}

/* Later than the call may take, though not than the socket waits. */
static void
late_by_a_little(void **state)
{
	pid_t pid;

	(void)state;
	greeting = 10000;
	pid = speaker(STR("$4\r\nmine\r\n"), 95000, 1000);
	ends(REDIS_TIMEOUT);
	silence(pid);
	greeting = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(killed, begin),
		cmocka_unit_test_setup(refused_by_another_host, begin),
		cmocka_unit_test_setup(hangs, begin),
		cmocka_unit_test_setup(given_up, begin),
		cmocka_unit_test_setup(busy, begin),
		cmocka_unit_test_setup(sending_to_one_that_hangs, begin),
		cmocka_unit_test_setup(restarted, begin),
		cmocka_unit_test_setup(script_sent_to_a_new_server, begin),
		cmocka_unit_test_setup(closed_while_idle, begin),
		cmocka_unit_test_setup(drips, begin),
		cmocka_unit_test_setup(nonsense, begin),
		cmocka_unit_test_setup(slept, begin),
		cmocka_unit_test_setup(late_by_a_little, begin),
	};

	return WITH_SERVER(tests);
}
