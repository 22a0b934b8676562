/*
 * Settings: read once at start from a file of `name = value` lines, then from
 * the environment (PINWALL_NAME), never changed afterwards.  conf.def is the
 * only list.  An unknown name, a value out of bounds or a line that cannot be
 * read stops the start with messages that name the file and the line.
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

/* Told of whatever is wrong: where it is (FILE:LINE, a variable of the
 * environment, or a file), and what.  Only a fault stops a start: a setting
 * that is given twice, or a variable that is none, is told as well. */
typedef void conf_complaint(bool is_fault, const char *where, const char *why);

/* Reads path (NULL: defaults only) and the environment, also what follows a
 * fault.  False: there was one. */
bool conf_read(const char *path, conf_complaint *complain);
/* As that; false: said why on stderr. */
bool conf_load(const char *path);
/* Where a setting has its value from: the line of the file, 0 for its default,
 * -1 for the environment. */
int conf_line(const char *name);
/* Every setting with value and meaning, as a file that conf_load reads. */
void conf_print(void);

#endif
