/*
 * The master's processes: starting them, asking them to leave, killing those
 * that do not, and noticing which are ready and which are gone.
 *
 * A process is known by its number, which is also its slot of shared memory.
 * Which processes there ought to be is not decided here (master.c).
 *
 * Killed are: a process that is not ready ten seconds after its start, one
 * that did not leave in the time it was given, and one whose slot says that it
 * has been busy with a request for longer than conf.request_s (by SIGABRT
 * first, for a core file).
 */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#include "role.h"

#include <poll.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid; /* 0: no such process */
	const struct role *role;
	int generation;
	bool ready;
	bool leaving;    /* it was asked to */
	bool stuck;      /* it was aborted */
	int ready_fd;    /* the master's end of its pipe, or -1 */
	int64_t kill_at; /* monotonic microseconds; 0: never */
};

/* Makes the shared memory.  argv: the arguments of the master, to be repeated.
 * False: said why in the log. */
bool process_open(char **argv);

/* Starts a process of a role, with the socket `listener` (or -1).  Returns its
 * number, or -1: said why in the log. */
int process_start(const struct role *role, int generation, int listener);
const struct process *process_at(int number);
/* Numbers that are not in use. */
int process_room(void);
int process_running(void);

/* Asks it to leave, kills it when it is still there after so long.  A process
 * that is leaving is asked again, and keeps the earlier time. */
void process_leave(int number, int64_t within_us);
void process_kill(int number);
/* Kills whom the time has come for. */
void process_watch(void);

/* Fills fds, of at least SHARED_SLOTS entries, with what to wait for;
 * process_listen then sees who is ready. */
int process_fds(struct pollfd *fds);
void process_listen(void);
/* The next process that ended: a copy in *gone, its status as of waitpid in
 * *status; what it left of its log is written.  -1: no more. */
int process_reap(struct process *gone, int *status);

#endif
