/*
 * The master: one process that holds the sockets and the shared memory,
 * starts the others, and keeps them in the number the roles ask for.
 *
 * A process that dies is replaced, at most once a second for each place.
 *
 * SIGHUP: a new generation is started, from the program file as it is now and
 * the settings as they are now (the counts of the roles stay).  When all of it
 * is ready, the old one is asked to leave, and does so in its own time.  If one
 * of the new processes dies, or is not ready within ten seconds, the new ones
 * are killed and the old go on.
 *
 * SIGTERM or SIGINT: the sockets are closed and their files removed, all are
 * asked to leave, and killed after 30 seconds.  Workers stay until Nginx has
 * closed its connections; a second signal makes them close their own.
 *
 * The master takes no requests and reads no data but its settings: there is
 * little that could go wrong in it.  If it is killed, the kernel sends its
 * processes SIGTERM.
 */
#ifndef CORE_MASTER_H
#define CORE_MASTER_H

#include "role.h"

/* Runs until it is told to stop.  name: of the file with its process id, which
 * keeps a second one of the name away; roles: ended by a NULL name; argv: the
 * program's arguments, which its processes get again with --role and --slot
 * added.  Returns the exit status: 0, or 1 if the first generation did not
 * become ready, or another master has the name in conf.run_dir. */
int master_run(const char *name, const struct role *roles, char **argv);

#endif
