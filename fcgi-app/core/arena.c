/*
 * The arena: a list of blocks, the first of them kept over resets.
 *
 * A block holds 64 KiB or one larger piece; most requests never leave the
 * first.  Pieces are 16 bytes aligned.  With AddressSanitizer the space after
 * the current piece is poisoned, and everything is after a reset, so that a
 * pointer that outlives its request is found by the tests.
 */
#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#endif
#ifdef POISONS
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK (64 * 1024)
#define ALIGN 16

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) char data[];
};

struct undo {
	struct undo *next;
	void (*undo)(void *arg);
	void *arg;
};

struct arena {
	struct block *first, *last;
	struct undo *undos;
	size_t cap, used;
	void (*full)(void *arg);
	void *full_arg;
};

static struct block *
block_new(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		return NULL;
	*b = (struct block){ .size = size };
	POISON(b->data, size);
	return b;
}

struct arena *
arena_open(size_t cap)
{
	struct arena *a = calloc(1, sizeof(*a));
	struct block *b = block_new(BLOCK);

	if (a == NULL || b == NULL)
		abort();
	a->cap = cap;
	a->first = a->last = b;
	return a;
}

void
arena_close(struct arena *a)
{
	arena_reset(a);
	UNPOISON(a->first->data, a->first->size);
	free(a->first);
	free(a);
}

void
arena_on_full(struct arena *a, void (*full)(void *arg), void *arg)
{
	a->full = full;
	a->full_arg = arg;
}

bool
arena_has_room(size_t n)
{
	void *volatile room = malloc(n);
	bool has = room != NULL;

	free(room);
	return has;
}

void
arena_give_up(struct arena *a)
{
	if (a->full != NULL)
		a->full(a->full_arg);
	abort(); /* nobody set a way out, or it came back */
}

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t size = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct block *b = a->last;
	void *p;

	if (size < n || size > a->cap || a->used > a->cap - size)
		arena_give_up(a);
	if (b->size - b->used < size) {
		b = block_new(size > BLOCK ? size : BLOCK);
		if (b == NULL)
			arena_give_up(a);
		a->last->next = b;
		a->last = b;
	}
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	UNPOISON(p, n);
	return p;
}

void *
arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

struct str
arena_dup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void
arena_defer(struct arena *a, void (*undo)(void *arg), void *arg)
{
	struct undo *u = arena_alloc(a, sizeof(*u));

	*u = (struct undo){ a->undos, undo, arg };
	a->undos = u;
}

void
arena_reset(struct arena *a)
{
	struct block *b, *next;
	struct undo *u;

	while ((u = a->undos) != NULL) {
		a->undos = u->next;
		u->undo(u->arg);
	}
	for (b = a->first->next; b != NULL; b = next) {
		next = b->next;
		UNPOISON(b->data, b->size);
		free(b);
	}
	a->first->next = NULL;
	a->first->used = 0;
	POISON(a->first->data, a->first->size);
	a->last = a->first;
	a->used = 0;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
