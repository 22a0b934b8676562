/*
 * One field's value: from what came to what the handler's struct holds.
 * The rules of each type are here and nowhere else.
 */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include "input.h"
#include "req.h"

enum value_kind {
	VALUE_TEXT,   /* from a path, a query or a form; or a JSON string */
	VALUE_INT,    /* a JSON number without a fraction that fits int64_t */
	VALUE_BOOL,
	VALUE_NULL,
	VALUE_FILE,
	VALUE_NUMBER, /* a JSON number with a fraction or an exponent */
	VALUE_OTHER,  /* a list, an object, a number that is too large */
};

struct value {
	enum value_kind kind;
	bool typed;       /* it came as JSON, where "5" is a text */
	struct str text;
	int64_t number;
	double real;      /* of VALUE_NUMBER */
	struct upload file;
	struct int8s ids; /* of a JSON list of whole numbers alone */
};

/* Converts, bounds and stores v into the struct at base.  OK or ERR_INPUT
 * (the reason was told), or ERR_TOO_LARGE (the answer was given). */
enum err value_store(struct req *rq, const struct field *f, char *base,
    const struct value *v) MUST_CHECK;
/* May another file come to a field of files? */
bool value_has_room(const struct field *f, const char *base);
/* What the field holds when it did not come. */
void value_default(const struct field *f, char *base);

#endif
