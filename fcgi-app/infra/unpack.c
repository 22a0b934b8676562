/* Zip files.  See unpack.h. */
#include "unpack.h"

#include "fd.h"

#include <zip.h>

bool
unpack_open(struct unpack *a, const char *path, int64_t most)
{
	zip_error_t why;
	int code = 0;

	a->zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
	if (a->zip == NULL) {
		zip_error_init_with_code(&why, code);
		fprintf(stderr, "%s: %s\n", path, zip_error_strerror(&why));
		zip_error_fini(&why);
		return false;
	}
	if (zip_get_num_entries(a->zip, 0) <= most)
		return true;
	fprintf(stderr, "%s: it has too many members\n", path);
	unpack_drop(a);
	return false;
}

enum unpack_found
unpack_read(struct unpack *a, const char *name, int64_t most, int fd)
{
	zip_file_t *member = zip_fopen(a->zip, name, 0);
	enum unpack_found found = UNPACK_OK;
	char chunk[65536];
	zip_int64_t n, all = 0;

	if (member == NULL)
		return zip_error_code_zip(zip_get_error(a->zip)) ==
		    ZIP_ER_NOENT ? UNPACK_NONE : UNPACK_BAD;
	while (found == UNPACK_OK &&
	    (n = zip_fread(member, chunk, sizeof(chunk))) != 0) {
		all += n;
		if (n < 0 || !fd_write(fd,
		    (struct str){ chunk, (size_t)n }))
			found = UNPACK_BAD;
		else if (all > most)
			found = UNPACK_LARGE;
	}
	/* its checksum, too */
	if (zip_fclose(member) != 0 && found == UNPACK_OK)
		found = UNPACK_BAD;
	return found;
}

void
unpack_drop(struct unpack *a)
{
	zip_discard(a->zip);
}
