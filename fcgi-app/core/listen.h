/*
 * The listening sockets of the roles: held by the master, so that they outlive
 * every process and every reload.
 *
 * A socket is bound to NAME.new in conf.run_dir, given mode 0660, set to
 * listen, and renamed to NAME: whoever connects finds the old socket or the
 * new one, never none.  Or it comes from systemd (sd_listen_fds(3)), when
 * LISTEN_FDNAMES has its name, with or without ".sock"; then its file is
 * systemd's.  Only Unix sockets: who may open one is a matter of the file
 * system, and FastCGI has no other guard.
 */
#ifndef CORE_LISTEN_H
#define CORE_LISTEN_H

#include <stdbool.h>

/* The socket of this name: non-blocking, close on exec, number 10 or more.
 * -1: said why in the log. */
int listen_open(const char *name);
/* Closes all, removes the files that are ours. */
void listen_close(void);

#endif
