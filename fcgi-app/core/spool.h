/*
 * Uploads on their way: a nameless file in conf.spool_dir that goes with the
 * request, whatever happens to it.
 */
#ifndef CORE_SPOOL_H
#define CORE_SPOOL_H

#include "multipart.h"

/* Such a file, which is the caller's; -1: errno. */
int spool_file(void);
/* A new empty file; its descriptor is closed with the request.  OK or
 * ERR_STORAGE. */
enum err spool_open(struct req *rq, struct upload *out) MUST_CHECK;
/* Bytes as such a file, read position at its start. */
enum err spool_bytes(struct req *rq, struct str bytes, struct upload *out)
    MUST_CHECK;
/* The current part as a file, read position at its start.  OK, ERR_INPUT,
 * ERR_TOO_LARGE (over conf.upload_max) or ERR_STORAGE; told. */
enum err spool_part(struct req *rq, struct multipart *m, struct upload *out)
    MUST_CHECK;

#endif
