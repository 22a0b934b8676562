/* The handles to Redis: what they send and read, what is not waited for, and
 * scripts, with a real redis-server.  Faults are in redis_faults_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "redis_server.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>

static void
is(const struct redis_reply *r, const char *text)
{
	assert_non_null(r);
	assert_true(str_eq(redis_text(r), str_of(text)));
}

static const struct redis_reply *
cache(const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	return redis_call(REDIS_CACHE, words, three != NULL ? 3 :
	    two != NULL ? 2 : 1);
}

static enum redis_end
leave(const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	return redis_send(REDIS_CACHE, words, three != NULL ? 3 :
	    two != NULL ? 2 : 1);
}

static int
begin(void **state)
{
	conf.redis_cache = conf.redis_state;
	redis_close(REDIS_CACHE);
	redis_close(REDIS_GUARD);
	return set_up(state);
}

/* Every third key is missing, the others have odd bytes in them. */
static void
many_keys(void **state)
{
	enum { N = REDIS_KEYS };
	static char names[N][16], data[N][64];
	struct str keys[N], values[N], words[3] = { STR("SET") };
	size_t i, n;

	(void)state;
	for (i = 0; i < N; i++) {
		n = (size_t)snprintf(names[i], sizeof(names[i]), "k\r\n%zu",
		    i);
		memset(data[i], (int)i, sizeof(data[i]));
		keys[i] = words[1] = (struct str){ names[i], n };
		words[2] = (struct str){ data[i], i % 64 };
		if (i % 3 != 0)
			assert_int_equal(redis_send(REDIS_CACHE, words, 3),
			    REDIS_DONE);
	}
	for (n = 1; n <= N; n += 51) {
		assert_int_equal(redis_mget(REDIS_CACHE, keys, n, values),
		    REDIS_DONE);
		for (i = 0; i < n; i++) {
			if (i % 3 == 0) {
				assert_null(values[i].p);
				continue;
			}
			assert_int_equal(values[i].n, i % 64);
			assert_memory_equal(values[i].p, data[i], i % 64);
		}
	}
	assert_int_equal(redis_mget(REDIS_CACHE, keys, N, values), REDIS_DONE);
}

/* Answers of what was sent reach nobody, be they many, errors or long. */
static void
sent_and_dropped(void **state)
{
	char text[24];
	int64_t n;
	int i, j;

	(void)state;
	assert_int_equal(leave("SET", "n", "0"), REDIS_DONE);
	for (i = 1; i <= 40; i++) {
		for (j = 0; j < i * 7; j++)
			assert_int_equal(leave("INCR", "n", NULL), REDIS_DONE);
		assert_int_equal(leave("NONSENSE", NULL, NULL), REDIS_DONE);
		assert_int_equal(leave("KEYS", "*", NULL), REDIS_DONE);
		snprintf(text, sizeof(text), "%d", 7 * i * (i + 1) / 2);
		is(cache("GET", "n", NULL), text);
		is(cache("ECHO", "mine", NULL), "mine");
	}
	assert_true(redis_number(cache("INCR", "n", NULL), &n));
	assert_int_equal(n, 7 * 40 * 41 / 2 + 1);
}

/* Each handle has a connection, and answers, of its own. */
static void
apart(void **state)
{
	const struct redis_reply *one, *two;
	uint64_t was = redis_connections(REDIS_CACHE);
	struct str run_id;

	(void)state;
	assert_null(redis_run_id(REDIS_CACHE).p);
	one = cache("ECHO", "one", NULL);
	two = call("ECHO", "two", NULL);
	assert_int_equal(leave("ECHO", "three", NULL), REDIS_DONE);
	is(two, "two");
	is(call("ECHO", "four", NULL), "four");
	one = cache("ECHO", "five", NULL);
	is(one, "five");
	assert_int_equal(redis_connections(REDIS_CACHE), was + 1);
	run_id = redis_run_id(REDIS_CACHE);
	assert_int_equal(run_id.n, 40);
	assert_int_equal(strspn(run_id.p, "0123456789abcdef"), 40);
	assert_true(str_eq(run_id, redis_run_id(REDIS_STATE)));
	redis_close(REDIS_CACHE);
	assert_null(redis_run_id(REDIS_CACHE).p);
	assert_non_null(redis_run_id(REDIS_STATE).p);
}

