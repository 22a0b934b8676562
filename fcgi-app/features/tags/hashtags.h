/*
 * Hashtags in a text (core/hashtag.h).  `a#b` has b, `##x` has x.  Pure.
 */
#ifndef FEATURES_HASHTAGS_H
#define FEATURES_HASHTAGS_H

#include "arena.h"

/* Writes at most max of them to out, in order, each once without regard to
 * case; returns how many. */
int hashtags_of(struct arena *a, struct str text, struct str *out, int max);

#endif
