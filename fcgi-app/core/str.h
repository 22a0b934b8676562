/*
 * Text that somebody else owns (struct str), and text that grows (struct buf).
 *
 * struct str is a pointer and a length in bytes, not terminated, never freed
 * through this type.  p == NULL means "no value", which is not the same as
 * the empty text.
 *
 * struct buf grows up to a maximum that it is given at birth.  The first
 * append that does not fit sets a sticky error and leaves the contents as
 * they were; every later append does nothing.  So a builder is checked once,
 * at its end, with buf_ok.
 */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf("%.*s"). */
#define STR_ARG(s) (int)(s).n, (s).p

/* The text of a C string; NULL gives STR_NONE. */
struct str str_of(const char *c);
bool str_eq(struct str a, struct str b);
/* Is the text the same, A-Z and a-z taken as equal? */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* The bytes [from, to) of s; both are cut to its length. */
struct str str_sub(struct str s, size_t from, size_t to);
/* Index of the first c at or after from, or s.n. */
size_t str_find(struct str s, char c, size_t from);
/* s without spaces and tabs at its ends. */
struct str str_trim(struct str s);
/* Decimal number with an optional '-': no sign '+', no leading zero, no
 * white space, nothing after it.  False, and *out untouched, otherwise. */
bool str_int(struct str s, int64_t *out);

struct buf {
	char *p;
	size_t n, cap, max;
	bool over;
};

/* An empty builder that will hold at most max bytes. */
void buf_open(struct buf *b, size_t max);
void buf_close(struct buf *b);
/* Empty again, error forgotten; keeps at most keep bytes of its memory. */
void buf_reset(struct buf *b, size_t keep);
static inline bool
buf_ok(const struct buf *b)
{
	return !b->over;
}

/* Room for n more bytes at the end, or NULL; buf_took says how many of them
 * were written. */
char *buf_room(struct buf *b, size_t n);
static inline void
buf_took(struct buf *b, size_t n)
{
	b->n += n;
}

/* Inline, as answers are made of nothing else. */
static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	char *to;

	/* one that is fresh has no memory to be nowhere in */
	if (n == 0)
		return;
	to = !b->over && n <= b->cap - b->n ? b->p + b->n : buf_room(b, n);
	if (to == NULL)
		return;
	memcpy(to, p, n);
	b->n += n;
}

static inline void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

static inline void
buf_byte(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

#endif
