/*
 * Reads the JSON inside our tokens: pure, strict, no allocation.
 *
 * Our tokens are written by us alone, so their JSON has one form: an object
 * of known names, each once, without white space; a value is a text of plain
 * ASCII without escapes, or a whole number from 0 without fraction, exponent
 * or leading zero.  Whatever a JSON reader could understand in two ways -
 * repeated names, escapes, nested values, floats, numbers past 63 bits - is
 * refused here, before any other reader sees it.
 */
#ifndef INFRA_CLAIMS_H
#define INFRA_CLAIMS_H

#include "str.h"

enum claim_type { CLAIM_TEXT = 1, CLAIM_NUMBER };

struct claim {
	const char *name;
	enum claim_type type;
	bool required;
};

struct claim_value {
	bool given;
	struct str text; /* lies in the JSON that was read */
	int64_t number;
};

/* values[i] is filled for claims[i].  False if json is not an object of
 * exactly the n claims, the required ones among them; values are then of no
 * use. */
bool claims_read(struct str json, const struct claim *claims, size_t n,
    struct claim_value *values);

#endif
