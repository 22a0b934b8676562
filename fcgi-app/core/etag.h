/*
 * Entity tags in conditions of a request (RFC 9110, 8.8.3 and 13.1.2).
 *
 * Ours are strong, but come back weak: Nginx marks those of answers that it
 * compressed with W/.  Not here: If-Match, for nothing is written by ETag.
 */
#ifndef CORE_ETAG_H
#define CORE_ETAG_H

#include "str.h"

/* Is etag (with its quotes) among those of If-None-Match, or is that "*"?
 * Weak comparison.  What stands after something malformed is not looked at. */
bool etag_is_in(struct str if_none_match, struct str etag);

#endif
