/*
 * Settings: read once at start from a file of `name = value` lines, then from
 * the environment (PINWALL_NAME), never changed afterwards.  conf.def is the
 * only list.  An unknown name, a value out of bounds or a line that cannot be
 * read stops the start with a message that names the file and the line.
 */
#ifndef CORE_CONF_H
#define CORE_CONF_H

#include <stdbool.h>
#include <stdint.h>

struct conf {
#define CONF_STR(name, def, doc) const char *name;
#define CONF_INT(name, def, min, max, doc) int64_t name;
#include "conf.def"
#undef CONF_STR
#undef CONF_INT
	const char *file; /* absolute path of the file read, or NULL */
};

extern struct conf conf;

/* Reads path (NULL: defaults only) and the environment.  False: said why on
 * stderr. */
bool conf_load(const char *path);
/* Every setting with value and meaning, as a file that conf_load reads. */
void conf_print(void);

#endif
