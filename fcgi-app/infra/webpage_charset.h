/*
 * Pages that are not UTF-8, as many older ones of Korea and Japan are.
 *
 * The C library converts them; what it needs for that are files, so all of its
 * converters are opened before a child is in its sandbox.
 */
#ifndef INFRA_WEBPAGE_CHARSET_H
#define INFRA_WEBPAGE_CHARSET_H

#include "arena.h"

/* Those that this machine does not have are done without. */
void webpage_charset_open(void);
/* The page in UTF-8, by what its <meta> says; without that as Korean if it is
 * so throughout.  As it is if it is UTF-8 already, or nobody knows what. */
struct str webpage_charset_utf8(struct arena *a, struct str html);

#endif
