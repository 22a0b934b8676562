/*
 * Revoked tokens: what the table says, and that processes which write and
 * read at the same time never get a wrong answer.
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
#include <sys/wait.h>

#define AREA (2 * 1024 * 1024)
#define LONG_MS 3600000

static void *
area(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

static int64_t
now_ms(void)
{
	return clock_now() / 1000;
}

static void
sessions_and_users(void **state)
{
	void *p = area(AREA);
	int64_t t;

	(void)state;
	assert_true(revoked_open(p, AREA, LONG_MS));
	assert_int_equal(revoked_has(1, 1, now_ms()), REVOKED_NO);
	revoked_add_session(1);
	assert_int_equal(revoked_has(1, 1, now_ms()), REVOKED_YES);
	assert_int_equal(revoked_has(1, 1, now_ms() + 9999), REVOKED_YES);
	/* An account of the same number is another thing. */
	assert_int_equal(revoked_has(2, 1, now_ms()), REVOKED_NO);

	revoked_add_user(5, 77);
	t = now_ms();
	assert_int_equal(revoked_has(10, 5, t - 1000), REVOKED_YES);
	assert_int_equal(revoked_has(11, 5, t - 1000), REVOKED_YES);
	assert_int_equal(revoked_has(77, 5, t - 1000), REVOKED_NO);
	assert_int_equal(revoked_has(5, 6, t - 1000), REVOKED_NO);
	/* A login afterwards. */
	assert_int_equal(revoked_has(12, 5, t + 1), REVOKED_NO);
	/* A later change with another exception ends the first one too. */
	usleep(2000);
	revoked_add_user(5, 12);
	assert_int_equal(revoked_has(77, 5, t - 1000), REVOKED_YES);
	assert_int_equal(revoked_has(12, 5, t - 1000), REVOKED_YES);
	assert_int_equal(revoked_has(12, 5, t + 1), REVOKED_NO);
	assert_int_equal(revoked_has(13, 5, t + 1), REVOKED_YES);
	assert_int_equal(revoked_state().live, 3);
	assert_int_equal(revoked_state().lost, 0);
	munmap(p, AREA);
}

/* In the millisecond of the change itself, the old token is the safe guess. */
static void
same_millisecond(void **state)
{
	void *p = area(AREA);
	int64_t before, after;
	int i;

	(void)state;
	assert_true(revoked_open(p, AREA, LONG_MS));
	for (i = 1; i <= 1000; i++) {
		before = now_ms();
		revoked_add_user(i, 0);
		after = now_ms();
		assert_int_equal(revoked_has(1000 + i, i, before),
		    REVOKED_YES);
		assert_int_equal(revoked_has(1000 + i, i, after + 1),
		    REVOKED_NO);
	}
	munmap(p, AREA);
}

static void
no_table(void **state)
{
	char *p = area(AREA);

	(void)state;
	assert_false(revoked_open(p, 100, LONG_MS));
	revoked_add_session(1);
	assert_int_equal(revoked_has(1, 1, 0), REVOKED_UNKNOWN);
	memcpy(p, "another version", 15);
	assert_false(revoked_open(p, AREA, LONG_MS));
	revoked_add_session(1);
	assert_int_equal(revoked_has(1, 1, 0), REVOKED_UNKNOWN);
	assert_memory_equal(p, "another version", 15);
	munmap(p, AREA);
}

/* Entries outlive the processes that opened the table before. */
static void
opened_again(void **state)
{
	void *p = area(AREA);

	(void)state;
	assert_true(revoked_open(p, AREA, LONG_MS));
	revoked_add_session(31);
	assert_true(revoked_open(p, AREA, LONG_MS));
	assert_int_equal(revoked_has(31, 1, now_ms()), REVOKED_YES);
	munmap(p, AREA);
}

static void
runs_out_and_is_used_again(void **state)
{
	size_t n = 16 + 16 * 40;
	void *p = area(n);
	int64_t i;

	(void)state;
	assert_true(revoked_open(p, n, 1200));
	assert_int_equal(revoked_state().places, 16);
	for (i = 1; i <= 16; i++)
		revoked_add_session(i);
	for (i = 1; i <= 16; i++)
		assert_int_equal(revoked_has(i, 1, 0), REVOKED_YES);
	assert_false(revoked_state().full);
	assert_int_equal(revoked_has(99, 1, 0), REVOKED_NO);
	revoked_add_session(17); /* no room */
	assert_true(revoked_state().full);
	assert_int_equal(revoked_has(17, 1, 0), REVOKED_UNKNOWN);
	assert_int_equal(revoked_has(99, 1, 0), REVOKED_UNKNOWN);
	assert_int_equal(revoked_has(5, 1, 0), REVOKED_YES);
	usleep(1220000);
	assert_false(revoked_state().full);
	assert_int_equal(revoked_state().live, 0);
	for (i = 1; i <= 17; i++)
		assert_int_equal(revoked_has(i, 1, 0), REVOKED_NO);
	for (i = 101; i <= 116; i++)
		revoked_add_session(i);
	for (i = 101; i <= 116; i++)
		assert_int_equal(revoked_has(i, 1, 0), REVOKED_YES);
	assert_int_equal(revoked_state().lost, 0);
	munmap(p, n);
}

/* How full the table of 2 MiB gets before it says so. */
static void
capacity(void **state)
{
	void *p = area(AREA);
	int64_t i, j;

	(void)state;
	assert_true(revoked_open(p, AREA, LONG_MS));
	for (i = 1; !revoked_state().full; i += 500)
		for (j = i; j < i + 500; j++)
			revoked_add_session(j);
	print_message("%zu places, first overflow at %lld entries\n",
	    revoked_state().places, (long long)i);
	assert_true(i > 40000);
	for (j = 1; j < i - 500; j++)
		assert_int_equal(revoked_has(j, j, 0), REVOKED_YES);
	munmap(p, AREA);
}

