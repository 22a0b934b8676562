/*
 * Zip files (libzip).
 *
 * One that is read is taken for hostile: a member is only ever found by a name
 * that the caller knows, its name is never a path of ours, and its contents
 * stop at a size that the caller gives, whatever the file says of itself.
 * All functions say on stderr what went wrong.
 */
#ifndef INFRA_ARCHIVE_H
#define INFRA_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct archive {
	void *zip;
	const char *path;
};

/* A new one, which is at path when it was closed, and not before. */
bool archive_make(struct archive *a, const char *path);
/* Adds what was written to a file, and closes it. */
bool archive_add_text(struct archive *a, const char *name, FILE *text);
/* Adds a file that is packed already.  It is read by archive_close: open gives
 * it then, or -1, and has said why. */
bool archive_add_file(struct archive *a, const char *name,
    int (*open)(void *arg), void *arg);
bool archive_close(struct archive *a);

bool archive_open(struct archive *a, const char *path, int64_t most);
/* How it is in there: a member is copied to an open file. */
enum archive_found { ARCHIVE_OK, ARCHIVE_NONE, ARCHIVE_LARGE, ARCHIVE_BAD };
enum archive_found archive_read(struct archive *a, const char *name,
    int64_t most, int fd);
/* Closes without writing. */
void archive_drop(struct archive *a);

#endif