static void
errors(void **state)
{
	struct str key = STR("list"), value, big[3] = { STR("SET"),
		STR("big") };
	static char bytes[5 << 20];

	(void)state;
	assert_true(redis_failed(cache("NONSENSE", NULL, NULL), "ERR"));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_ERROR);
	assert_non_null(cache("LPUSH", "list", "x"));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_DONE);
	assert_true(redis_failed(cache("GET", "list", NULL), "WRONGTYPE"));
	assert_int_equal(redis_mget(REDIS_CACHE, &key, 1, &value), REDIS_DONE);
	assert_null(value.p);
	/* Long ones pass, too long ones are not sent. */
	memset(bytes, 'x', sizeof(bytes));
	big[2] = (struct str){ bytes, 4000000 };
	is(redis_call(REDIS_CACHE, big, 3), "OK");
	big[2].n = sizeof(bytes);
	assert_null(redis_call(REDIS_CACHE, big, 3));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_ERROR);
	assert_int_equal(redis_send(REDIS_CACHE, big, 3), REDIS_ERROR);
	key = STR("big");
	assert_int_equal(redis_mget(REDIS_CACHE, &key, 1, &value), REDIS_DONE);
	assert_int_equal(value.n, 4000000);
	assert_memory_equal(value.p, bytes, value.n);
}

static struct redis_script count_up = { .text =
	"redis.call('INCRBY', KEYS[1], ARGV[1]) "
	"return {KEYS[1], redis.call('GET', KEYS[1])}" };
static struct redis_script other = { .text = "return 'other'" };
static struct redis_script wrong = { .text = "return (" };

static void
count(enum redis at, const char *sum)
{
	struct str key = STR("s\r\n"), by = STR("5");
	const struct redis_reply *r = redis_script(at, &count_up, &key, 1, &by,
	    1);

	assert_non_null(r);
	assert_int_equal(redis_count(r), 2);
	assert_true(str_eq(redis_text(redis_item(r, 0)), key));
	is(redis_item(r, 1), sum);
	assert_int_equal(redis_end(at), REDIS_DONE);
}

/* Loaded when first used, and again when Redis has forgotten. */
static void
scripts(void **state)
{
	(void)state;
	count(REDIS_CACHE, "5");
	count(REDIS_STATE, "10");
	count(REDIS_CACHE, "15");
	is(redis_script(REDIS_CACHE, &other, NULL, 0, NULL, 0), "other");
	assert_non_null(call("SCRIPT", "FLUSH", NULL));
	count(REDIS_CACHE, "20");
	count(REDIS_STATE, "25");
	is(redis_script(REDIS_CACHE, &other, NULL, 0, NULL, 0), "other");
	redis_close(REDIS_CACHE);
	count(REDIS_CACHE, "30");
	assert_true(redis_failed(redis_script(REDIS_CACHE, &wrong, NULL, 0,
	    NULL, 0), "ERR"));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_ERROR);
	count(REDIS_CACHE, "35");
}

static void
scripts_sent(void **state)
{
	struct str key = STR("s\r\n"), by = STR("5");
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(redis_script_send(REDIS_CACHE, &count_up, &key,
		    1, &by, 1), REDIS_DONE);
	count(REDIS_CACHE, "505");
	/* One that was forgotten is lost, the next is not. */
	assert_non_null(call("SCRIPT", "FLUSH", NULL));
	assert_int_equal(redis_script_send(REDIS_CACHE, &count_up, &key, 1,
	    &by, 1), REDIS_DONE);
	is(cache("ECHO", "x", NULL), "x");
	assert_int_equal(redis_script_send(REDIS_CACHE, &count_up, &key, 1,
	    &by, 1), REDIS_DONE);
	count(REDIS_CACHE, "515");
}

/* The system calls between two marks of a child. */

#define MARK SYS_getpgid

static void
one_hit(void)
{
	struct str keys[6] = { STR("q:entry"), STR("E"), STR("t:a"), STR("t:b"),
		STR("t:c"), STR("t:none") }, values[6];
	int i;

	for (i = 0; i < 10; i++) {
		syscall(MARK, 0);
		if (redis_mget(REDIS_CACHE, keys, 6, values) != REDIS_DONE ||
		    values[0].n != 20000 || values[5].p != NULL)
			_exit(1);
		syscall(MARK, 0);
	}
	_exit(0);
}

static long
next_call(pid_t pid, int *status)
{
	struct __ptrace_syscall_info info = { 0 };

	for (;;) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, status, 0), pid);
		if (WIFEXITED(*status) || WIFSIGNALED(*status))
			return -1;
		ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			return (long)info.entry.nr;
	}
}

