/*
 * A FastCGI connection from Nginx.
 *
 * libfcgi decodes what comes in; its own accept loop is not used, because a
 * worker that waits on one kept connection is deaf to all others.  Instead a
 * connection that the worker accepted is put into an FCGX_Request (members
 * that the library asks not to touch, the same since 2.4.0), and FCGX_Accept_r
 * only parses.  Answers are written by record.c.  This file is the only one
 * that knows libfcgi.
 *
 * What libfcgi leaves open, and is closed here:
 * - A body that was not read would be taken for the next request, so a client
 *   could post a forged one.  It is always read to its end, or the connection
 *   is closed.
 * - A body that was cut off looks complete.  It is compared with the announced
 *   length, and the reader of a body is told.
 * - Parameters that were cut off between two of them look complete.  The
 *   stream's error is looked at.
 * - Nothing times out.  The socket does.
 *
 * What stays open: name and value lengths that add up to more than 2 GiB end
 * in an assertion of libfcgi, and so does a flood of FCGI_GET_VALUES.  Only a
 * peer that can open the socket can send either; the worker dies and is
 * replaced.  Requests are not multiplexed, and roles other than the responder
 * are refused.
 */
#ifndef CORE_FCGI_H
#define CORE_FCGI_H

#include "req.h"

struct fcgi;

/* Once in a process, before the first connection.  Leaves SIGPIPE and SIGUSR1
 * ignored. */
bool fcgi_init(void);

/* Takes over the accepted, blocking socket fd.  NULL: no memory; fd is
 * closed. */
struct fcgi *fcgi_open(int fd);
void fcgi_close(struct fcgi *c);

/* Waits for a request and fills what came of a zeroed rq.  False: there is
 * none to be served, and the connection must be closed. */
bool fcgi_read(struct fcgi *c, struct req *rq);
/* Sends the answer of rq, after the body's unread rest was read. */
void fcgi_send(struct fcgi *c, struct req *rq);
/* Frees what fcgi_read gave.  False: the connection must be closed. */
bool fcgi_finish(struct fcgi *c);

#endif
