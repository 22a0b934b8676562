/*
 * The bytes below redis.c: a socket to a Redis, what is sent on it, and the
 * answers cut out of what comes back.
 *
 * An answer that comes in one piece costs one read: the socket blocks, for as
 * long as the handle's calls may take.  What is left of a call's time is
 * counted with poll, as a time limit of the socket starts anew with each
 * piece, and a server that drips could hold a call for ever.
 *
 * It knows no command and never connects by itself.  After anything but
 * REDIS_DONE the link must be closed: nobody knows what would come next on it.
 */
#ifndef INFRA_REDIS_LINK_H
#define INFRA_REDIS_LINK_H

#include "redis.h"

struct redisReader;

#define REDIS_WHY 200 /* bytes for the reason of a failure */

struct redis_link {
	bool open;
	bool must_lead;            /* a replica is of no use */
	int fd;
	int64_t wait_us;           /* the socket's own time limit */
	struct redisReader *reader; /* of answers, as far as they have come */
};

/* Connects to the path of a Unix socket or to host:port.  why:
 * REDIS_WHY bytes, which get the reason if it fails; so with the others. */
enum redis_end redis_link_open(struct redis_link *l, const char *where,
    int64_t deadline, char *why);
enum redis_end redis_link_send(struct redis_link *l, struct str bytes,
    int64_t deadline, char *why);
/* The next answer; the caller frees it by redis_link_free. */
enum redis_end redis_link_receive(struct redis_link *l, int64_t deadline,
    struct redis_reply **out, char *why);
void redis_link_free(struct redis_reply *r);
void redis_link_close(struct redis_link *l);

/* Appends a command's head, then each of its words. */
void redis_link_head(struct buf *b, size_t n_words);
void redis_link_word(struct buf *b, struct str word);

#endif