/* Its allocator takes memory from the system now and then. */
static bool
is_the_sanitizers(long nr)
{
#ifdef __SANITIZE_ADDRESS__
	return nr == SYS_mmap;
#else
	(void)nr;
	return false;
#endif
}

static void
a_hit_writes_once_and_reads_once(void **state)
{
	static char entry[20000];
	struct str set[3] = { STR("SET"), STR("q:entry"),
		{ entry, sizeof(entry) } };
	int status, hits = 0, writes, reads, others;
	pid_t pid;
	long nr;

	(void)state;
	is(redis_call(REDIS_CACHE, set, 3), "OK");
	is(cache("SET", "E", "epoch"), "OK");
	is(cache("SET", "t:a", "stamp"), "OK");
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(2);
		raise(SIGSTOP);
		one_hit();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, pid, NULL,
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
	for (nr = 0; nr != -1; nr = next_call(pid, &status)) {
		if (nr != MARK)
			continue;
		writes = reads = others = 0;
		while ((nr = next_call(pid, &status)) != MARK && nr != -1) {
			writes += nr == SYS_sendto;
			reads += nr == SYS_recvfrom;
			others += nr != SYS_sendto && nr != SYS_recvfrom &&
			    !is_the_sanitizers(nr);
		}
		/* The first ones get memory. */
		if (nr == MARK && ++hits > 5) {
			assert_int_equal(writes, 1);
			assert_int_equal(reads, 1);
			assert_int_equal(others, 0);
		}
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(hits, 10);
	redis_close(REDIS_CACHE);
}

/* With a file of users: nobody comes in without the right password, which is
 * read at each connection. */
static void
login(void **state)
{
	char users[96], path[96];
	struct str ping = STR("PING");
	FILE *f;

	(void)state;
	snprintf(users, sizeof(users), "%s/users", place);
	snprintf(path, sizeof(path), "%s/password", place);
	f = fopen(users, "w");
	assert_non_null(f);
	fputs("user default off -@all\n"
	    "user app on >first >third -@all +ping +info +auth ~x\n"
	    "user guard on >second -@all +ping +auth +get ~*\n", f);
	fclose(f);
	stop_server();
	server_users = users;
	run_server();
	while (access(socket_path, F_OK) != 0)
		usleep(10000);
	conf.redis_cache_password_file = conf.redis_guard_password_file = path;
	assert_null(cache("PING", NULL, NULL)); /* no such file */
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_LOST);
	f = fopen(path, "w");
	fputs("first\n", f);
	fclose(f);
	assert_null(cache("PING", NULL, NULL));
	assert_int_equal(redis_end(REDIS_CACHE), REDIS_SOON);
	redis_hurry(REDIS_CACHE);
	is(cache("PING", NULL, NULL), "PONG");
	assert_non_null(redis_run_id(REDIS_CACHE).p);
	assert_true(redis_failed(cache("GET", "x", NULL), "NOPERM"));
	assert_null(redis_call(REDIS_GUARD, &ping, 1)); /* another's */
	assert_int_equal(redis_end(REDIS_GUARD), REDIS_LOST);
	redis_close(REDIS_STATE); /* has no password */
	assert_true(redis_failed(call("PING", NULL, NULL), "NOAUTH"));
	assert_int_equal(redis_end(REDIS_STATE), REDIS_ERROR); /* without */
	f = fopen(path, "w");
	fputs("second", f);
	fclose(f);
	is(cache("PING", NULL, NULL), "PONG");
	redis_close(REDIS_CACHE);
	assert_null(cache("PING", NULL, NULL));
	redis_close(REDIS_GUARD);
	/* It may not ask who the server is: that is no reason to refuse. */
	is(redis_call(REDIS_GUARD, &ping, 1), "PONG");
	assert_null(redis_run_id(REDIS_GUARD).p);
	stop_server();
	server_users = NULL;
	conf.redis_cache_password_file = conf.redis_guard_password_file = "";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(many_keys, begin),
		cmocka_unit_test_setup(sent_and_dropped, begin),
		cmocka_unit_test_setup(apart, begin),
		cmocka_unit_test_setup(errors, begin),
		cmocka_unit_test_setup(scripts, begin),
		cmocka_unit_test_setup(scripts_sent, begin),
		cmocka_unit_test_setup(a_hit_writes_once_and_reads_once, begin),
		cmocka_unit_test_setup(login, begin),
	};

	return WITH_SERVER(tests);
}
