/*
 * Facts about a picture from a small copy of it: dominant colour and palette,
 * placeholder, perceptual hash.  Pure functions on pixels.
 *
 * The copy is FACTS_W x FACTS_H pixels of four bytes (red, green, blue, alpha;
 * sRGB, alpha not multiplied in), row by row, whatever the proportions of the
 * picture are.  See-through pixels have no colour of their own; for the hash
 * and the placeholder the picture lies on white.
 */
#ifndef INFRA_IMAGE_FACTS_H
#define INFRA_IMAGE_FACTS_H

#include <stdint.h>

#define FACTS_W 72
#define FACTS_H 64
#define FACTS_BYTES (FACTS_W * FACTS_H * 4)
#define FACTS_COLOURS 5
#define FACTS_BLURHASH 28

/*
 * The colours that cover most of it, 0xrrggbb, widest first, at least one and
 * at most FACTS_COLOURS; returns how many.  Clusters by k-means in Oklab
 * (https://bottosson.github.io/posts/oklab/); each is shown by the colour that
 * occurs most in it, so no colour is told that is not there.  A cluster of
 * less than a hundredth is not a colour of the picture.  Nothing but
 * see-through pixels: white.
 */
int image_facts_palette(const unsigned char rgba[FACTS_BYTES],
    uint32_t out[FACTS_COLOURS]);

/*
 * Difference hash: the picture in 9 x 8 grey fields, one bit for each field
 * with a right neighbour, 1 where the neighbour is lighter; row by row, the
 * first the highest.
 * https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html
 */
uint64_t image_facts_dhash(const unsigned char rgba[FACTS_BYTES]);

/*
 * BlurHash of 4 x 3 components, FACTS_BLURHASH characters and a NUL.  Formula:
 * https://blurha.sh and
 * https://github.com/woltapp/blurhash/blob/master/Algorithm.md
 */
void image_facts_blurhash(const unsigned char rgba[FACTS_BYTES],
    char out[FACTS_BLURHASH + 1]);

#endif
