/*
 * Fetching from outside: the client of the fetch process.
 *
 * The fetch process (fetch_proc.h) is the only one of Pinwall that opens
 * connections to the Internet.  A worker hands it a URL over the Unix socket
 * `fetch.sock` in conf.run_dir and gets the bytes back; which URLs and
 * addresses may be fetched is decided there (fetch_gate.h), never here.  The
 * client believes the process no more than it must: it counts the bytes
 * itself and gives up at its own deadline.
 *
 * It does not look at what the bytes are: a picture is a picture when it has
 * been decoded (image.h), whatever its content type says.  It does not retry.
 */
#ifndef INFRA_FETCH_H
#define INFRA_FETCH_H

#include "arena.h"
#include "err.h"
#include "fetch_gate.h"
#include "str.h"

/* Pictures: an answer without a content type, or with application/octet-stream,
 * is let through; what the bytes are is found out by decoding them. */
#define FETCH_ACCEPT_IMAGE "image/" "*"
/* Those, and pages. */
#define FETCH_ACCEPT_PAGE FETCH_ACCEPT_IMAGE ",text/html,application/xhtml+xml"

struct fetch_want {
	struct str url;
	int64_t bytes_max; /* 1 or more; a larger body is refused */
	/* Kinds wanted, as an Accept header without parameters:
	 * FETCH_ACCEPT_IMAGE, or others with commas between them.  Sent to
	 * the host, and the answer's content type must be one of them.
	 * NULL: any. */
	const char *accept;
};

struct fetch_got {
	int64_t bytes;
	enum fetch_reason reason; /* FETCH_FINE, or what *why says */
	int http_status; /* of the last answer, as far as it was read; or 0 */
	int redirects;
	/* of the answer, "" when it named none; in the arena, ASCII */
	struct str content_type;
	struct str final_url;
};

/*
 * Fetches want->url and writes the body to out_fd, a regular file open for
 * writing, from its start; the file's position is not used or moved.  On any
 * other outcome than OK the file is empty afterwards.
 *
 * Only status 200 is a success.  At most three redirects are followed.
 *
 * ERR_INPUT     the URL's or its host's fault: *why is a sentence of
 *               fetch_reason.def, got->reason its name
 * ERR_BUSY      its turn did not come within conf.fetch_s seconds
 * ERR_UPSTREAM  the fetch process cannot be reached, or died under it
 * ERR_STORAGE   out_fd cannot be written
 *
 * *why is err_detail() of the outcome where it is not ERR_INPUT, so it may
 * always be shown.  Faults are logged here.  Takes at most 2 * conf.fetch_s + 3
 * seconds, waiting for the turn included.
 */
enum err fetch_get(struct arena *a, const struct fetch_want *want, int out_fd,
    struct fetch_got *got, const char **why) MUST_CHECK;

#endif
