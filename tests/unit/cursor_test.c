/* Cursors, and the base64 and the secret that they and tokens stand on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "arena.h"
#include "base64.h"
#include "input.h"
#include "place.h"
#include "rand.h"

#include <ctype.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct arena *mem;

static struct str
encoded(const void *p, size_t n)
{
	char *out = arena_alloc(mem, BASE64_URL(n) + 1);

	base64_url(out, p, n);
	assert_int_equal(strlen(out), BASE64_URL(n));
	return str_of(out);
}

/* RFC 4648, 10, and the two alphabets. */
static void
base64_examples(void **state)
{
	static const char *const want[] = { "", "Zg==", "Zm8=", "Zm9v",
		"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < 7; i++) {
		base64_padded(out, "foobar", i);
		assert_string_equal(out, want[i]);
		assert_int_equal(strlen(out), BASE64_PADDED(i));
	}
	base64_padded(out, "\xfb\xff\xbf", 3);
	assert_string_equal(out, "+/+/");
	base64_url(out, "\xfb\xff\xbf", 3);
	assert_string_equal(out, "-_-_");
}

static void
base64_round(void **state)
{
	unsigned char bytes[70], back[70];
	struct str text;
	size_t n, got;

	(void)state;
	for (n = 0; n <= sizeof(bytes); n++) {
		rand_bytes(bytes, sizeof(bytes));
		text = encoded(bytes, n);
		assert_true(base64_url_read(text, back, n, &got));
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
		if (n > 0)
			assert_false(base64_url_read(text, back, n - 1, &got));
	}
}

/* Of all texts of two characters exactly 256 are read, each as another byte,
 * and of all of three 65,536; each is written again as it was. */
static void
check_all(size_t n, size_t want)
{
	char text[3];
	struct str s = { text, n }, again;
	unsigned char back[3];
	size_t got, read = 0, v, most = (size_t)1 << 7 * n;

	for (v = 0; v < most; v++) {
		text[0] = (char)(v & 127);
		text[1] = (char)(v >> 7 & 127);
		text[2] = (char)(v >> 14 & 127);
		if (!base64_url_read(s, back, 3, &got))
			continue;
		assert_int_equal(got, n - 1);
		again = encoded(back, got);
		assert_true(str_eq(s, again));
		arena_reset(mem);
		read++;
	}
	assert_int_equal(read, want);
}

static void
base64_one_text_for_each(void **state)
{
	unsigned char back[3];
	size_t got;
	int c;

	(void)state;
	check_all(2, 256);
	check_all(3, 65536);
	for (c = 0; c < 256; c++) {
		char text[] = { 'A', (char)c, 'A', 'A' };

		assert_int_equal(base64_url_read((struct str){ text, 4 },
		    back, 3, &got), c < 128 && (isalnum(c) || c == '-' ||
		    c == '_'));
		assert_false(base64_url_read((struct str){ text, 1 }, back, 3,
		    &got));
	}
}

static void
round_trip(void **state)
{
	static const int64_t edges[] = { 0, 1, -1, INT64_MAX, INT64_MIN,
		1763769600000000, 255, 256 };
	struct page p;
	struct str text;
	size_t i, j;
	int back;

	(void)state;
	for (i = 0; i < 8; i++) {
		for (j = 0; j < 8; j++) {
			for (back = 0; back < 2; back++) {
				text = cursor_text(mem, edges[i], edges[j],
				    back == 1);
				memset(&p, 0x55, sizeof(p));
				assert_true(text.n <= 48);
				assert_true(cursor_read(text, &p));
				assert_int_equal(p.at, edges[i]);
				assert_int_equal(p.id, edges[j]);
				assert_int_equal(p.back, back == 1);
			}
		}
	}
}

static void
refuses(void **state)
{
	struct str text = cursor_text(mem, 1763769600000000, 12345, false);
	unsigned char bytes[25], junk[60];
	char copy[64];
	struct page p;
	size_t i, n;
	int c;

	(void)state;
	assert_int_equal(text.n, 34);
	for (i = 0; i < text.n; i++) {
		for (c = 0; c < 256; c++) {
			memcpy(copy, text.p, text.n);
			if (copy[i] == (char)c)
				continue;
			copy[i] = (char)c;
			assert_false(cursor_read((struct str){ copy, text.n },
			    &p));
		}
	}
	for (i = 0; i < text.n; i++)
		assert_false(cursor_read(str_sub(text, 0, i), &p));
	memcpy(copy, text.p, text.n);
	memcpy(copy + text.n, "AAAAAAAA", 8);
	for (i = 1; i <= 8; i++)
		assert_false(cursor_read((struct str){ copy, text.n + i },
		    &p));
	assert_false(cursor_read(STR_NONE, &p));
	assert_false(cursor_read(STR("2"), &p));
	for (i = 0; i < 100000; i++) {
		rand_bytes(junk, 25);
		assert_false(cursor_read(encoded(junk, 25), &p));
		arena_reset(mem);
	}
	text = cursor_text(mem, 1, 2, true);
	assert_true(base64_url_read(text, bytes, 25, &n));
	bytes[16] = 0; /* the other direction, the same code */
	assert_false(cursor_read(encoded(bytes, 25), &p));
}

