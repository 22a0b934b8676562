/*
 * One question to the image process, which sends an open file along: what the
 * clients of image.h and webpage.h have in common.
 */
#ifndef INFRA_IMAGE_CALL_H
#define INFRA_IMAGE_CALL_H

#include "image_wire.h"

struct image_call {
	struct image_square square; /* of IMAGE_CROP */
	int fd;      /* the socket, or -1 */
	char *bytes; /* what came after the head of the answer, or NULL */
	int64_t deadline;
	unsigned char sha256[32]; /* of the file */
	enum image_why why;
	struct image_answer answer;
};

/* A call that closes with the arena, and takes its bytes along. */
struct image_call *image_call_open(struct arena *a);
/* OK: the head of the answer is there, and nothing in it is to be believed
 * but why.  ERR_INPUT, ERR_TOO_LARGE: why says what is wrong with the file.
 * ERR_UPSTREAM, ERR_INTERNAL: logged. */
enum err image_call_ask(struct image_call *c, int fd, enum image_want want)
    MUST_CHECK;
/* The n bytes after the head, in bytes. */
enum err image_call_take(struct image_call *c, size_t n) MUST_CHECK;
/* Logs which part of an answer is wrong: ERR_UPSTREAM. */
enum err image_call_unfit(const char *what) MUST_CHECK;
/* The socket alone; the bytes stay. */
void image_call_close(struct image_call *c);

#endif
