/*
 * Reading zip files (libzip); pack.h writes them.
 *
 * One is taken for hostile: a member is only ever found by a name that the
 * caller knows, its name is never a path of ours, and its contents stop at a
 * size that the caller gives, whatever the file says of itself.
 * All functions say on stderr what went wrong.
 */
#ifndef INFRA_UNPACK_H
#define INFRA_UNPACK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct unpack {
	void *zip;
};

bool unpack_open(struct unpack *a, const char *path, int64_t most);
/* How it is in there: a member is copied to an open file. */
enum unpack_found { UNPACK_OK, UNPACK_NONE, UNPACK_LARGE, UNPACK_BAD };
enum unpack_found unpack_read(struct unpack *a, const char *name,
    int64_t most, int fd);
void unpack_drop(struct unpack *a);

#endif
