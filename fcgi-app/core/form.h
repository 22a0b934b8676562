/*
 * Pairs in text: query strings and urlencoded bodies (WHATWG URL, section 5),
 * and the Cookie header (RFC 6265 4.2.1).  Pure functions.
 */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "arena.h"

enum form_step { FORM_PAIR, FORM_END, FORM_BAD };

/* Takes the next name=value off *rest, both decoded once (%XX and +) in
 * memory of the arena.  Empty pieces are passed over.  FORM_BAD: a percent
 * sign without two hexadecimal digits. */
enum form_step form_next(struct arena *a, struct str *rest, struct str *name,
    struct str *value);
/* The value of the one cookie of that name; STR_NONE if it is missing, empty,
 * there twice, or holds a byte that a cookie may not. */
struct str cookie_find(struct str header, struct str name);
/* s with every byte but unreserved ones as %XX, for a query. */
struct str form_encode(struct arena *a, struct str s);

#endif
