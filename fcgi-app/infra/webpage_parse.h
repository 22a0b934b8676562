/*
 * What a page says about its pictures, from its HTML, with libgumbo.
 *
 * Runs in the sandbox of the image process (image_child.c), and in the tests.
 * The tree is walked without recursion, however deep it is; what is taken from
 * it is bounded.
 */
#ifndef INFRA_WEBPAGE_PARSE_H
#define INFRA_WEBPAGE_PARSE_H

#include "arena.h"

#define WEBPAGE_FOUND_MAX 200 /* pictures */
#define WEBPAGE_TEXT_MAX 2000 /* bytes of an address, or of the title */

/*
 * Texts that each end with a NUL: the title, the address that others are
 * relative to (<base href>), and those of the pictures as they stand there,
 * likely the best first: og:image, twitter:image, rel=image_src, then <img>
 * by the size that it says, each kind in the order of the page.  What is
 * smaller than an icon by its own account is left out.
 */
struct str webpage_parse(struct arena *a, struct str html);

#endif
