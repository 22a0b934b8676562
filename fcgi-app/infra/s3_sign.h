/*
 * Addresses that may be read without a key: AWS Signature Version 4 in the
 * query (docs.aws.amazon.com, "Authenticating Requests: Using Query
 * Parameters").  Pure.
 */
#ifndef INFRA_S3_SIGN_H
#define INFRA_S3_SIGN_H

#include "arena.h"

#define S3_SIGN_HEX 65 /* 64 hexadecimal digits and their end */

struct s3_sign {
	const char *access, *secret, *region;
	const char *host; /* as it will stand in the header Host */
};

/* "PATH?X-Amz-...": path may be read by GET for so many seconds from now. */
struct str s3_sign_get(struct arena *a, const struct s3_sign *by,
    const char *path, int64_t now, int seconds);
/* SHA-256, as hexadecimal digits. */
void s3_sign_digest(struct str bytes, char hex[S3_SIGN_HEX]);

#endif
