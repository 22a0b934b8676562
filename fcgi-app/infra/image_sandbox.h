/*
 * The sandbox of one picture: what a process that decodes hostile bytes may
 * do.
 *
 * It may compute, take memory, start threads, write to the socket it has, and
 * end.  There is no way to open a file, to make a socket, to run or trace a
 * process, or to make memory executable.  Everything else fails with EPERM,
 * which libraries take for "not to be had here"; what only an intruder calls
 * ends the process.  Limits of memory, processor time and descriptors stand
 * around it.
 *
 * Whatever needs a file must have been loaded before.
 */
#ifndef INFRA_IMAGE_SANDBOX_H
#define INFRA_IMAGE_SANDBOX_H

#include <stdbool.h>

/* Closes the calling process, which must have one thread, in for good; limits
 * by conf.image_s and conf.image_mb.  False: it could not, errno says why, and
 * the process must not go on. */
bool image_sandbox_enter(void);

#endif
