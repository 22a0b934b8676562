/* Zip files that are written here, read by libzip (archive.h), which compares
 * what their headers and lists say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "archive.h"
#include "conf.h"
#include "fd.h"
#include "pack.h"
#include "spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAR (INT64_C(5) << 30)
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

/* A new file at the path, whose first member begins at `from`. */
static int
begin(struct pack *p, int64_t from)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_true(pack_open(p, fd));
	assert_true(lseek(fd, from, SEEK_SET) == from);
	p->at = from;
	return fd;
}

static void
end(struct pack *p, int fd)
{
	assert_true(pack_end(p));
	assert_true(lseek(fd, 0, SEEK_END) == p->at);
	pack_close(p);
	close(fd);
}

static void
is(struct archive *a, const char *name, const char *text)
{
	char found[200];
	int fd = with("", 0);
	ssize_t n;

	assert_int_equal(archive_read(a, name, 100000, fd), ARCHIVE_OK);
	n = pread(fd, found, sizeof(found) - 1, 0);
	assert_true(n >= 0);
	found[n] = '\0';
	assert_string_equal(found, text);
	close(fd);
}

static void
read_back(void **state)
{
	struct archive a;
	struct pack p;
	int fd = begin(&p, 0);

	(void)state;
	add(&p, "pins.jsonl", "one\ntwo\ntwo\ntwo\n", false);
	add(&p, "pictures/000001.png", "as it is", true);
	add(&p, "none", "", false);
	add(&p, "none.png", "", true);
	add(&p, "산책.txt", "산책", false);
	end(&p, fd);
	assert_true(archive_open(&a, path, 5));
	is(&a, "pins.jsonl", "one\ntwo\ntwo\ntwo\n");
	is(&a, "pictures/000001.png", "as it is");
	is(&a, "none", "");
	is(&a, "none.png", "");
	is(&a, "산책.txt", "산책");
	assert_int_equal(archive_read(&a, "pins", 10, -1), ARCHIVE_NONE);
	archive_drop(&a);
	assert_false(archive_open(&a, path, 4));
}

/* More than a chunk, which deflate makes smaller and larger. */
static void
large_members(void **state)
{
	enum { N = 1 << 20 };
	char *same = calloc(1, N), *noise = malloc(N), *found = malloc(N);
	uint32_t seed = 1;
	struct archive a;
	struct pack p;
	int fd, one, i;

	(void)state;
	for (i = 0; i < N; i++)
		noise[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
	fd = begin(&p, 0);
	for (i = 0; i < 3; i++) {
		one = with(i == 0 ? same : noise, N);
		assert_true(pack_add(&p, (const char *[]){ "same", "noise",
		    "kept" }[i], one, i == 2));
		close(one);
	}
	assert_true(p.at > 2 * N && p.at < 2 * N + 10000);
	end(&p, fd);
	assert_true(archive_open(&a, path, 3));
	for (i = 0; i < 3; i++) {
		one = with("", 0);
		assert_int_equal(archive_read(&a, (const char *[]){ "same",
		    "noise", "kept" }[i], N, one), ARCHIVE_OK);
		assert_true(pread(one, found, N, 0) == N);
		assert_memory_equal(found, i == 0 ? same : noise, N);
		close(one);
	}
	archive_drop(&a);
	free(same);
	free(noise);
	free(found);
}

/* Zip64: members behind the fourth gigabyte, and more than 65,535 of them. */
static void
beyond_the_old_form(void **state)
{
	struct archive a;
	struct pack p;
	char name[20];
	int i, fd = begin(&p, FAR), one;

	(void)state;
	add(&p, "far", "there", false);
	add(&p, "farther", "there too", true);
	end(&p, fd);
	assert_true(archive_open(&a, path, 2));
	is(&a, "far", "there");
	is(&a, "farther", "there too");
	archive_drop(&a);

	fd = begin(&p, 0);
	one = with("", 0);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_true(pack_add(&p, name, one, true));
	}
	close(one);
	add(&p, "last", "of many", false);
	end(&p, fd);
	assert_true(archive_open(&a, path, MANY + 1));
	is(&a, "69999", "");
	is(&a, "last", "of many");
	archive_drop(&a);
}

static void
no_room(void **state)
{
	struct pack p;
	int full = open("/dev/full", O_RDWR | O_CLOEXEC), one;

	(void)state;
	assert_true(pack_open(&p, full));
	one = with("text", 4);
	assert_false(pack_add(&p, "name", one, false));
	assert_false(pack_end(&p));
	pack_close(&p);
	close(one);
	close(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_back),
		cmocka_unit_test(large_members),
		cmocka_unit_test(beyond_the_old_form),
		cmocka_unit_test(no_room),
	};
	int failed, fd = mkstemp(path);

	close(fd);
	conf.spool_dir = "/tmp";
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
