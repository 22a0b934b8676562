/*
 * The programs that come with Postgres (pg_dump, pg_restore, psql), found by
 * PATH.  They end when this process does.
 */
#ifndef INFRA_PG_TOOL_H
#define INFRA_PG_TOOL_H

#include <stdbool.h>
#include <sys/types.h>

/* Tells them by the environment, which only the same user can read, where the
 * database of the settings is.  False: said why on stderr. */
bool pg_tool_open(void);
/* in, out: for standard input and output, -1 for nothing.  -1: said why. */
pid_t pg_tool_start(const char *const *argv, int in, int out);
/* Did it end well?  It says itself why not. */
bool pg_tool_wait(pid_t pid);

#endif
