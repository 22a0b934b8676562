/* Writing zip files.  See pack.h. */
#include "pack.h"

#include "fd.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <unistd.h>

#define CHUNK 65536

/* How a call of libarchive went; a warning is a fault here. */
static bool
fine(struct pack *p, int status)
{
	if (status >= ARCHIVE_OK)
		return true;
	errno = archive_errno(p->zip);
	if (errno <= 0) /* one of libarchive's own */
		errno = EIO;
	return false;
}

static la_ssize_t
put(struct archive *zip, void *data, const void *bytes, size_t n)
{
	const struct pack *p = data;

	if (p->fd < 0 || fd_write(p->fd, (struct str){ bytes, n }))
		return (la_ssize_t)n;
	archive_set_error(zip, errno, "write");
	return -1;
}

bool
pack_open(struct pack *p, int fd)
{
	p->fd = fd;
	p->zip = archive_write_new();
	if (p->zip == NULL) {
		errno = ENOMEM;
		return false;
	}
	return fine(p, archive_write_set_format_zip(p->zip)) &&
	    fine(p, archive_write_set_options(p->zip, "hdrcharset=UTF-8")) &&
	    fine(p, archive_write_set_bytes_per_block(p->zip, CHUNK)) &&
	    fine(p, archive_write_set_bytes_in_last_block(p->zip, 1)) &&
	    fine(p, archive_write_open(p->zip, p, NULL, put, NULL));
}

/* No size: libarchive would write it without the checksum, and libzip takes
 * half of what a header may say for an inconsistency. */
static bool
put_header(struct pack *p, const char *name)
{
	struct archive_entry *entry = archive_entry_new2(p->zip);
	bool good;

	errno = ENOMEM;
	if (entry == NULL)
		return false;
	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	good = fine(p, archive_write_header(p->zip, entry));
	archive_entry_free(entry);
	return good;
}

static bool
put_all(struct pack *p, int from)
{
	static unsigned char bytes[CHUNK];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !fine(p, (int)archive_write_data(p->zip, bytes,
		    (size_t)n)))
			return false;
	}
	return true;
}

bool
pack_add(struct pack *p, const char *name, int from, bool packed)
{
	return fine(p, packed ?
	    archive_write_zip_set_compression_store(p->zip) :
	    archive_write_zip_set_compression_deflate(p->zip)) &&
	    put_header(p, name) &&
	    put_all(p, from) &&
	    fine(p, archive_write_finish_entry(p->zip));
}

bool
pack_end(struct pack *p)
{
	return fine(p, archive_write_close(p->zip));
}

void
pack_close(struct pack *p)
{
	if (p->zip == NULL)
		return;
	p->fd = -1;
	/* else one that had a fault keeps its buffer */
	archive_write_close(p->zip);
	archive_write_free(p->zip);
	p->zip = NULL;
}
