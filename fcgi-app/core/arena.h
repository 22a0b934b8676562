/*
 * Memory with the life of one request.
 *
 * An arena hands out memory and takes all of it back at once.  It never
 * returns NULL: when its cap is reached, or the system has no memory, it calls
 * the handler that was set with arena_on_full, which must not return (the
 * path of a request jumps to its end there: 413 or 500, everything undone).
 * Things that memory alone does not undo - an open file, a temporary file, a
 * database result - are put under arena_defer, and undone in reverse order.
 * Under AddressSanitizer memory is poisoned after the reset.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "str.h"

struct arena;

/* A new arena that gives out at most cap bytes between two resets. */
struct arena *arena_open(size_t cap);
void arena_close(struct arena *a);
void arena_on_full(struct arena *a, void (*full)(void *arg), void *arg);
/* Is there so much memory, outside the arena?  For libraries that end the
 * process when they get none, or that do not tell it from a wrong input: what
 * was free just now they will get. */
bool arena_has_room(size_t n);
/* For who got no memory elsewhere: as if the arena were full. */
void arena_give_up(struct arena *a) __attribute__((noreturn));
/* n bytes, aligned for any type, not zeroed. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_zalloc(struct arena *a, size_t n);
/* A copy of s with a terminating NUL after it (not counted in n). */
struct str arena_dup(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* undo(arg) is called at the next reset. */
void arena_defer(struct arena *a, void (*undo)(void *arg), void *arg);
/* Runs what was deferred, last first, and takes all memory back. */
void arena_reset(struct arena *a);
/* Bytes given out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
