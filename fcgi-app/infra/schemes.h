/*
 * What cached answers depend on: the names of sql/schemes, each with the
 * tables whose rows have tags of that name.
 */
#ifndef INFRA_SCHEMES_H
#define INFRA_SCHEMES_H

#include <stddef.h>

#define SCHEME_TABLES 12

struct scheme {
	const char *name;
	const char *tables[SCHEME_TABLES]; /* NULL after the last */
};

/* Made by tools/schemes.awk; NULL name at the end. */
extern const struct scheme schemes[];
/* SQL that makes the triggers anew, whatever was there. */
extern const char schemes_triggers[];

#endif
