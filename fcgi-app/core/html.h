/*
 * Writing HTML by appending to a builder.  What stands in an element or in a
 * quoted attribute is escaped; nothing else of a caller's may be written.
 */
#ifndef CORE_HTML_H
#define CORE_HTML_H

#include "str.h"

/* text, for an element or a value in double quotes. */
void html_text(struct buf *b, struct str text);
/* <meta name="..." content="..."> (attribute: "name" or "property"). */
void html_meta(struct buf *b, const char *attribute, const char *name,
    struct str content);

#endif
