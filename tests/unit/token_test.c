/*
 * Tokens (A1): everything that tests/attack/tokens.py makes, and what only a
 * test inside the process can see: the table of verified tokens, the clock,
 * bytes that no text carries.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "arena.h"
#include "claims.h"
#include "clock.h"
#include "place.h"
#include "token.h"
#include "token_seen.h"

#include <sys/wait.h>

#define LIFE 600

static struct arena *mem;

static bool
reads(struct str token)
{
	struct token_claims got;

	return token_read(token, &got);
}

static struct str
fresh(void)
{
	return token_make(mem, &(struct token_claims){ .user = 7,
	    .session = 9 });
}

static void
made_and_read(void **state)
{
	int64_t now_ms = clock_now() / 1000;
	struct token_claims got, want = { INT64_MAX, INT64_MAX - 1, 0, 0 };
	struct str token = fresh(), big = token_make(mem, &want);
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		memset(&got, 0, sizeof(got));
		assert_true(token_read(token, &got));
		assert_int_equal(got.user, 7);
		assert_int_equal(got.session, 9);
		assert_in_range(got.issued_ms, now_ms, now_ms + 1000);
		assert_int_equal(got.expires_s, got.issued_ms / 1000 + LIFE);
	}
	assert_true(token_read(big, &got));
	assert_int_equal(got.user, INT64_MAX);
	assert_int_equal(got.session, INT64_MAX - 1);
	assert_in_range(big.n, 100, 450);
	assert_false(str_eq(token, fresh()));
}

/* "\xNN" stands for a byte. */
static struct str
unescape(char *text)
{
	char *to = text, *from = text, hex[3] = "";

	while (*from != '\0') {
		if (from[0] != '\\') {
			*to++ = *from++;
			continue;
		}
		memcpy(hex, from + 2, 2);
		*to++ = (char)strtol(hex, NULL, 16);
		from += 4;
	}
	return (struct str){ text, (size_t)(to - text) };
}

/* Runs the generator; its lines come from *out. */
static pid_t
run_generator(FILE **out)
{
	char life[16];
	int ends[2];
	pid_t pid;

	snprintf(life, sizeof(life), "%d", LIFE);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl("/usr/bin/python3", "python3", "-B",
		    "tests/attack/tokens.py", conf.secret_file, "7", "9",
		    life, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	*out = fdopen(ends[0], "r");
	assert_non_null(*out);
	return pid;
}

static void
check_line(char *line, int *good, int *bad, int *wrong)
{
	char *name = strchr(line, '\t'), *text;
	bool want, got;

	assert_non_null(name);
	*name++ = '\0';
	text = strchr(name, '\t');
	assert_non_null(text);
	*text++ = '\0';
	want = strcmp(line, "good") == 0;
	got = reads(unescape(text));
	++*(want ? good : bad);
	if (got != want) {
		print_error("%s token %s\n", got ? "accepted" : "refused",
		    name);
		++*wrong;
	}
}

static void
hostile_set(void **state)
{
	int good = 0, bad = 0, wrong = 0, status;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;
	pid_t pid = run_generator(&f);

	(void)state;
	while ((n = getline(&line, &cap, f)) > 0) {
		line[n - 1] = '\0';
		check_line(line, &good, &bad, &wrong);
	}
	free(line);
	fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	print_message("%d hostile tokens, %d controls\n", bad, good);
	assert_true(bad >= 60);
	assert_true(good >= 5);
	assert_int_equal(wrong, 0);
}

/* A token that is in the table of verified ones gives no cover to texts that
 * differ from it in one place. */
static void
every_byte_counts(void **state)
{
	struct str token = fresh();
	char copy[TOKEN_MOST];
	size_t i;
	int c;

	(void)state;
	assert_true(reads(token));
	for (i = 0; i < token.n; i++) {
		for (c = 0; c < 256; c++) {
			memcpy(copy, token.p, token.n);
			if (copy[i] == (char)c)
				continue;
			copy[i] = (char)c;
			assert_false(reads((struct str){ copy, token.n }));
		}
	}
	for (i = 0; i < token.n; i++) {
		assert_false(reads(str_sub(token, 0, i)));
		assert_false(reads(str_sub(token, i + 1, token.n)));
		memcpy(copy, token.p, i);
		copy[i] = '\0';
		memcpy(copy + i + 1, token.p + i, token.n - i);
		assert_false(reads((struct str){ copy, token.n + 1 }));
	}
	memcpy(copy, token.p, token.n);
	copy[token.n] = '\0';
	assert_false(reads((struct str){ copy, token.n + 1 }));
	assert_false(reads(STR_NONE));
	assert_true(reads(token));
}

static void
dies_in_the_table(void **state)
{
	struct token_claims c = { .user = 1, .session = 1 };
	struct str token;
	int64_t started = clock_now();
	bool good;

	(void)state;
	c.issued_ms = started / 1000;
	c.expires_s = c.issued_ms / 1000 + 2;
	token = token_make(mem, &c);
	assert_true(reads(token));
	while (clock_now() < c.expires_s * SECOND_US) {
		good = reads(token);
		if (clock_now() < c.expires_s * SECOND_US)
			assert_true(good);
		usleep(5000);
	}
	assert_false(reads(token));
}

/* More tokens than places: all stay readable, and all claims stay right. */
static void
table_overflows(void **state)
{
	struct str tokens[1000];
	struct token_claims c;
	int i, round;

	(void)state;
	for (i = 0; i < 1000; i++)
		tokens[i] = token_make(mem, &(struct token_claims){
		    .user = 100 + i, .session = 5000 + i });
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 1000; i++) {
			assert_true(token_read(tokens[i], &c));
			assert_int_equal(c.user, 100 + i);
			assert_int_equal(c.session, 5000 + i);
		}
	}
}

