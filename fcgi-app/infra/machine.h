/*
 * The machine around the program: disks, memory of processes, and files whose
 * age matters.
 */
#ifndef INFRA_MACHINE_H
#define INFRA_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct machine_disk {
	uint64_t free, size; /* bytes; free: for whom the program runs as */
};

/* The disk on which a folder lies; false: there is no such folder. */
bool machine_disk(const char *folder, struct machine_disk *out);
/* Resident bytes of a process; 0: it cannot be seen. */
uint64_t machine_memory(pid_t pid);
/* When the newest entry of a folder was changed, seconds since 1970; 0: there
 * is none.  Names that begin with a dot are no entries. */
int64_t machine_newest(const char *folder);

#endif
