/*
 * One fetch, with libcurl: from a URL to bytes, in the process that is jailed
 * for it (fetch_proc.h).
 *
 * Redirects are followed here and not by libcurl, so that each one passes the
 * gate like the first URL; every hop is a connection of its own, and every
 * address of it is judged as the socket is made.  An answer is decided on
 * when its header is complete: nothing of a body that is not wanted is read.
 *
 * What is not done: no cookies, no authentication, no proxy, no netrc, no
 * HTTP/2, no compression (an answer that is compressed all the same is
 * refused, so no bomb is ever unpacked), no ranges, no retries.
 */
#ifndef INFRA_FETCH_TRANSFER_H
#define INFRA_FETCH_TRANSFER_H

#include "fetch_gate.h"
#include "fetch_wire.h"

#define FETCH_REDIRECTS_MAX 3
#define FETCH_HEADER_MAX 32768 /* bytes of one answer's header */
#define FETCH_SPEED 32768      /* least bytes a second, */
#define FETCH_SPEED_S 3        /* on average over so many seconds */
#define FETCH_CONNECT_S 5

struct fetch_transfer {
	/* what is asked */
	struct str url;
	const char *accept; /* kinds as in struct fetch_want; "" for any */
	const char *allow;  /* configured services, as fetch_gate.h has them */
	int64_t bytes_max;
	int64_t deadline;   /* clock_mono */
	/* Takes bytes of the body; false: the asker has gone.  n == 0 asks
	 * only whether it is still there. */
	bool (*put)(void *to, const void *p, size_t n);
	void *to;

	/* what came */
	int64_t bytes;
	int http_status, redirects;
	char type[FETCH_KIND_MAX + 1];
	char last_url[FETCH_URL_MAX + 1];
};

/* FETCH_FINE: the whole body was put.  FETCH_FAULT: logged, or the asker has
 * gone.  Leaves its memory to the end of the process, which is near. */
enum fetch_reason fetch_transfer_run(struct fetch_transfer *t);

#endif
