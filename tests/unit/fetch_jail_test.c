/* The jail: what an intruder would try, each in a child of its own that has
 * gone in, and what a fetch must still be able to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fetch_jail.h"
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static char secret[] = "/tmp/fetch_jail_test.XXXXXX";

/* Exit status of a child that runs act in the jail: 0 for true; 256 and more
 * is the signal that ended it. */
static int
in_jail(bool (*act)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(20); /* whatever the jail is worth, the test ends */
		_exit(!fetch_jail_enter(2) ? 99 : act() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

static bool
fails_with(int error, long result)
{
	return result < 0 && errno == error;
}

static bool
opens_for_writing(void)
{
	static const int ways[] = { O_WRONLY, O_RDWR, O_WRONLY | O_CREAT,
		O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC, O_WRONLY | O_APPEND };
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (open(secret, ways[i], 0600) >= 0)
			return true;
	return open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0 ||
	    syscall(SYS_creat, secret, 0600) >= 0;
}

static bool
changes_files(void)
{
	return unlink(secret) == 0 || rename(secret, "/tmp/other") == 0 ||
	    mkdir("/tmp/fetch_jail_test", 0700) == 0 ||
	    chmod(secret, 0777) == 0 || symlink("/", "/tmp/fjt") == 0 ||
	    truncate(secret, 0) == 0;
}

static bool
reads_a_secret(void)
{
	return open(secret, O_RDONLY) >= 0 ||
	    open("/proc/self/environ", O_RDONLY) >= 0 ||
	    open("/proc/1/mem", O_RDONLY) >= 0 ||
	    open("/etc/passwd", O_RDONLY) >= 0;
}

static bool
reads_what_a_resolver_reads(void)
{
	int fd = open("/etc/hosts", O_RDONLY);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool
opens_other_sockets(void)
{
	static const int families[] = { AF_UNIX, AF_NETLINK, AF_PACKET, 40,
		AF_BLUETOOTH, AF_ALG, AF_TIPC };
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (socket(families[i], SOCK_STREAM, 0) >= 0 ||
		    socket(families[i], SOCK_DGRAM, 0) >= 0 ||
		    socket(families[i], SOCK_RAW, 0) >= 0)
			return true;
	return socket(AF_INET, SOCK_RAW, 1) >= 0 ||
	    socket(AF_INET6, SOCK_RAW, 58) >= 0 ||
	    socket(AF_INET, SOCK_SEQPACKET, 0) >= 0;
}

static bool
opens_its_sockets(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 &&
	    socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) >= 0 &&
	    socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0;
}

static void *
idle(void *arg)
{
	return arg;
}

static bool
makes_a_thread(void)
{
	pthread_t t;
	void *back = NULL;

	return pthread_create(&t, NULL, idle, secret) == 0 &&
	    pthread_join(t, &back) == 0 && back == secret;
}

static bool
makes_a_process(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0 ||
	    !fails_with(ENOSYS, syscall(SYS_clone3, NULL, 0));
}

static bool
lifts_a_limit(void)
{
	struct rlimit more = { 100, 100 };

	return setrlimit(RLIMIT_NOFILE, &more) == 0 || dup2(1, 40) >= 0;
}

#ifndef SANITIZED
static bool
takes_a_gigabyte(void)
{
	return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}
#endif

static bool
burns(void)
{
	volatile bool more = true;

	while (more)
		continue;
	return true;
}

#define DEADLY(name, call) \
	static bool \
	name(void) \
	{ \
		call; \
		return true; \
	}

DEADLY(runs_a_program, execl("/bin/true", "true", (char *)NULL))
DEADLY(runs_by_descriptor,
    syscall(SYS_execveat, 0, "", NULL, NULL, AT_EMPTY_PATH))
DEADLY(traces, ptrace(PTRACE_TRACEME, 0, NULL, NULL))
DEADLY(kills, kill(getppid(), 0))
DEADLY(listens, listen(0, 1))
DEADLY(reads_memory,
    syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0))
DEADLY(leaves, unshare(CLONE_NEWUSER))
DEADLY(asks_a_ring, syscall(SYS_io_uring_setup, 1, NULL))

static void
what_it_must_not(void **state)
{
	(void)state;
	assert_int_equal(in_jail(opens_for_writing), 1);
	assert_int_equal(in_jail(changes_files), 1);
	assert_int_equal(in_jail(opens_other_sockets), 1);
	assert_int_equal(in_jail(makes_a_process), 1);
	assert_int_equal(in_jail(lifts_a_limit), 1);
	if (fetch_jail_has_files())
		assert_int_equal(in_jail(reads_a_secret), 1);
	assert_int_equal(access(secret, F_OK), 0);
}

static void
what_ends_it(void **state)
{
	bool (*const acts[])(void) = { runs_a_program, runs_by_descriptor,
		traces, kills, listens, reads_memory, leaves, asks_a_ring };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		assert_int_equal(in_jail(acts[i]), 256 + SIGSYS);
	assert_int_equal(in_jail(burns), 256 + SIGKILL);
#ifndef SANITIZED
	assert_int_equal(in_jail(takes_a_gigabyte), 1);
#endif
}

/* The memory that all processes share: with the parent, not with the child. */
static void
what_is_withheld(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	assert_true(shared_make() >= 0);
	shared_own()->pid = 7;
	assert_true(shared_withhold());
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL); /* a sanitizer would talk about it */
		_exit(shared_own()->pid == 7 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_int_equal(shared_own()->pid, 7);
}

static void
what_it_must(void **state)
{
	(void)state;
	assert_int_equal(in_jail(reads_what_a_resolver_reads), 0);
	assert_int_equal(in_jail(opens_its_sockets), 0);
	assert_int_equal(in_jail(makes_a_thread), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_must_not),
		cmocka_unit_test(what_ends_it),
		cmocka_unit_test(what_is_withheld),
		cmocka_unit_test(what_it_must),
	};
	int fd = mkstemp(secret), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(secret);
	return failed;
}
