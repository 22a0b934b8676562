/*
 * Tokens.
 *
 * Access tokens are JWTs signed with HMAC-SHA256 that live conf.access_s
 * seconds.  This is the only caller of libjwt, whose jwt_decode accepts
 * tokens of any algorithm that the key can be used for, looks at no time,
 * and with a NULL key accepts everything.  So a token is taken apart here
 * first, strictly (claims.h): one header, one alphabet, one form of JSON, no
 * claim twice, none unknown; then libjwt verifies its signature with a key
 * that is never NULL; then every claim is checked:
 *
 *   alg "HS256", typ "JWT" if given, and nothing else in the header;
 *   iss "pinwall", aud "pinwall-api", use "access";
 *   sub the account's id (text), sid the session's, jti 22 characters;
 *   iat, exp, nbf (if given) in seconds, ims = the issue in milliseconds;
 *   iat and nbf at most 5 s ahead of us, exp ahead of us, and exp - iat at
 *   most conf.access_s.
 *
 * Verified tokens are kept in a table of this process until they expire, so
 * that a repeated one costs a keyed hash and a comparison of its bytes.
 *
 * A token that is read is genuine and in time; whether its session still
 * exists is another question (revoked.h).
 *
 * Opaque tokens (refresh, e-mail verification, password reset) are 32 random
 * bytes; only their SHA-256 is stored, so a stolen database opens nothing.
 */
#ifndef INFRA_TOKEN_H
#define INFRA_TOKEN_H

#include "arena.h"

#define TOKEN_MOST 1024 /* bytes of an access token */
#define TOKEN_SKEW_S 5
#define TOKEN_OPAQUE 43 /* characters of an opaque token */

struct token_claims {
	int64_t user, session;
	int64_t issued_ms; /* wall clock, milliseconds */
	int64_t expires_s; /* wall clock, seconds */
};

struct token_hash {
	unsigned char p[32];
};

/* Takes the key from secret.h and tries one good and one forged token.
 * False: logged why. */
bool token_open(void);
/* An access token.  issued_ms 0: now; expires_s 0: conf.access_s after it. */
struct str token_make(struct arena *a, const struct token_claims *claims);
/* False, and *out untouched, unless token is one of ours and in time. */
bool token_read(struct str token, struct token_claims *out);
/* Of the last token_read that was false: it had no memory to find out. */
bool token_failed(void);

/* A new opaque token and what to store of it. */
struct str token_opaque(struct arena *a, struct token_hash *hash);
/* The hash of a token that came back; false if it never can be one. */
bool token_opaque_read(struct str token, struct token_hash *hash);

#endif
