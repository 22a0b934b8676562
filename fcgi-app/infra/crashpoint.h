/*
 * Places where a test may kill the process: before and after each call of
 * Redis and of Postgres that the cache makes or rests on.
 *
 * In the program that is built with MODE=crash, and in no other, each passage
 * is counted in the file "crashpoints" of run_dir, if there is one, and the
 * process ends there by SIGKILL if the file says so (tests/torture/crash.py).
 * Elsewhere this is nothing.
 */
#ifndef INFRA_CRASHPOINT_H
#define INFRA_CRASHPOINT_H

#ifdef PINWALL_CRASHPOINTS
/* when: "before" or "after"; what: a name. */
void crashpoint(const char *when, const char *what);
#define CRASHPOINT(when, what) crashpoint(when, what)
#else
#define CRASHPOINT(when, what) ((void)0)
#endif

#endif