static void
table_keeps(void **state)
{
	struct token_claims c = { 1, 2, 3000, 100 }, got;
	char text[TOKEN_MOST];
	int i, found = 0;

	(void)state;
	token_seen_open();
	memset(text, 'x', sizeof(text));
	for (i = 0; i < 256; i++) {
		memcpy(text, &i, sizeof(i));
		c.user = i + 1;
		token_seen_add((struct str){ text, 300 }, &c);
	}
	for (i = 0; i < 256; i++) {
		memcpy(text, &i, sizeof(i));
		if (!token_seen((struct str){ text, 300 }, 99, &got))
			continue;
		found++;
		assert_int_equal(got.user, i + 1);
		assert_false(token_seen((struct str){ text, 300 }, 100, &got));
		assert_false(token_seen((struct str){ text, 299 }, 99, &got));
	}
	/* 64 sets of 4: by chance some sets overflow. */
	assert_in_range(found, 180, 256);
	token_seen_add((struct str){ text, sizeof(text) }, &c);
	assert_false(token_seen((struct str){ text, sizeof(text) }, 1, &got));
}

static void
other_secret(void **state)
{
	struct str token = fresh();

	(void)state;
	assert_int_equal(unlink(conf.secret_file), 0);
	assert_true(secret_open());
	assert_true(token_open());
	assert_false(reads(token));
	assert_true(reads(fresh()));
}

static void
opaque(void **state)
{
	struct token_hash made, read;
	struct str token = token_opaque(mem, &made);
	char copy[TOKEN_OPAQUE + 2];
	unsigned char digest[32];

	(void)state;
	assert_int_equal(token.n, TOKEN_OPAQUE);
	assert_true(token_opaque_read(token, &read));
	assert_memory_equal(made.p, read.p, 32);
	secret_digest(token, digest);
	assert_memory_equal(made.p, digest, 32);
	assert_false(str_eq(token, token_opaque(mem, &read)));
	assert_memory_not_equal(made.p, read.p, 32);
	memcpy(copy, token.p, TOKEN_OPAQUE);
	copy[TOKEN_OPAQUE] = '=';
	assert_false(token_opaque_read((struct str){ copy, 44 }, &read));
	assert_false(token_opaque_read((struct str){ copy, 42 }, &read));
	copy[5] = '\0';
	assert_false(token_opaque_read((struct str){ copy, 43 }, &read));
	assert_false(token_opaque_read(STR_NONE, &read));
	assert_false(reads(token));
	assert_false(token_opaque_read(fresh(), &read));
}

/* The reader of claims by itself: in tokens other rules would hide a hole. */
static void
claims_alone(void **state)
{
	static const struct claim want[] = { { "a", CLAIM_TEXT, true },
		{ "n", CLAIM_NUMBER, false } };
	static const char *const good[] = { "{\"a\":\"\"}",
		"{\"a\":\"x y/~!\"}", "{\"n\":0,\"a\":\"1\"}",
		"{\"a\":\"x\",\"n\":9223372036854775807}" };
	static const char *const bad[] = { "", "{", "{}", "{\"n\":1}",
		"{\"a\":\"\\u0041\"}", "{\"a\":\"\\\\\"}",
		"{\"a\":\"\\\"\"}", "{\"a\":\"x\ty\"}",
		"{\"a\":\"\x7f\"}", "{\"a\":\"\xc3\xa9\"}",
		"{\"a\":\"x\",\"a\":\"x\"}", "{\"a\":\"x\",\"b\":\"x\"}",
		"{\"a\":\"x\",}", "{,\"a\":\"x\"}", "{\"a\":\"x\"} ",
		" {\"a\":\"x\"}", "{\"a\": \"x\"}", "{\"a\":\"x\"",
		"{\"a\":\"x}", "{\"a\":1}", "{\"a\":null}", "{\"a\":[]}",
		"{\"a\":\"x\",\"n\":\"1\"}", "{\"a\":\"x\",\"n\":01}",
		"{\"a\":\"x\",\"n\":-1}", "{\"a\":\"x\",\"n\":1.0}",
		"{\"a\":\"x\",\"n\":1e3}", "{\"a\":\"x\",\"n\":}",
		"{\"a\":\"x\",\"n\":9223372036854775808}",
		"{\"a\":\"x\"\"n\":1}", "{a:\"x\"}", "[\"a\"]", "\"a\"" };
	struct claim_value v[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!claims_read(str_of(good[i]), want, 2, v))
			fail_msg("refused: %s", good[i]);
	assert_true(v[1].given);
	assert_int_equal(v[1].number, INT64_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (claims_read(str_of(bad[i]), want, 2, v))
			fail_msg("accepted: %s", bad[i]);
	assert_false(claims_read((struct str){ "{\"a\":\"\0\"}", 9 }, want, 2,
	    v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_and_read),
		cmocka_unit_test(hostile_set),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(dies_in_the_table),
		cmocka_unit_test(table_overflows),
		cmocka_unit_test(table_keeps),
		cmocka_unit_test(claims_alone),
		cmocka_unit_test(opaque),
		cmocka_unit_test(other_secret),
	};

	place_make();
	conf.access_s = LIFE;
	mem = arena_open(8 * 1024 * 1024);
	if (!secret_open() || !token_open())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
