/*
 * What keys cost: `keys_bench [REDIS [FILE]]` prints the processor time of one
 * call each (for Redis also the time that passes); the best of five runs.
 * REDIS is the socket of a Redis to take limits from, FILE has the password of
 * its user app.
 */
#include "arena.h"
#include "clock.h"
#include "conf.h"
#include "input.h"
#include "limit.h"
#include "password.h"
#include "redis.h"
#include "revoked.h"
#include "token.h"
#include "token_seen.h"

#include "../unit/place.h"

#include <signal.h>
#include <sys/mman.h>

static struct arena *mem;
static struct str token, stored, cursor;
static volatile int64_t sink;

static int64_t
processor(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static void
time_it(const char *name, int n, void (*call)(void), int64_t (*now)(void))
{
	int64_t t, best = INT64_MAX;
	int round, i;

	for (round = 0; round < 5; round++) {
		t = now();
		for (i = 0; i < n; i++)
			call();
		t = now() - t;
		best = t < best ? t : best;
	}
	printf("%-42s %10.3f us\n", name, (double)best / n);
}

static void
run(const char *name, int n, void (*call)(void))
{
	time_it(name, n, call, processor);
}

static void
make(void)
{
	arena_reset(mem);
	sink += (int64_t)token_make(mem, &(struct token_claims){ .user = 7,
	    .session = 9 }).n;
}

static void
read_first(void)
{
	struct token_claims c;

	token_seen_open();
	sink += token_read(token, &c);
}

static void
forget(void)
{
	token_seen_open();
}

static void
read_again(void)
{
	struct token_claims c;

	sink += token_read(token, &c);
}

static void
read_forged(void)
{
	struct token_claims c;

	sink += token_read(str_sub(token, 0, token.n - 1), &c);
}

static void
ask_revoked(void)
{
	sink += revoked_has(sink & 0xffff, 5, 0);
}

static void
add_revoked(void)
{
	revoked_add_session(sink++);
}

static void
write_cursor(void)
{
	arena_reset(mem);
	sink += (int64_t)cursor_text(mem, sink, 7, false).n;
}

static void
read_cursor(void)
{
	struct page p;

	sink += cursor_read(cursor, &p);
}

static void
hash(void)
{
	arena_reset(mem);
	sink += (int64_t)password_hash(mem, STR("correct horse battery")).n;
}

static void
verify(void)
{
	sink += password_verify(stored, STR("correct horse battery"));
}

static void
dummy(void)
{
	password_dummy_verify(STR("correct horse battery"));
}

static void
weak(void)
{
	static const struct str about[] = { { "minjun_kim", 10 },
		{ "kim.minjun@example.org", 22 } };

	sink += password_weak(STR("blue canoe, wide river"), about, 2) != NULL;
}

static void
take(void)
{
	struct limit_state s;

	sink += limit_take(LIMIT_WRITE, STR("192.0.2.1"), STR("7"), &s);
}

static void
ping(void)
{
	const struct str words[] = { STR("PING") };

	sink += redis_call(REDIS_STATE, words, 1) != NULL;
}

int
main(int argc, char **argv)
{
	size_t area = 2 * 1024 * 1024;

	place_make();
	signal(SIGPIPE, SIG_IGN);
	mem = arena_open(1024 * 1024);
	if (!secret_open() || !token_open())
		return 1;
	limit_open();
	revoked_open(mmap(NULL, area, PROT_READ | PROT_WRITE, MAP_SHARED |
	    MAP_ANONYMOUS, -1, 0), area, 960000);
	token = arena_dup(arena_open(4096), token_make(mem,
	    &(struct token_claims){ .user = 7, .session = 9 }));
	printf("an access token has %zu bytes\n", token.n);
	run("token_make", 20000, make);
	run("token_read, first time, and forgetting", 20000, read_first);
	run("  of which forgetting", 20000, forget);
	sink += token_read(token, &(struct token_claims){ 0 });
	run("token_read, again", 1000000, read_again);
	run("token_read, cut", 1000000, read_forged);
	run("revoked_has, few entries", 1000000, ask_revoked);
	run("revoked_add_session", 4000, add_revoked);
	run("revoked_has, 20,000 entries", 1000000, ask_revoked);
	run("cursor_text", 1000000, write_cursor);
	cursor = arena_dup(arena_open(4096), cursor_text(mem, 1, 7, false));
	run("cursor_read", 1000000, read_cursor);
	stored = arena_dup(arena_open(4096), password_hash(mem,
	    STR("correct horse battery")));
	run("password_hash", 10, hash);
	run("password_verify", 10, verify);
	run("password_dummy_verify", 10, dummy);
	run("password_weak", 1000, weak);
	conf.limit_scale = 1000000;
	conf.redis_state = "/nowhere";
	run("limit_take, without Redis", 200000, take);
	if (argc > 1) {
		redis_close(REDIS_STATE);
		conf.redis_state = argv[1];
		if (argc > 2)
			conf.redis_state_password_file = argv[2];
		time_it("PING to Redis, passing time", 20000, ping,
		    clock_mono);
		time_it("limit_take, passing time", 20000, take, clock_mono);
		run("limit_take, our processor time", 20000, take);
	}
	return 0;
}
