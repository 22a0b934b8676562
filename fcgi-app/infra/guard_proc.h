/*
 * The guardian's process: grants the lease without which nothing that is kept
 * is served, and ends what dead writers left (ftc_guard.h).
 */
#ifndef INFRA_GUARD_PROC_H
#define INFRA_GUARD_PROC_H

/* Until SIGTERM; calls ready() once it has begun.  Exit status. */
int guard_proc_run(void (*ready)(void));

#endif
