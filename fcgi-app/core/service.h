/*
 * The master as others see it: the file with its process id, which is also the
 * lock that keeps a second master away, and the messages to systemd.
 */
#ifndef CORE_SERVICE_H
#define CORE_SERVICE_H

#include <stdbool.h>

/* Makes conf.run_dir (mode 0750) if it is missing, takes the lock
 * run_dir/NAME.pid and writes the process id into it.  The lock ends with
 * the process, so a number that was left behind means nothing.  False: said
 * why on standard error. */
bool service_open(const char *name);
/* Removes the file. */
void service_close(void);

/* Sends "READY=1" and the like to $NOTIFY_SOCKET, if it is set
 * (sd_notify(3)). */
void service_tell(const char *state);

#endif
