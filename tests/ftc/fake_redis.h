/*
 * Redis as far as the cache uses it: keys with or without a TTL, one hash, and
 * the scripts, written a second time in C.  scripts_test.c holds it against a
 * real server.
 *
 * A mutant of the protocol that lies in a script is a flag here.
 */
#ifndef FTC_FAKE_REDIS_H
#define FTC_FAKE_REDIS_H

#include "ftc.h"

#define FAKE_KEYS 64 /* names that were ever used */
#define FAKE_NAME 64
#define FAKE_VALUE 1400
#define FAKE_FENCES 96
#define FAKE_VALUES 200
#define FAKE_ANSWER 12000
#define FAKE_VALUES_ONLY INT64_MIN

struct fake_key {
	char name[FAKE_NAME], value[FAKE_VALUE];
	uint8_t name_n;
	bool here, has_ttl;
	uint16_t n;
	int64_t until; /* milliseconds of its wall clock */
};

struct fake_fence {
	char name[FTC_WRITER_MOST], tags[600];
	uint16_t name_n, n;
};

struct fake_redis {
	int64_t wall_ms;
	struct fake_key keys[FAKE_KEYS];
	uint8_t table[256]; /* by hash: 1 + index of a key */
	size_t n;
	struct fake_fence fences[FAKE_FENCES];
	size_t fences_n;
	uint64_t counter;
	/* mutants */
	bool one_owner, without_token, counts, any_epoch;
};

struct fake_answer {
	bool nil;
	int64_t number; /* FAKE_VALUES_ONLY: it is values */
	size_t n, used;
	struct str values[FAKE_VALUES];
	char text[FAKE_ANSWER];
};

void fake_redis_open(struct fake_redis *f);
/* Keys first, as in struct ftc_call; of FTC_SET_ENTRY the third word is the
 * value. */
void fake_redis_call(struct fake_redis *f, enum ftc_command command,
    const struct str *words, size_t keys, size_t n, struct fake_answer *out);
/* NULL: it is not there, or has expired. */
struct fake_key *fake_redis_key(struct fake_redis *f, struct str name);
void fake_redis_flush(struct fake_redis *f);

#endif
