/*
 * What the files of this feature share.
 */
#ifndef FEATURES_PINS_H
#define FEATURES_PINS_H

#include "app.h"

/* For who does not find a pin: ERR_GONE if it was deleted and he might see it
 * otherwise, else ERR_NOT_FOUND. */
enum err pins_gone(struct req *rq, int64_t pin) MUST_CHECK;

/* Writes "duplicate_of": {"id", "title", "board"} if the viewer has a pin of
 * just these bytes, by their SHA-256; else nothing. */
enum err pins_tell_duplicate(struct req *rq, const unsigned char sha256[32],
    struct buf *note) MUST_CHECK;
/* Its schema, for the API document. */
#define PINS_DUPLICATE "\"duplicate_of\":{\"type\":\"object\"," \
	"\"additionalProperties\":false,\"properties\":{\"id\":{" \
	"\"type\":\"integer\"},\"title\":{\"type\":\"string\"}," \
	"\"board\":{\"type\":[\"string\",\"null\"]}},\"required\":[" \
	"\"id\",\"title\",\"board\"]}"

#endif
