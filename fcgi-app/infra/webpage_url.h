/*
 * Addresses in pages, made absolute (RFC 3986, 5.2), as pure text.
 *
 * Whether one may be fetched is not decided here but when it is (fetch_gate.h),
 * by the same reading as any other address.
 */
#ifndef INFRA_WEBPAGE_URL_H
#define INFRA_WEBPAGE_URL_H

#include "arena.h"

#define WEBPAGE_URL_MAX 400 /* bytes: as many as a pin's address may have */

/* What ref means on the page at base, without its fragment; p == NULL if it is
 * no http or https address, or is too long.  base: an absolute one. */
struct str webpage_url_join(struct arena *a, struct str base, struct str ref);

#endif
