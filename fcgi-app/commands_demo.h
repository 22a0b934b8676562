/*
 * What the files of `pinwall demo` share: a client of the API in this process.
 */
#ifndef COMMANDS_DEMO_H
#define COMMANDS_DEMO_H

#include "app.h"

#define DEMO_PEOPLE 8
#define DEMO_DRAWN 96 /* pins of drawn pictures, the first items there are */

struct client;

/* Speaks as that person from now on. */
void demo_log_in(struct client *c, size_t person);
/* One call of the API; the answer's body, or STR_NONE if it failed. */
struct str demo_call(struct client *c, enum method method, const char *path,
    const char *type, struct str body);
/* The value after "key": in an answer, up to its end. */
struct str demo_member(struct str json, const char *key);

/* What they say to each other, after all pictures are there. */
void demo_talk(struct client *c);

#endif
