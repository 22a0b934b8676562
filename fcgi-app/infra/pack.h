/*
 * Writing a zip file (PKWARE's APPNOTE 6.3) as its members come.
 *
 * A member is written at once, so memory does not grow with what is packed:
 * what stands at a zip file's end, the list of its members, waits in a nameless
 * file meanwhile.  Nothing of the site's time is in it: what is the same is the
 * same as a file.  Members and names are bounded by what the form takes without
 * Zip64 (4 GiB, 64 KiB); the file as a whole is not.
 *
 * Zip files are read by archive.h.
 */
#ifndef INFRA_PACK_H
#define INFRA_PACK_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>

struct pack {
	int fd, list;     /* the file, and its members' list */
	int64_t at, listed; /* bytes of both */
	int64_t n;
};

/* A new one in the empty file fd, which stays the caller's.  False, here and
 * below: it could not be written, errno says why. */
bool pack_open(struct pack *p, int fd);
/* What is read of from, to its end; packed: it is already, and is put as it
 * is. */
bool pack_add(struct pack *p, const char *name, int from, bool packed);
/* The end of the file.  Without it there is none to read. */
bool pack_end(struct pack *p);
void pack_close(struct pack *p);

#endif
