/*
 * Access tokens that this process has verified, until they expire.
 *
 * 256 places in sets of four; a full set gives up the place written longest
 * ago.  The hash that selects the set is keyed with random bytes, so that
 * nobody can aim tokens at one set; the bytes are compared whole.  Comparing
 * them need not take a constant time: it begins only for a text with the same
 * keyed hash of 64 bits, which nobody can make but from the token itself.
 */
#ifndef INFRA_TOKEN_SEEN_H
#define INFRA_TOKEN_SEEN_H

#include "token.h"

/* Forgets everything and takes a new random key. */
void token_seen_open(void);
/* True, and *out filled, if token was added and expires after now_s. */
bool token_seen(struct str token, int64_t now_s, struct token_claims *out);
/* A token too long to be one of ours is not kept. */
void token_seen_add(struct str token, const struct token_claims *claims);

#endif
