/* Addresses that Sentinel knows: a real one, and a server that was the master
 * and is not any more. */
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "clock.h"
#include "conf.h"
#include "place.h"
#include "redis.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int ports[3]; /* two servers, then Sentinel */
static pid_t pids[3];
static char address[200];

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static pid_t
run(const char *conf_file, const char *more)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (freopen("/dev/null", "w", stdout) == NULL)
		_exit(1);
	execlp("redis-server", "redis-server", conf_file, more, (char *)NULL);
	_exit(127);
}

static void
start(int i, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d.conf", place, i);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "port %d\nbind 127.0.0.1\ndir %s\n%s", ports[i], place,
	    text);
	fclose(f);
	pids[i] = run(path, i == 2 ? "--sentinel" : NULL);
}

static bool
asked(const char *where, const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	redis_close(REDIS_STATE);
	conf.redis_state = where;
	return redis_call(REDIS_STATE, words, three != NULL ? 3 : two != NULL ?
	    2 : 1) != NULL && redis_end(REDIS_STATE) == REDIS_DONE;
}

static bool
comes(const char *where, const char *one, const char *two, const char *three)
{
	int64_t until = clock_mono() + 15 * SECOND_US;

	while (clock_mono() < until) {
		if (asked(where, one, two, three))
			return true;
		usleep(50000);
	}
	return false;
}

static int
begin(void **state)
{
	char text[300];
	int i;

	(void)state;
	place_make();
	for (i = 0; i < 3; i++)
		ports[i] = free_port();
	start(0, "save \"\"\n");
	start(1, "save \"\"\n");
	snprintf(text, sizeof(text), "sentinel monitor one 127.0.0.1 %d 1\n"
	    "sentinel down-after-milliseconds one 60000\n", ports[0]);
	start(2, text);
	/* the first is nobody's port */
	snprintf(address, sizeof(address), "sentinel:one@127.0.0.1:%d, "
	    "127.0.0.1:%d", free_port(), ports[2]);
	return 0;
}

static int
end(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}

	return 0;
}

static void
finds_the_master(void **state)
{
	char direct[40];

	(void)state;
	snprintf(direct, sizeof(direct), "127.0.0.1:%d", ports[0]);
	assert_true(comes(address, "SET", "which", "first"));
	assert_true(comes(direct, "GET", "which", NULL));
	assert_true(asked(address, "GET", "which", NULL));
}

static void
knows_no_other(void **state)
{
	char other[200];

	(void)state;
	snprintf(other, sizeof(other), "sentinel:two@127.0.0.1:%d", ports[2]);
	assert_false(asked(other, "PING", NULL, NULL));
	assert_false(asked("sentinel:one@", "PING", NULL, NULL));
	assert_false(asked("sentinel:", "PING", NULL, NULL));
	assert_false(asked("sentinel:one@nowhere", "PING", NULL, NULL));
}

/* Sentinel names it still; it says itself that it follows another. */
static void
believes_no_replica(void **state)
{
	char direct[40], port[10];

	(void)state;
	snprintf(direct, sizeof(direct), "127.0.0.1:%d", ports[0]);
	snprintf(port, sizeof(port), "%d", ports[1]);
	assert_true(comes(direct, "REPLICAOF", "127.0.0.1", port));
	assert_true(asked(direct, "PING", NULL, NULL));
	assert_false(asked(address, "PING", NULL, NULL));
	assert_true(asked(direct, "REPLICAOF", "NO", "ONE"));
	assert_true(comes(address, "PING", NULL, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_master),
		cmocka_unit_test(knows_no_other),
		cmocka_unit_test(believes_no_replica),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
