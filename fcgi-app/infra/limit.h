/*
 * Rate limits: the token buckets of core/limit.def.
 *
 * Each kind has a bucket per subnet (an IPv4 address, an IPv6 /64; a mapped
 * IPv4 address counts as IPv4) and one per account.  A call takes from both or
 * from none, in one round trip to Redis (a script; Redis' own clock; keys
 * that go away when the bucket is full).  All hosts share them.  Accounts
 * and e-mail addresses reach Redis as a keyed hash.
 *
 * While Redis cannot be reached each process counts by itself in a table of
 * its own: the limits then hold per process, not per site, and never open
 * (ASVS 16.5.3).
 */
#ifndef INFRA_LIMIT_H
#define INFRA_LIMIT_H

#include "err.h"
#include "route.h"
#include "str.h"

/* Of the bucket that has the fewest calls left.  All 0 if the kind has none. */
struct limit_state {
	int64_t limit;       /* calls when full */
	int64_t remaining;   /* calls left now */
	int64_t retry_after; /* seconds until a call is possible; 0: now */
	int64_t reset;       /* seconds until the bucket is full again */
};

/* Takes its key from secret.h. */
void limit_open(void);
/* Takes one call.  who: the account's id, or what was given as its name; "" if
 * nobody is known, then only the subnet counts.  OK or ERR_LIMIT; *out is
 * filled in both cases. */
enum err limit_take(enum limit kind, struct str remote_addr, struct str who,
    struct limit_state *out) MUST_CHECK;
/* The subnet of an address as text of at most 47 characters and a NUL; what
 * is no address is "other". */
void limit_subnet(struct str remote_addr, char out[48]);

#endif
