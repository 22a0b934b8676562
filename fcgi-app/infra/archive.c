/* Zip files.  See archive.h. */
#include "archive.h"

#include "fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#define SAME_TIME 315619200 /* 1980-01-02: what is the same is so as a file */

static bool
broken(const struct archive *a, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", a->path, what, zip_strerror(a->zip));
	return false;
}

static bool
open_as(struct archive *a, const char *path, int flags)
{
	zip_error_t why;
	int code = 0;

	a->path = path;
	a->zip = zip_open(path, flags, &code);
	if (a->zip != NULL)
		return true;
	zip_error_init_with_code(&why, code);
	fprintf(stderr, "%s: %s\n", path, zip_error_strerror(&why));
	zip_error_fini(&why);
	return false;
}

bool
archive_make(struct archive *a, const char *path)
{
	return open_as(a, path, ZIP_CREATE | ZIP_TRUNCATE);
}

static bool
add(struct archive *a, const char *name, zip_source_t *from, bool packed)
{
	zip_int64_t at = from == NULL ? -1 :
	    zip_file_add(a->zip, name, from, ZIP_FL_ENC_UTF_8);

	if (at < 0) {
		zip_source_free(from);
		return broken(a, name);
	}
	if (packed && zip_set_file_compression(a->zip, (zip_uint64_t)at,
	    ZIP_CM_STORE, 0) != 0)
		return broken(a, name);
	return zip_file_set_mtime(a->zip, (zip_uint64_t)at, SAME_TIME, 0) ==
	    0 || broken(a, name);
}

bool
archive_add_text(struct archive *a, const char *name, FILE *text)
{
	long n = fflush(text) == 0 ? ftell(text) : -1;
	char *bytes = n >= 0 ? malloc((size_t)n + 1) : NULL;
	bool good;

	rewind(text);
	good = bytes != NULL && fread(bytes, 1, (size_t)n, text) == (size_t)n;
	fclose(text);
	/* which frees them */
	if (good)
		return add(a, name, zip_source_buffer(a->zip, bytes,
		    (zip_uint64_t)n, 1), false);
	free(bytes);
	fprintf(stderr, "%s: %s\n", name, strerror(errno));
	return false;
}

/* A file that is to be opened. */
struct later {
	int (*open)(void *arg);
	void *arg;
	int fd;
	struct stat st;
	bool known;
	zip_error_t error;
};

static bool
have(struct later *l)
{
	if (l->fd < 0)
		l->fd = l->open(l->arg);
	l->known = l->fd >= 0 && fstat(l->fd, &l->st) == 0;
	if (!l->known)
		zip_error_set(&l->error, ZIP_ER_OPEN, 0);
	return l->known;
}

/* Its size is asked for before, and after it was read and closed. */
static zip_int64_t
tell_size(struct later *l, zip_stat_t *to)
{
	if (!l->known && !have(l))
		return -1;
	zip_stat_init(to);
	to->size = (zip_uint64_t)l->st.st_size;
	to->valid = ZIP_STAT_SIZE;
	return sizeof(*to);
}

static zip_int64_t
read_some(struct later *l, void *to, zip_uint64_t n)
{
	ssize_t got = read(l->fd, to, n);

	if (got < 0)
		zip_error_set(&l->error, ZIP_ER_READ, errno);
	return got;
}

static zip_int64_t
read_later(void *arg, void *data, zip_uint64_t n, zip_source_cmd_t what)
{
	struct later *l = arg;

	switch (what) {
	case ZIP_SOURCE_STAT:
		return tell_size(l, data);
	case ZIP_SOURCE_OPEN:
		return have(l) ? 0 : -1;
	case ZIP_SOURCE_READ:
		return read_some(l, data, n);
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		if (l->fd >= 0)
			close(l->fd);
		l->fd = -1;
		if (what == ZIP_SOURCE_FREE)
			free(l);
		return 0;
	case ZIP_SOURCE_ERROR:
		return zip_error_to_data(&l->error, data, n);
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_READABLE;
	default:
		zip_error_set(&l->error, ZIP_ER_OPNOTSUPP, 0);
		return -1;
	}
}

bool
archive_add_file(struct archive *a, const char *name,
    int (*open)(void *arg), void *arg)
{
	struct later *l = calloc(1, sizeof(*l));
	zip_source_t *from;

	if (l == NULL)
		return broken(a, name);
	l->open = open;
	l->arg = arg;
	l->fd = -1;
	zip_error_init(&l->error);
	from = zip_source_function(a->zip, read_later, l);
	if (from == NULL)
		free(l);
	return add(a, name, from, true);
}

bool
archive_close(struct archive *a)
{
	if (zip_close(a->zip) == 0)
		return true;
	(void)broken(a, "it could not be written");
	zip_discard(a->zip);
	return false;
}

bool
archive_open(struct archive *a, const char *path, int64_t most)
{
	if (!open_as(a, path, ZIP_RDONLY | ZIP_CHECKCONS))
		return false;
	if (zip_get_num_entries(a->zip, 0) <= most)
		return true;
	fprintf(stderr, "%s: it has too many members\n", path);
	archive_drop(a);
	return false;
}

enum archive_found
archive_read(struct archive *a, const char *name, int64_t most, int fd)
{
	zip_file_t *member = zip_fopen(a->zip, name, 0);
	enum archive_found found = ARCHIVE_OK;
	char chunk[65536];
	zip_int64_t n, all = 0;

	if (member == NULL)
		return zip_error_code_zip(zip_get_error(a->zip)) ==
		    ZIP_ER_NOENT ? ARCHIVE_NONE : ARCHIVE_BAD;
	while (found == ARCHIVE_OK &&
	    (n = zip_fread(member, chunk, sizeof(chunk))) != 0) {
		all += n;
		if (n < 0 || !fd_write(fd,
		    (struct str){ chunk, (size_t)n }))
			found = ARCHIVE_BAD;
		else if (all > most)
			found = ARCHIVE_LARGE;
	}
	/* its checksum, too */
	if (zip_fclose(member) != 0 && found == ARCHIVE_OK)
		found = ARCHIVE_BAD;
	return found;
}

void
archive_drop(struct archive *a)
{
	zip_discard(a->zip);
}
