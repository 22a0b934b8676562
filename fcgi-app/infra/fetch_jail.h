/*
 * The jail of one fetch: what a process that reads the Internet may do.
 *
 * Limits of memory, processor time and descriptors; no new privileges; of the
 * file system only what a resolver and OpenSSL read (Landlock, where the
 * kernel has it); of the system calls only what libcurl, the resolver and
 * OpenSSL need (seccomp).  In there is no way to run a program, to trace a
 * process, to open a file for writing, or to reach a Unix socket, so neither
 * Postgres nor Redis; sockets are TCP and UDP over IPv4 and IPv6 alone.
 *
 * It does not judge addresses: a filter of system calls cannot see them.  That
 * is the gate's part (fetch_gate.h), and the service unit's IPAddressDeny.
 */
#ifndef INFRA_FETCH_JAIL_H
#define INFRA_FETCH_JAIL_H

#include <stdbool.h>
#include <stdint.h>

/* Closes the calling process in for good; it may use cpu_s seconds of
 * processor time.  False: it could not, errno says why, and the process must
 * not go on. */
bool fetch_jail_enter(int64_t cpu_s);
/* Does this kernel keep the file system closed (Landlock)? */
bool fetch_jail_has_files(void);

#endif
