/*
 * The fetch process: the only one of Pinwall that opens connections to the
 * Internet.
 *
 * The parent accepts on fetch.sock and forks; it never reads a byte that came
 * from outside.  A child serves one fetch, in a jail (fetch_jail.h), and ends.
 * At most conf.fetch_children of them run; the others wait in the socket's
 * backlog.  So what one host sends can harm one fetch, not the next one.  The
 * memory that Pinwall's processes share is not in a child.
 *
 * A child cannot outlive its parent, its deadline (an alarm beyond it kills
 * it) or its limits, and the parent holds nothing of a child but its number.
 * Nothing is kept between fetches: no cache, no connection, no cookie.
 *
 * Anybody who may connect to the socket is served; that is its file mode's
 * part.  How often a person may fetch is decided before (LIMIT_FETCH).
 */
#ifndef INFRA_FETCH_PROC_H
#define INFRA_FETCH_PROC_H

/*
 * Serves the listening Unix socket until SIGTERM, then lets the fetches that
 * are under way end (at most conf.fetch_s and a little) and returns 0.  Calls
 * role_ready when it can serve.  Returns 1, and said why in the log, when it
 * cannot start: the list conf.fetch_allow cannot be read, libcurl cannot be
 * set up, or this kernel does not give the jail.
 *
 * The socket may be shared with other fetch processes; it is made
 * non-blocking.  Takes over SIGTERM, SIGCHLD and SIGPIPE, and waits for any
 * child of the calling process: it must have no others.
 */
int fetch_run(int listen_fd);

#endif
