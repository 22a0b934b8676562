/* The memory of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#endif
#ifdef POISONS
#include <sanitizer/asan_interface.h>
#endif

static jmp_buf out;
static int filled;

static void
full(void *arg)
{
	*(int *)arg += 1;
	longjmp(out, 1);
}

/* Does n bytes more fit? */
static bool
fits(struct arena *a, size_t n)
{
	if (setjmp(out) != 0)
		return false;
	memset(arena_alloc(a, n), 0xa5, n);
	return true;
}

static void
aligned_and_apart(void **state)
{
	struct arena *a = arena_open(1 << 20);
	char *p, *end = NULL;
	size_t n;

	(void)state;
	for (n = 0; n < 200; n++) {
		p = arena_alloc(a, n);
		assert_int_equal((uintptr_t)p % 16, 0);
		assert_true(end == NULL || p >= end);
		memset(p, (int)n, n);
		end = p + n;
	}
	p = arena_zalloc(a, 1000);
	for (n = 0; n < 1000; n++)
		assert_int_equal(p[n], 0);
	arena_close(a);
}

/* Pieces of all sizes, over many blocks, keep what was written into them. */
static void
many_blocks(void **state)
{
	static const size_t sizes[] = { 1, 16, 17, 4096, 65535, 65536, 65537,
		200000, 3, 65536, 5 };
	enum { N = sizeof(sizes) / sizeof(sizes[0]) };
	struct arena *a = arena_open(8 << 20);
	unsigned char *p[N];
	size_t i, k;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < N; i++) {
			p[i] = arena_alloc(a, sizes[i]);
			memset(p[i], (int)i + 1, sizes[i]);
		}
		for (i = 0; i < N; i++)
			for (k = 0; k < sizes[i]; k++)
				assert_int_equal(p[i][k], i + 1);
		assert_true(arena_used(a) >= 466282);
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
	arena_close(a);
}

static void
the_cap(void **state)
{
	struct arena *a = arena_open(100000);

	(void)state;
	filled = 0;
	arena_on_full(a, full, &filled);
	assert_false(fits(a, 100001));
	assert_false(fits(a, SIZE_MAX));
	assert_false(fits(a, SIZE_MAX - 15));
	assert_int_equal(filled, 3);
	assert_int_equal(arena_used(a), 0);
	assert_true(fits(a, 60000));
	assert_true(fits(a, 40000));
	assert_false(fits(a, 1));
	assert_true(fits(a, 0));
	arena_reset(a);
	assert_true(fits(a, 100000));
	assert_false(fits(a, 16));
	assert_int_equal(filled, 5);
	arena_close(a);
}

static char order[32];
static size_t order_n;

static void
remember(void *arg)
{
	order[order_n++] = *(char *)arg;
}

static void
undone_in_reverse(void **state)
{
	static char letters[] = "abcde";
	struct arena *a = arena_open(1 << 20);
	size_t i;

	(void)state;
	order_n = 0;
	for (i = 0; i < 5; i++) {
		(void)arena_alloc(a, 50000); /* over several blocks */
		arena_defer(a, remember, &letters[i]);
	}
	assert_int_equal(order_n, 0);
	arena_reset(a);
	assert_int_equal(order_n, 5);
	assert_memory_equal(order, "edcba", 5);
	arena_reset(a); /* once only */
	assert_int_equal(order_n, 5);
	arena_defer(a, remember, &letters[0]);
	arena_close(a); /* closing undoes too */
	assert_int_equal(order_n, 6);
}

static struct arena *nested;

static void
defers_more(void *arg)
{
	arena_defer(nested, remember, arg);
	remember(arg);
}

/* What is deferred while undoing is undone as well. */
static void
undo_that_defers(void **state)
{
	static char letter = 'x';

	(void)state;
	nested = arena_open(1 << 16);
	order_n = 0;
	arena_defer(nested, defers_more, &letter);
	arena_reset(nested);
	assert_int_equal(order_n, 2);
	arena_close(nested);
}

/* After a jump out of the middle of work everything is undone as usual. */
static void
undone_after_a_jump(void **state)
{
	static char letter = 'j';
	struct arena *a = arena_open(1000);

	(void)state;
	order_n = 0;
	filled = 0;
	arena_on_full(a, full, &filled);
	if (setjmp(out) == 0)
		for (;;)
			arena_defer(a, remember, &letter);
	assert_int_equal(filled, 1);
	arena_reset(a);
	assert_int_equal(order_n, 1000 / 32);
	arena_close(a);
}

static void
texts(void **state)
{
	struct arena *a = arena_open(1 << 20);
	struct str s;

	(void)state;
	s = arena_dup(a, (struct str){ "a\0b", 3 });
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b\0", 4);
	s = arena_dup(a, STR_NONE);
	assert_true(s.p != NULL && s.n == 0 && s.p[0] == '\0');
	s = arena_printf(a, "%d %s", 7, "seven");
	assert_true(str_eq(s, STR("7 seven")));
	assert_int_equal(s.p[s.n], '\0');
	s = arena_printf(a, "%100000d", 1);
	assert_int_equal(s.n, 100000);
	arena_close(a);
}

#ifdef POISONS
static void
poisoned(void **state)
{
	struct arena *a = arena_open(1 << 20);
	char *p = arena_alloc(a, 17), *q = arena_alloc(a, 100000);

	(void)state;
	assert_int_equal(__asan_address_is_poisoned(p + 16), 0);
	assert_int_equal(__asan_address_is_poisoned(p + 17), 1);
	assert_int_equal(__asan_address_is_poisoned(q + 99999), 0);
	assert_int_equal(__asan_address_is_poisoned(q + 100000), 1);
	arena_reset(a);
	assert_int_equal(__asan_address_is_poisoned(p), 1);
	assert_int_equal(__asan_address_is_poisoned(p + 16), 1);
	assert_ptr_equal(arena_alloc(a, 17), p);
	assert_int_equal(__asan_address_is_poisoned(p + 16), 0);
	arena_close(a);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligned_and_apart),
		cmocka_unit_test(many_blocks),
		cmocka_unit_test(the_cap),
		cmocka_unit_test(undone_in_reverse),
		cmocka_unit_test(undo_that_defers),
		cmocka_unit_test(undone_after_a_jump),
		cmocka_unit_test(texts),
#ifdef POISONS
		cmocka_unit_test(poisoned),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
