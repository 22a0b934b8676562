/*
 * Pictures out of nothing, for demos and tests: a PNG of a landscape in a few
 * colours, another for every seed.  Pure.
 */
#ifndef FEATURES_DRAW_H
#define FEATURES_DRAW_H

#include "str.h"

/* seed % DRAW_HOURS is the hour: sunset over mountains, morning, night, evening
 * sun, fog, green hills, violet evening, desert. */
#define DRAW_HOURS 8

/* Appends a PNG of width x height, both 16..2000. */
void draw_png(struct buf *b, int width, int height, unsigned seed);

#endif
