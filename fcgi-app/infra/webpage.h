/*
 * Pages: which pictures a page of somebody's shows.
 *
 * HTML is parsed by a child of the image process (webpage_parse.h), which has
 * no way to the file system or the network.  Here its answer is held against
 * what it may be, addresses are made absolute (webpage_url.h), and what is
 * there twice is left out.  Nothing is fetched.
 */
#ifndef INFRA_WEBPAGE_H
#define INFRA_WEBPAGE_H

#include "arena.h"
#include "err.h"
#include "str.h"

#define WEBPAGE_MAX (2 << 20) /* bytes of HTML */
#define WEBPAGE_IMAGES 40
#define WEBPAGE_TITLE 100 /* characters */

struct webpage {
	struct str title; /* "" if it has none */
	int n;
	struct str images[WEBPAGE_IMAGES]; /* likely the best first */
};

/*
 * Reads the page in the regular file fd, which came from url.
 *
 * OK; ERR_INPUT, *why says so: it cannot be read; ERR_UPSTREAM as for
 * image_make.  *why may always be shown.
 */
enum err webpage_read(struct arena *a, int fd, struct str url,
    struct webpage *out, const char **why) MUST_CHECK;

#endif
