/*
 * What a new connection to Redis says first: its login, if it has one, and the
 * question who the server is; in one piece, so that it costs one round trip.
 *
 * The password is the first line of a file, and is forgotten when it is sent.
 */
#ifndef INFRA_REDIS_GREET_H
#define INFRA_REDIS_GREET_H

#include "redis_link.h"

#define REDIS_RUN_ID 40 /* characters */

/* password_file: "" for no login.  run_id: REDIS_RUN_ID + 1 bytes; "" if the
 * server does not tell.  A refused login is REDIS_LOST. */
enum redis_end redis_greet(struct redis_link *l, const char *user,
    const char *password_file, char *run_id, int64_t deadline, char *why);

#endif
