/*
 * The child that makes one picture, from the question to the answer.
 */
#ifndef INFRA_IMAGE_CHILD_H
#define INFRA_IMAGE_CHILD_H

#include "image_wire.h"

/* What the parent learns when the child is dead: set when it begins to
 * answer, so that nobody answers twice.  In shared memory. */
struct image_progress {
	volatile unsigned char answering;
};

/* How a child ends; with any other status it has not ended by itself. */
enum { CHILD_DONE = 0, CHILD_ALONE = 10, CHILD_NO_SANDBOX = 11 };

/* Reads the question from the descriptor 3, which is all it has but 0..2,
 * enters the sandbox, answers and exits: CHILD_ALONE when nobody asked or the
 * client has gone. */
_Noreturn void image_child(struct image_progress *progress);

/* An answer without files. */
void image_child_refuse(int fd, enum image_why why);

#endif
