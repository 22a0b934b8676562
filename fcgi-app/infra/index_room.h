/*
 * Room in the file of an index: it is sparse, and disk blocks are taken for
 * it before anything is written there, so that a full disk is an answer and no
 * signal in the middle of a change.
 */
#ifndef INFRA_INDEX_ROOM_H
#define INFRA_INDEX_ROOM_H

#include "index_file.h"

struct index_taken {
	int fd;
	uint64_t taken[INDEX_REGION_COUNT]; /* bytes */
};

/* Nothing is taken of a new file; of an old one, what is used. */
void index_room_open(struct index_taken *t, int fd);
/* May the first n elements of a region be written?  False: it has no room for
 * them, or the disk has not (logged). */
bool index_room_take(struct index_taken *t, const struct index_file *f,
    enum index_region region, uint64_t n);

#endif
