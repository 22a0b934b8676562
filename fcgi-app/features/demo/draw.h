/*
 * Pictures out of nothing, for demos and tests: a PNG of smooth shapes in a
 * few colours, another for every seed.  Pure.
 */
#ifndef FEATURES_DRAW_H
#define FEATURES_DRAW_H

#include "str.h"

/* Appends a PNG of width x height, both 16..2000. */
void draw_png(struct buf *b, int width, int height, unsigned seed);

#endif
