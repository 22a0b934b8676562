/*
 * The scripts that Redis runs for the cache.  Each names all its keys, and
 * what it does follows from them, its arguments and the time of Redis.
 *
 * Run one by EVALSHA with its SHA-1, and by EVAL when Redis answers NOSCRIPT:
 * then it was not executed.
 */
#ifndef INFRA_FTC_SCRIPTS_H
#define INFRA_FTC_SCRIPTS_H

#include "ftc.h"

/* NULL: not a script. */
const char *ftc_script(enum ftc_command command);
/* "PREP", "MGET": for logs. */
const char *ftc_script_name(enum ftc_command command);

#endif