/*
 * Writers add sessions 1, 3, 5 ... (their own share of them) and say after
 * each how far they are; readers see all that was said before they looked, and
 * never one of the even sessions, nor a live account.  The table is small and
 * its entries short-lived, so that places are used again all the time.
 */
enum { WRITERS = 4, READERS = 3, ADDS = 30000 };

struct race {
	_Atomic int64_t said[WRITERS];     /* the last session added */
	_Atomic int64_t said_ms[WRITERS];  /* and when it began */
	_Atomic int64_t wrong, checked, missed;
	_Atomic int done;
};

static void
race_write(struct race *r, int me)
{
	int64_t i, session, began;

	for (i = 0; i < ADDS; i++) {
		session = 2 * (i * WRITERS + me) + 1;
		began = now_ms();
		if (i % 2 == 0)
			revoked_add_session(session);
		else
			revoked_add_user(session, 2);
		atomic_store(&r->said_ms[me], began);
		atomic_store(&r->said[me], session);
	}
	atomic_fetch_add(&r->done, 1);
}

static void
race_check(struct race *r, int me, int64_t life)
{
	int64_t began = atomic_load(&r->said_ms[me]);
	int64_t s = atomic_load(&r->said[me]);
	enum revoked got;

	if (s == 0)
		return;
	got = (s - 1) / 2 / WRITERS % 2 == 0 ?
	    revoked_has(s, INT64_MAX, 0) : revoked_has(4, s, 0);
	/* It may have run out while we looked. */
	if (got == REVOKED_NO && now_ms() < began + life)
		atomic_fetch_add(&r->missed, 1);
	if (revoked_has(s + 1, INT64_MAX, 0) == REVOKED_YES ||
	    revoked_has(s + 1, s + 1, 0) == REVOKED_YES ||
	    revoked_has(2, s, 0) == REVOKED_YES) /* the exception */
		atomic_fetch_add(&r->wrong, 1);
	atomic_fetch_add(&r->checked, 1);
}

static void
race_run(size_t n, int64_t life)
{
	struct race *r = area(sizeof(*r));
	void *p = area(n);
	int i, status;
	pid_t pid[WRITERS + READERS];

	assert_true(revoked_open(p, n, life));
	for (i = 0; i < WRITERS + READERS; i++) {
		pid[i] = fork();
		if (pid[i] != 0)
			continue;
		if (i < WRITERS)
			race_write(r, i);
		while (i >= WRITERS && atomic_load(&r->done) < WRITERS)
			race_check(r, (int)(now_ms() % WRITERS), life);
		_exit(0);
	}
	for (i = 0; i < WRITERS + READERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	print_message("%lld checks, %zu live, full %d\n",
	    (long long)r->checked, revoked_state().live,
	    revoked_state().full);
	assert_true(r->checked > 1000);
	assert_int_equal(r->wrong, 0);
	assert_int_equal(r->missed, 0);
	assert_int_equal(revoked_state().lost, 0);
	munmap(r, sizeof(*r));
	munmap(p, n);
}

static void
race_big(void **state)
{
	(void)state;
	race_run(AREA, LONG_MS);
}

static void
race_small(void **state)
{
	(void)state;
	race_run(16 + 64 * 40, 1);
	race_run(16 + 64 * 40, 20);
}

enum { EACH = 16, ROUNDS = 4000 };

static void __attribute__((noreturn))
fill_half(_Atomic int *turn, int me)
{
	int round, i;

	for (round = 1; round <= ROUNDS; round++) {
		while (atomic_load(&turn[0]) < round)
			;
		for (i = 0; i < EACH; i++)
			revoked_add_session(1 + i * 2 + me);
		atomic_store(&turn[1 + me], round);
	}
	_exit(0);
}

/* Two writers begin at the same instant to fill a table that has just room for
 * what they add; nothing gets lost between them. */
static void
race_for_places(void **state)
{
	size_t n = 16 + 32 * 40;
	_Atomic int *turn = area(4 * sizeof(*turn));
	void *p = area(n);
	int me, round, i, status, lost = 0;
	pid_t pid[2];

	(void)state;
	assert_true(revoked_open(p, n, LONG_MS));
	for (me = 0; me < 2; me++) {
		pid[me] = fork();
		if (pid[me] == 0)
			fill_half(turn, me);
	}
	for (round = 1; round <= ROUNDS; round++) {
		memset(p, 0, n);
		assert_true(revoked_open(p, n, LONG_MS));
		atomic_store(&turn[0], round);
		while (atomic_load(&turn[1]) < round ||
		    atomic_load(&turn[2]) < round)
			sched_yield();
		for (i = 1; i <= 2 * EACH; i++)
			lost += revoked_has(i, 9, 0) == REVOKED_NO;
	}
	for (me = 0; me < 2; me++) {
		assert_int_equal(waitpid(pid[me], &status, 0), pid[me]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(lost, 0);
	munmap(p, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_and_users),
		cmocka_unit_test(same_millisecond),
		cmocka_unit_test(no_table),
		cmocka_unit_test(opened_again),
		cmocka_unit_test(runs_out_and_is_used_again),
		cmocka_unit_test(capacity),
		cmocka_unit_test(race_big),
		cmocka_unit_test(race_small),
		cmocka_unit_test(race_for_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
