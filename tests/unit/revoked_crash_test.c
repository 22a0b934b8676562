/*
 * Revoked tokens: a writer that is killed at any of its instructions leaves the
 * table right, and a reader that is held at any of its own makes no entry out
 * of the halves of two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"
#include "revoked.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define LONG_MS 3600000

static void *
area(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

/* A process that stops before it does something with session and says in
 * *done that it did. */
static pid_t
start_stopped(int (*act)(int64_t session), int64_t session,
    _Atomic int *done)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(1);
		raise(SIGSTOP);
		*done = act(session);
		for (;;)
			;
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	return pid;
}

static void
step(pid_t pid)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
}

static void
kill_and_wait(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static int
add_one(int64_t session)
{
	revoked_add_session(session);
	return 1;
}

static int
ask_one(int64_t session)
{
	return 1 + (int)revoked_has(session, -1, 0);
}

struct deaths {
	int points, written, lost;
};

/* What a process that opens the memory of a dead writer sees and can do. */
static void
check_left(void *memory, size_t n, struct deaths *d)
{
	enum revoked got;

	assert_true(revoked_open(memory, n, LONG_MS));
	assert_int_equal(revoked_has(500, 1, 0), REVOKED_YES);
	assert_int_equal(revoked_has(501, 501, 0), REVOKED_NO);
	got = revoked_has(600, 1, 0);
	assert_int_not_equal(got, REVOKED_UNKNOWN);
	assert_true(revoked_state().lost <= 1);
	d->points++;
	d->written += got == REVOKED_YES;
	d->lost += revoked_state().lost == 1;
	revoked_add_session(600);
	assert_int_equal(revoked_has(600, 1, 0), REVOKED_YES);
}

/*
 * A writer is let go one instruction at a time.  After each, the memory is
 * what it would leave if it were killed there: the session is revoked or it
 * is not (nobody was told), earlier entries stand, later ones can be added
 * and found, and at most the place that was being written is lost.
 */
static void
dies_anywhere(void **state)
{
	size_t n = 16 + 64 * 40;
	void *p = area(n), *left = area(n);
	_Atomic int *added = area(sizeof(*added));
	struct deaths d = { 0 };
	pid_t pid;

	(void)state;
	assert_true(revoked_open(p, n, LONG_MS));
	revoked_add_session(500);
	pid = start_stopped(add_one, 600, added);
	while (!*added) {
		memcpy(left, p, n);
		check_left(left, n, &d);
		step(pid);
	}
	kill_and_wait(pid);
	check_left(p, n, &d);
	print_message("%d points of death, the place lost at %d, the entry "
	    "there at %d\n", d.points, d.lost, d.written);
	assert_true(d.points > 100);
	assert_true(d.lost > 0);
	assert_true(d.written > 0);
	assert_true(d.lost + d.written < d.points);
	munmap(p, n);
	munmap(left, n);
}

/* Writers that are really killed, while places of old entries are taken
 * again; the table goes on working in what is left of it. */
static void
killed_in_reuse(void **state)
{
	size_t n = 16 + 64 * 40;
	void *p = area(n);
	_Atomic int *added = area(sizeof(*added));
	int64_t i, round;
	pid_t pid;

	(void)state;
	assert_true(revoked_open(p, n, 1));
	for (round = 1; round <= 60; round++) {
		for (i = 0; i < 64; i++)
			revoked_add_session(1000 * round + i);
		usleep(2000);
		*added = 0;
		pid = start_stopped(add_one, 7, added);
		for (i = 0; i < 5 * round || (round % 3 == 0 &&
		    revoked_state().lost == (size_t)round / 3 - 1); i++)
			step(pid);
		kill_and_wait(pid);
	}
	assert_in_range(revoked_state().lost, 20, 30);
	usleep(2000);
	assert_true(revoked_open(p, n, LONG_MS));
	for (i = 1; i <= 20; i++)
		revoked_add_user(i, 0);
	for (i = 1; i <= 20; i++)
		assert_int_not_equal(revoked_has(3, i, 0), REVOKED_NO);
	munmap(p, n);
}

/*
 * A reader is held after each of its instructions while the place that it may
 * be looking at changes from an old session into account 77.  It asked for
 * session 77, and must not put the two together.
 */
static void
no_halves(void **state)
{
	size_t n = 16 + 16 * 40;
	void *p = area(n);
	_Atomic int *answer = area(sizeof(*answer));
	int steps, i, changed = 0;
	pid_t pid;

	(void)state;
	for (steps = 0; changed < 3; steps += 1 + steps / 150) {
		memset(p, 0, n);
		assert_true(revoked_open(p, n, 1));
		revoked_add_session(50);
		usleep(2000);
		*answer = 0;
		pid = start_stopped(ask_one, 77, answer);
		for (i = 0; i < steps && !*answer; i++)
			step(pid);
		changed += *answer != 0; /* it was ready before */
		revoked_add_user(77, 0);
		assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
		while (!*answer)
			sched_yield();
		kill_and_wait(pid);
		assert_int_equal(*answer, 1 + REVOKED_NO);
	}
	print_message("held at %d points\n", steps);
	assert_true(steps > 50);
	munmap(p, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dies_anywhere),
		cmocka_unit_test(killed_in_reuse),
		cmocka_unit_test(no_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
