/*
 * A redis-server of a test's own, in its temporary folder, and calls to it.
 */
#ifndef UNIT_REDIS_SERVER_H
#define UNIT_REDIS_SERVER_H

#include "clock.h"
#include "limit.h"
#include "place.h"
#include "redis.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static char socket_path[80];
static const char *server_users; /* file of users, if it has one */
static pid_t server;

static inline const struct redis_reply *
call(const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	return redis_call(REDIS_STATE, words, three != NULL ? 3 : two != NULL ? 2 : 1);
}

static inline void
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
		    "--maxmemory-policy", "noeviction",
		    "--enable-debug-command", "yes",
		    server_users != NULL ? "--aclfile" : NULL, server_users,
		    (char *)NULL);
		_exit(127);
	}
}

static inline void
start_server(void)
{
	int64_t until = clock_mono() + 10 * SECOND_US;

	run_server();
	do {
		usleep(20000);
		redis_close(REDIS_STATE);
	} while (call("PING", NULL, NULL) == NULL && clock_mono() < until);
	assert_non_null(call("PING", NULL, NULL));
}

static inline void
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

static inline int
set_up(void **state)
{
	(void)state;
	if (server == 0)
		start_server();
	redis_close(REDIS_STATE);
	assert_non_null(call("FLUSHALL", NULL, NULL));
	return 0;
}

static inline enum err
take(enum limit kind, const char *address, const char *who,
    struct limit_state *out)
{
	return limit_take(kind, str_of(address), str_of(who), out);
}

/* Runs the tests with the place, its secret and a server; what it returns is
 * for main. */
#define WITH_SERVER(tests) \
	(begin_server() ? end_server(cmocka_run_group_tests(tests, NULL, \
	    NULL)) : 1)

static inline bool
begin_server(void)
{
	place_make();
	signal(SIGPIPE, SIG_IGN);
	snprintf(socket_path, sizeof(socket_path), "%s/redis", place);
	conf.redis_state = socket_path;
	if (!secret_open())
		return false;
	limit_open();
	return true;
}

static inline int
end_server(int failed)
{
	stop_server();
	return failed;
}

#endif
