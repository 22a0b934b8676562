/*
 * Reading zip files (libzip); pack.h writes them.
 *
 * One is taken for hostile: a member is only ever found by a name that the
 * caller knows, its name is never a path of ours, and its contents stop at a
 * size that the caller gives, whatever the file says of itself.
 * All functions say on stderr what went wrong.
 */
#ifndef INFRA_ARCHIVE_H
#define INFRA_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct archive {
	void *zip;
};

bool archive_open(struct archive *a, const char *path, int64_t most);
/* How it is in there: a member is copied to an open file. */
enum archive_found { ARCHIVE_OK, ARCHIVE_NONE, ARCHIVE_LARGE, ARCHIVE_BAD };
enum archive_found archive_read(struct archive *a, const char *name,
    int64_t most, int fd);
void archive_drop(struct archive *a);

#endif
