/*
 * The bytes of an entry: a head that says for what they are good, then the
 * body.
 *
 *   0  "FTC" and the number of this format
 *   4  CRC-32C of the key, of the rest of the head and of the body
 *   8  build: what made the body and would read it
 *  16  when it was made, microseconds since 1970
 *  24  length of the body
 *  28  number of stamps, two bytes; two of zero
 *  32  the epoch, then the stamps
 *
 * Numbers are little-endian.  Whatever is not exactly that is no entry, and a
 * miss: nothing here trusts a length that it has not compared.
 */
#ifndef INFRA_FTC_ENTRY_H
#define INFRA_FTC_ENTRY_H

#include "ftc.h"

#define FTC_HEAD 32
#define FTC_HEAD_MOST (FTC_HEAD + FTC_NONCE * (1 + FTC_TAGS))

struct ftc_entry {
	uint64_t build;
	int64_t made;
	struct str epoch, stamps, body;
};

/* Writes the head of an entry; returns its length. */
size_t ftc_entry_head(struct str key, const struct ftc_entry *entry,
    char out[FTC_HEAD_MOST]);
/* Takes it apart; false: it is none.  Whether its bytes are whole is not
 * looked at. */
bool ftc_entry_open(struct str value, struct ftc_entry *out);
/* Are the bytes those that were stored under this key? */
bool ftc_entry_is_whole(struct str key, struct str value);

/* CRC-32C (Castagnoli) of what was before, 0 at first, and n more bytes. */
uint32_t ftc_entry_crc(uint32_t crc, const void *p, size_t n);

#endif
