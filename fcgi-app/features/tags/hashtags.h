/*
 * Hashtags in a text: `#` and the run of letters and digits after it, as
 * #([a-zA-Z\dㄱ-힣]+) with Python's re: a-z, A-Z, any Unicode decimal digit,
 * and U+3131 to U+D7A3.  `a#b` has b, `##x` has x.  Pure.
 */
#ifndef FEATURES_HASHTAGS_H
#define FEATURES_HASHTAGS_H

#include "arena.h"

/* Writes at most max of them to out, in order, each once without regard to
 * case; returns how many. */
int hashtags_of(struct arena *a, struct str text, struct str *out, int max);

#endif
