/*
 * The process that keeps the index of pins, and its command.
 *
 * There is one: it holds a lock on a file beside the index as long as it lives.
 * A second one waits.
 */
#ifndef INFRA_INDEX_PROC_H
#define INFRA_INDEX_PROC_H

#include "str.h"

#include <stdint.h>

/* Where the index of pins is: index_dir of the settings. */
void index_proc_path(char path[256]);
/* Keeps it until SIGTERM; calls ready() once it has begun, and each(), if not
 * NULL, whenever something was told, or about once a second.  Exit status. */
int index_proc_run(void (*ready)(void), void (*each)(void));

/* Makes it anew, or has it made by the process that keeps it; told is called
 * now and then with how far it is.  Exit status. */
int index_proc_rebuild(void (*told)(uint64_t done, uint64_t of));

#endif
