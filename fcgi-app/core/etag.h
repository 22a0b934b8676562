/*
 * Entity tags (RFC 9110, 8.8.3 and 13.1.2).
 */
#ifndef CORE_ETAG_H
#define CORE_ETAG_H

#include "str.h"

/* Does an If-None-Match name this tag, or "*"?  Compared weakly: W/"x" is "x".
 * What is no list of tags names nothing. */
bool etag_is_among(struct str list, struct str etag);

#endif
