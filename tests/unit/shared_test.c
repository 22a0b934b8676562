/* Shared memory between a master and its processes, here children of fork
 * that map the file anew as an executed program would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "shared.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int memory = -1;

/* A process: takes slot n, and does what life does. */
static int
process(int n, int (*life)(struct slot *own))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(shared_join(memory, n) ? life(shared_own()) : 99);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
without_a_master(void **state)
{
	unsigned char *area;
	size_t n, i;

	(void)state;
	area = shared_area(&n);
	assert_int_equal(n, 2 * 1024 * 1024);
	for (i = 0; i < n; i++)
		assert_int_equal(area[i], 0);
	area[n - 1] = 1;
	assert_non_null(shared_own());
	shared_own()->requests = 3;
	assert_true(shared_counts().requests == 3);
}

static int
work(struct slot *own)
{
	size_t n;
	char *area = shared_area(&n);

	own->requests += 5;
	own->errors += 2;
	own->bytes += 100;
	own->began = 77;
	memcpy(own->log.text, "line\n", 5);
	own->log.n = 5;
	area[n - 1]++;
	return own->pid == getpid() ? 0 : 1;
}

static int
work_and_die(struct slot *own)
{
	work(own);
	raise(SIGKILL);
	return 0;
}

static void
slots(void **state)
{
	const struct slot *s;
	size_t n;

	(void)state;
	memory = shared_make();
	assert_true(memory >= 0);
	assert_true(fcntl(memory, F_GETFD) & FD_CLOEXEC);
	assert_true(shared_counts().requests == 0);
	shared_take(7, "a role with a long name", 3);
	s = shared_slot(7);
	assert_string_equal(s->role, "a role with a l");
	assert_int_equal(s->generation, 3);
	assert_true(WIFSIGNALED(process(7, work_and_die)));
	assert_true(s->began == 77 && s->requests == 5);
	assert_int_equal(s->log.n, 5);
	assert_memory_equal(s->log.text, "line\n", 5);
	assert_int_equal(((char *)shared_area(&n))[n - 1], 1);
	assert_true(shared_counts().requests == 5);

	shared_give_back(7);
	assert_int_equal(s->role[0], '\0');
	assert_true(s->began == 0 && s->requests == 0);
	assert_true(shared_counts().requests == 5);
	shared_take(7, "next", 4);
	assert_int_equal(s->log.n, 0);
	assert_int_equal(process(7, work), 0);
	assert_true(shared_counts().requests == 10);
	assert_true(shared_counts().errors == 4);
	assert_true(shared_counts().bytes == 200);
	assert_int_equal(((char *)shared_area(&n))[2 * 1024 * 1024 - 1], 2);
}

static void
what_does_not_fit(void **state)
{
	int other = memfd_create("other", 0);

	(void)state;
	assert_int_equal(ftruncate(memory, 0), -1); /* sealed */
	assert_int_equal(ftruncate(memory, 1 << 30), -1);
	assert_false(shared_join(memory, -1));
	assert_false(shared_join(memory, SHARED_SLOTS));
	assert_false(shared_join(-1, 0));
	assert_false(shared_join(other, 0));
	assert_int_equal(ftruncate(other, lseek(memory, 0, SEEK_END)), 0);
	assert_false(shared_join(other, 0)); /* the size, not the layout */
	close(other);
	close(memory);
}

/* Two masters, one file: the area and the tallies are the same, slots are not. */
static int
count_up(struct slot *own)
{
	size_t n;
	char *area = shared_area(&n);

	own->requests++;
	area[n - 1]++;
	atomic_fetch_add(shared_tally(STR("both")), 1);
	return shared_withhold() ? 0 : 1;
}

static void
several_masters(void **state)
{
	char folder[] = "/tmp/shared-XXXXXX", path[64], pattern[80];
	struct stat st;
	glob_t found;
	size_t n;
	int i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/memory", folder);
	conf.shared_file = path;
	umask(027);
	for (i = 1; i <= 2; i++) {
		memory = shared_make();
		assert_true(memory >= 0);
		assert_int_equal(process(1, count_up), 0);
		assert_true(shared_slot(1)->requests == 1);
		assert_true(*shared_tally(STR("both")) == (unsigned)i);
		assert_int_equal(((char *)shared_area(&n))[n - 1], i);
		close(memory);
	}
	snprintf(pattern, sizeof(pattern), "%s.*", path);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	assert_int_equal(stat(found.gl_pathv[0], &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	unlink(found.gl_pathv[0]);
	globfree(&found);
	rmdir(folder);
	assert_int_equal(shared_make(), -1); /* no such folder */
	conf.shared_file = "";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_master),
		cmocka_unit_test(slots),
		cmocka_unit_test(what_does_not_fit),
		cmocka_unit_test(several_masters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
