/* Zip files that are written here, read by libzip (unpack.h), which compares
 * what their headers and lists say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unpack.h"
#include "conf.h"
#include "fd.h"
#include "pack.h"
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAR (INT64_C(9) << 29) /* 4.5 GiB */
#define MANY 70000

static char path[] = "/tmp/pinwall-pack-XXXXXX";

static int
with(const char *bytes, size_t n)
{
	int fd = spool_file();

	assert_true(fd >= 0);
	assert_true(fd_write(fd, (struct str){ bytes, n }));
	assert_true(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void
add(struct pack *p, const char *name, const char *text, bool packed)
{
	int fd = with(text, strlen(text));

	assert_true(pack_add(p, name, fd, packed));
	close(fd);
}

static int
begin(struct pack *p)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_true(pack_open(p, fd));
	return fd;
}

static void
end(struct pack *p, int fd)
{
	assert_true(pack_end(p));
	pack_close(p);
	close(fd);
}

static void
is(struct unpack *a, const char *name, const char *text)
{
	char found[200];
	int fd = with("", 0);
	ssize_t n;

	assert_int_equal(unpack_read(a, name, 100000, fd), UNPACK_OK);
	n = pread(fd, found, sizeof(found) - 1, 0);
	assert_true(n >= 0);
	found[n] = '\0';
	assert_string_equal(found, text);
	close(fd);
}

static void
read_back(void **state)
{
	struct unpack a;
	struct pack p;
	int fd = begin(&p);

	(void)state;
	add(&p, "pins.jsonl", "one\ntwo\ntwo\ntwo\n", false);
	add(&p, "pictures/000001.png", "as it is", true);
	add(&p, "none", "", false);
	add(&p, "none.png", "", true);
	add(&p, "산책.txt", "산책", false);
	end(&p, fd);
	assert_true(unpack_open(&a, path, 5));
	is(&a, "pins.jsonl", "one\ntwo\ntwo\ntwo\n");
	is(&a, "pictures/000001.png", "as it is");
	is(&a, "none", "");
	is(&a, "none.png", "");
	is(&a, "산책.txt", "산책");
	assert_int_equal(unpack_read(&a, "pins", 10, -1), UNPACK_NONE);
	unpack_drop(&a);
	assert_false(unpack_open(&a, path, 4));
}

/* More than a chunk, which deflate makes smaller and larger. */
static void
large_members(void **state)
{
	enum { N = 1 << 20 };
	char *same = calloc(1, N), *noise = malloc(N), *found = malloc(N);
	uint32_t seed = 1;
	struct unpack a;
	struct stat st;
	struct pack p;
	int fd, one, i;

	(void)state;
	for (i = 0; i < N; i++)
		noise[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
	fd = begin(&p);
	for (i = 0; i < 3; i++) {
		one = with(i == 0 ? same : noise, N);
		assert_true(pack_add(&p, (const char *[]){ "same", "noise",
		    "kept" }[i], one, i == 2));
		close(one);
	}
	end(&p, fd);
	assert_true(stat(path, &st) == 0);
	assert_true(st.st_size > 2 * N && st.st_size < 2 * N + 10000);
	assert_true(unpack_open(&a, path, 3));
	for (i = 0; i < 3; i++) {
		one = with("", 0);
		assert_int_equal(unpack_read(&a, (const char *[]){ "same",
		    "noise", "kept" }[i], N, one), UNPACK_OK);
		assert_true(pread(one, found, N, 0) == N);
		assert_memory_equal(found, i == 0 ? same : noise, N);
		close(one);
	}
	unpack_drop(&a);
	free(same);
	free(noise);
	free(found);
}

/* Zip64: more members than 65,535. */
static void
beyond_the_old_form(void **state)
{
	struct unpack a;
	struct pack p;
	char name[20];
	int i, fd = begin(&p), one;

	(void)state;
	one = with("", 0);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_true(pack_add(&p, name, one, true));
	}
	close(one);
	add(&p, "last", "of many", false);
	end(&p, fd);
	assert_true(unpack_open(&a, path, MANY + 1));
	is(&a, "69999", "");
	is(&a, "last", "of many");
	unpack_drop(&a);
}

/* A process that keeps at the path what comes through the pipe, with holes for
 * zeros; its other end. */
static int
keep_with_holes(pid_t *keeper)
{
	static const char zeros[65536];
	char bytes[sizeof(zeros)];
	int ends[2], fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0 && pipe2(ends, O_CLOEXEC) == 0);
	*keeper = fork();
	assert_true(*keeper >= 0);
	if (*keeper > 0) {
		close(fd);
		close(ends[0]);
		return ends[1];
	}
	close(ends[1]);
	while ((n = read(ends[0], bytes, sizeof(bytes))) > 0)
		if (memcmp(bytes, zeros, (size_t)n) == 0 ?
		    lseek(fd, n, SEEK_CUR) < 0 :
		    !fd_write(fd, (struct str){ bytes, (size_t)n }))
			_exit(1);
	_exit(n < 0);
}

/* Zip64: a member beyond the fourth gigabyte, and others behind it. */
static void
beyond_four_gigabytes(void **state)
{
	struct unpack a;
	struct pack p;
	pid_t keeper;
	int fd = keep_with_holes(&keeper), large = spool_file(), status;

	(void)state;
	assert_true(ftruncate(large, FAR) == 0);
	assert_true(pack_open(&p, fd));
	assert_true(pack_add(&p, "large", large, true));
	add(&p, "far", "there", false);
	add(&p, "farther", "there too", true);
	end(&p, fd);
	close(large);
	assert_true(waitpid(keeper, &status, 0) == keeper && status == 0);
	assert_true(unpack_open(&a, path, 3));
	is(&a, "far", "there");
	is(&a, "farther", "there too");
	unpack_drop(&a);
}

static void
no_room(void **state)
{
	struct pack p;
	enum { N = 1 << 20 };
	int full = open("/dev/full", O_RDWR | O_CLOEXEC), one;
	char *text = calloc(1, N);

	(void)state;
	assert_true(pack_open(&p, full));
	one = with(text, N);
	errno = 0;
	assert_false(pack_add(&p, "name", one, true));
	assert_int_equal(errno, ENOSPC);
	assert_false(pack_end(&p));
	pack_close(&p);
	assert_true(lseek(one, 0, SEEK_SET) == 0);
	/* what is small is noticed at the end */
	assert_true(pack_open(&p, full));
	assert_true(pack_add(&p, "name", one, false));
	assert_false(pack_end(&p));
	assert_int_equal(errno, ENOSPC);
	free(text);
	pack_close(&p);
	close(one);
	close(full);
}

/* No end is written, so that nobody takes it for whole; nothing is kept. */
static void
left_alone(void **state)
{
	struct unpack a;
	struct pack p;
	int fd = begin(&p);

	(void)state;
	add(&p, "name", "text", false);
	pack_close(&p);
	assert_int_equal(close(fd), 0);
	assert_false(unpack_open(&a, path, 5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_back),
		cmocka_unit_test(large_members),
		cmocka_unit_test(beyond_the_old_form),
		cmocka_unit_test(beyond_four_gigabytes),
		cmocka_unit_test(no_room),
		cmocka_unit_test(left_alone),
	};
	int failed, fd = mkstemp(path);

	close(fd);
	conf.spool_dir = "/tmp";
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