static void
other_key(void **state)
{
	unsigned char key[16] = "another key ....";
	struct str text = cursor_text(mem, 5, 6, true);
	struct page p;

	(void)state;
	cursor_key(key);
	assert_false(cursor_read(text, &p));
	assert_true(cursor_read(cursor_text(mem, 5, 6, true), &p));
}

static void
write_secret(const char *bytes, size_t n, mode_t mode)
{
	FILE *f;

	unlink(conf.secret_file);
	f = fopen(conf.secret_file, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(conf.secret_file, mode), 0);
}

static void
secret_made(void **state)
{
	unsigned char one[32], two[32], again[32];
	struct stat st;

	(void)state;
	unlink(conf.secret_file);
	assert_true(secret_open());
	assert_int_equal(stat(conf.secret_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	secret_key("access", one);
	secret_key("cursor", two);
	assert_memory_not_equal(one, two, 32);
	assert_true(secret_open());
	secret_key("access", again);
	assert_memory_equal(one, again, 32);
	unlink(conf.secret_file);
	assert_true(secret_open());
	secret_key("access", again);
	assert_memory_not_equal(one, again, 32);
}

/* HMAC-SHA256("k" * 32, "access"), by Python's hmac module. */
static void
secret_known(void **state)
{
	static const unsigned char want[] = {
		0xd9, 0x38, 0x0c, 0x4b, 0xea, 0x95, 0xda, 0x3a,
		0x46, 0x3f, 0x60, 0xa0, 0xc4, 0x58, 0x05, 0x3d,
		0x89, 0xca, 0x03, 0xa3, 0xeb, 0xe1, 0xf4, 0x19,
		0xba, 0x4d, 0x53, 0x67, 0x72, 0xc6, 0x68, 0xee
	};
	unsigned char key[32];

	(void)state;
	write_secret("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32, 0600);
	assert_true(secret_open());
	secret_key("access", key);
	assert_memory_equal(key, want, 32);
}

static void
secret_refused(void **state)
{
	static const mode_t open_modes[] = { 0644, 0640, 0660, 0604, 0606 };
	char long_one[4097] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		write_secret("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32,
		    open_modes[i]);
		assert_false(secret_open());
	}
	write_secret("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 31, 0600);
	assert_false(secret_open());
	write_secret("", 0, 0600);
	assert_false(secret_open());
	write_secret(long_one, sizeof(long_one), 0600);
	assert_false(secret_open());
	unlink(conf.secret_file);
	assert_int_equal(mkdir(conf.secret_file, 0700), 0);
	assert_false(secret_open());
	assert_int_equal(rmdir(conf.secret_file), 0);
}

/* Many processes start at once without a file: all have the same keys, and
 * nothing else is left in the folder. */
static void
secret_race(void **state)
{
	enum { N = 16, ROUNDS = 20 };
	unsigned char (*keys)[32] = mmap(NULL, sizeof(*keys) * N,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[N];
	int i, round, status;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		unlink(conf.secret_file);
		memset(keys, 0, sizeof(*keys) * N);
		for (i = 0; i < N; i++) {
			pid[i] = fork();
			if (pid[i] != 0)
				continue;
			if (!secret_open())
				_exit(1);
			secret_key("access", keys[i]);
			_exit(0);
		}
		for (i = 0; i < N; i++) {
			assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
			assert_int_equal(status, 0);
			assert_memory_equal(keys[i], keys[0], 32);
		}
	}
	assert_int_equal(unlink(conf.secret_file), 0);
	assert_int_equal(rmdir(place), 0); /* it was alone */
	assert_int_equal(mkdir(place, 0700), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_examples),
		cmocka_unit_test(base64_round),
		cmocka_unit_test(base64_one_text_for_each),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(refuses),
		cmocka_unit_test(other_key),
		cmocka_unit_test(secret_made),
		cmocka_unit_test(secret_known),
		cmocka_unit_test(secret_refused),
		cmocka_unit_test(secret_race),
	};
	unsigned char key[16];

	place_make();
	mem = arena_open(1024 * 1024);
	rand_bytes(key, sizeof(key));
	cursor_key(key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
