/*
 * Roles: what the processes of the master are for, seen from inside them.
 *
 * The master starts a process of a role by running its own program again with
 * `--role NAME --slot N` after the arguments it was given; main then loads the
 * settings and calls role_run.
 */
#ifndef CORE_ROLE_H
#define CORE_ROLE_H

#include <stdbool.h>

/* Descriptors that a process of the master finds open. */
enum {
	ROLE_LISTEN_FD = 3, /* the role's socket, listening, non-blocking */
	ROLE_READY_FD = 4,
	ROLE_SHARED_FD = 5,
};

struct role {
	const char *name;    /* at most 15 characters; NULL ends a table */
	int count;           /* processes; 0: the role is switched off */
	int (*run)(void);    /* the process's life; gives its exit status */
	const char *socket;  /* file name in conf.run_dir, or NULL */
	bool ready_by_pipe;  /* it calls role_ready; else it is ready at once */
};

/* Runs a role in this process: takes its slot of shared memory, opens the log,
 * ignores SIGINT, SIGHUP and SIGPIPE (a terminal sends the first two to all;
 * they are the master's).  SIGTERM is as it was: the role says what it does.
 * Returns the exit status. */
int role_run(const struct role *roles, const char *name, int slot);
/* Tells the master that this process can do its work now.  Does nothing
 * without a master and when it was called before. */
void role_ready(void);

#endif
