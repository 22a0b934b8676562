/*
 * Writing JSON by appending to a builder.  `<`, U+2028 and U+2029 are escaped,
 * so that an answer may stand inside a page.  (Bodies are read with json-c,
 * in input.c.)
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "str.h"

/* "text", quoted and escaped; must be valid UTF-8. */
void json_str(struct buf *b, struct str s);
/* JSON as somebody else wrote it, with the same escapes put in (what is
 * escaped can stand only inside its texts). */
void json_raw(struct buf *b, struct str s);
/* ,"key":  - the comma only after a value or a closing bracket. */
void json_key(struct buf *b, const char *key);
/* A comma unless the builder's last byte opens an object or a list. */
void json_comma(struct buf *b);
/* "2026-11-22T01:02:03.000004Z" */
void json_time(struct buf *b, int64_t us);

#endif
