/*
 * Memory that the master shares with all its processes.
 *
 * One memory file, made by the master and mapped by every process it starts;
 * it lives as long as the master, over reloads and the death of any process.
 * Each process has a slot of its own, where it alone writes: what it counts,
 * since when it has been busy with a request, and the log lines it has not
 * written yet.  The master reads the slots: it replaces a process that is
 * busy too long, and writes the lines of one that died.  Beside the slots lies
 * an area that is the application's own.
 *
 * Roles may run under masters of their own (`pinwall serve ROLE...`).  Then
 * conf.shared_file, in a file system in memory, is where all of them find the
 * same area and the same tallies; it lives until the host is booted anew.
 *
 * Nothing here is a lock or a queue.  The file is sealed against growing and
 * shrinking; a process whose program has another layout than the master's is
 * refused, so a program that changed it needs a restart, not a reload.
 */
#ifndef CORE_SHARED_H
#define CORE_SHARED_H

#include "log.h"

#include <stdatomic.h>
#include <sys/types.h>

#define SHARED_SLOTS 256
#define SHARED_AREA (2 * 1024 * 1024)

struct counts {
	uint64_t requests, errors, bytes;
};

struct slot {
	char role[16];       /* empty: the slot is free */
	pid_t pid;
	int generation;      /* how many reloads before this process */
	_Atomic int64_t began; /* of the request under way, monotonic
	                        * microseconds; 0: there is none */
	_Atomic uint64_t requests; /* served */
	_Atomic uint64_t errors;   /* answered with a status of 500 and more */
	_Atomic uint64_t bytes;    /* of answers' bodies */
	struct log_buffer log;
};

/* The master's: makes the memory and returns its descriptor (close on exec),
 * or -1 with errno. */
int shared_make(void);
/* A process's: maps the memory of fd, and takes slot number n as its own.
 * False: it is not such memory, or of another layout. */
bool shared_join(int fd, int n);

/* From now on children that this process forks do not have the memory (touching
 * it ends them): for roles whose children read what strangers send.  Such a
 * child calls log_open(role, NULL) before its first line. */
bool shared_withhold(void);

/* This process's slot; a private one if there is no master. */
struct slot *shared_own(void);
/* Slot n, 0 <= n < SHARED_SLOTS. */
struct slot *shared_slot(int n);
/* The master's: slot n, zeroed, for a process of this role. */
void shared_take(int n, const char *role, int generation);
/* The master's: slot n is free again; what it counted is kept. */
void shared_give_back(int n);
/* Sums over all processes since the master started, the dead ones included. */
struct counts shared_counts(void);

/* Counters under a name, summed over all processes since the master (or the
 * first of several) started;
 * NULL: there are too many names. */
#define SHARED_TALLIES 1024
#define SHARED_TALLY 40
_Atomic uint64_t *shared_tally(struct str name);

/* The application's area: *n bytes, zeroed when the master started, shared by
 * all processes.  Without a master it is private to the process. */
void *shared_area(size_t *n);

#endif
