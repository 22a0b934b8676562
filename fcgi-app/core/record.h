/*
 * The answer as FastCGI records.
 *
 * Written by us, not by libfcgi: its writer copies into a buffer of 8 KiB and
 * calls write() for each.  Here the header block and the body go out as they
 * lie in memory, in records of up to 65,528 bytes, with one system call unless
 * the peer is slower than its socket's buffer.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "req.h"

#define RECORD_BODY_MAX ((size_t)16 * 1024 * 1024)
#define RECORD_HEAD_MAX ((size_t)16 * 1024)

/* Sends status, header lines and body of rq as the whole answer to request
 * `id` on the blocking socket fd.  Content-Type is application/json unless
 * rq->head says otherwise; 204, 205 and 304 have no body.  False: the peer went
 * away, or took nothing for as long as the socket's time-out. */
bool record_send(int fd, int id, const struct req *rq);

#endif
