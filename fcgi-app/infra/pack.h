/*
 * Writing a zip file as its members come (libarchive).
 *
 * A member is written at once; until the file's end its line of the list is
 * remembered, some hundred bytes.  Nothing of the site's time is in it: what is
 * the same is the same as a file.
 *
 * Zip files are read by unpack.h.
 */
#ifndef INFRA_PACK_H
#define INFRA_PACK_H

#include <stdbool.h>

struct pack {
	void *zip;
	int fd; /* -1: left alone, nothing more is written */
};

/* A new one in the empty file fd, which stays the caller's; it must not be
 * moved.  False, here and below: it could not be written, errno says why. */
bool pack_open(struct pack *p, int fd);
/* What is read of from, to its end; packed: it is already, and is put as it
 * is. */
bool pack_add(struct pack *p, const char *name, int from, bool packed);
/* The end of the file.  Without it there is none to read. */
bool pack_end(struct pack *p);
/* What is not ended is left as it is. */
void pack_close(struct pack *p);

#endif
