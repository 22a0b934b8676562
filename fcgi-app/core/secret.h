/*
 * The installation's secret, and what is made of it.
 *
 * conf.secret_file holds 32 or more random bytes.  It is made at the first
 * start, readable by its owner only; whoever has it can make tokens, and
 * without it all tokens and cursors in use are refused.  Hosts of one site
 * share one file.
 *
 * The secret itself is used for nothing but deriving keys, one a purpose:
 * key = HMAC-SHA256(contents of the file, purpose).  So a text signed for one
 * purpose is never valid for another.
 *
 * It does not rotate keys: replace the file and restart, and everybody logs
 * in anew by the refresh token, which does not depend on it.
 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "str.h"

#define SECRET_KEY 32
#define SECRET_DIGEST 32

/* Reads conf.secret_file, or makes it.  False: logged why.  Call it before
 * the workers are forked. */
bool secret_open(void);
/* The key for a purpose ("access", "cursor", ...). */
void secret_key(const char *purpose, unsigned char key[SECRET_KEY]);

/* SHA-256. */
void secret_digest(struct str s, unsigned char digest[SECRET_DIGEST]);
/* SipHash-2-4: a short keyed code, and a hash that nobody can make collide. */
uint64_t secret_hash(const unsigned char key[16], const void *p, size_t n);
/* Compares in a time that does not depend on where a and b differ. */
bool secret_equal(const void *a, const void *b, size_t n);

#endif
