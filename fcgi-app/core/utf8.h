/*
 * UTF-8 text as it is stored: valid (RFC 3629), in Unicode's normal form C.
 * Normalisation is done by libutf8proc, and only where a text can need it.
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "arena.h"

/* The code point at s.p[*i], and *i moved past it; -1 if it is not valid. */
int32_t utf8_next(struct str s, size_t *i);
/* The number of code points, or -1 if s is not valid UTF-8. */
int64_t utf8_length(struct str s);
/* Control characters, C0 and C1, other than line feed and tab when lines. */
bool utf8_has_control(struct str s, bool lines);
/* s in normal form C (itself when it is already); s must be valid. */
struct str utf8_nfc(struct arena *a, struct str s);
/* s folded so that texts which differ only in case are equal, for the
 * database (lower()) and beyond. */
struct str utf8_fold(struct arena *a, struct str s);
/* A decimal digit of any script (Unicode's Nd). */
bool utf8_is_digit(int32_t c);
/* s without white space (Unicode's) at its ends. */
struct str utf8_trim(struct str s);

#endif
