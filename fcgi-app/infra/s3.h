/*
 * A bucket of an S3 service (Amazon's, or any that speaks its protocol).
 *
 * Every request is signed (AWS Signature Version 4), its body too.  One that
 * failed for a reason that may pass - no connection, cut off, 429, 5xx - is
 * sent again up to three times, within conf.s3_s in all (and a second for each
 * MiB of what is larger than a picture); putting and removing may be done
 * twice.  When the service stays away, calls of the next second fail at once,
 * so that nobody queues for it.  One that gave no answer in two seconds is not
 * asked again, and left alone for as long as it was waited for.
 *
 * Only the configured host is spoken to: no redirect is followed, no proxy
 * used.  An error is logged by its code; the body of one quotes keys.
 *
 * Keys of objects are made of letters, digits and "/-_.", which need no
 * escaping anywhere.
 */
#ifndef INFRA_S3_H
#define INFRA_S3_H

#include "arena.h"
#include "err.h"

/* Reads s3_key_file: the access key and the secret key, a line each.  False:
 * logged why. */
bool s3_open(void);
/* Why the bucket cannot be listed, as the service calls it, asked once and not
 * logged; NULL: it can.  After s3_open. */
const char *s3_reach(struct arena *a);

/* All: OK, or logged ERR_STORAGE (no room) or ERR_BUSY (everything else). */
enum err s3_put(struct arena *a, const char *key, const char *type,
    struct str bytes) MUST_CHECK;
/* Into the file fd, at most most bytes.  ERR_NOT_FOUND besides. */
enum err s3_get(struct arena *a, const char *key, int fd, int64_t most)
    MUST_CHECK;
/* Nothing there is fine. */
enum err s3_remove(struct arena *a, const char *key) MUST_CHECK;

struct s3_object {
	struct str key;
	int64_t changed; /* seconds since 1970 */
	int64_t size;    /* -1: it is not told */
};

#define S3_PAGE 1000

struct s3_page {
	struct s3_object objects[S3_PAGE];
	int n;
	struct str next; /* the token of the next page; n == 0: the last */
};

/* A page of the objects whose keys begin with prefix, in their order; after:
 * the token of the page before, or STR_NONE. */
enum err s3_list(struct arena *a, const char *prefix, struct str after,
    struct s3_page *page) MUST_CHECK;

/* The path of an object and a signature to get it by, for some minutes. */
struct str s3_signed_path(struct arena *a, const char *key);

#endif
