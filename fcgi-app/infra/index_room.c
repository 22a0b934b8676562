/* Room in the file of an index.  See index_room.h. */
#include "index_room.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>

#define STEP (UINT64_C(1) << 16) /* bytes taken at once */

void
index_room_open(struct index_taken *t, int fd)
{
	memset(t, 0, sizeof(*t));
	t->fd = fd;
}

bool
index_room_take(struct index_taken *t, const struct index_file *f,
    enum index_region region, uint64_t n)
{
	static const uint32_t element[] = {
#define R(name, type, room) sizeof(type),
		INDEX_REGIONS(R)
#undef R
	};
	const struct index_room *r = &f->head->room;
	const uint64_t most[] = {
#define R(name, type, room) r->room,
		INDEX_REGIONS(R)
#undef R
	};
	uint64_t bytes = n * element[region], more;

	if (n > most[region])
		return false;
	if (bytes <= t->taken[region])
		return true;
	more = (bytes - t->taken[region] + STEP - 1) / STEP * STEP;
	if (fallocate(t->fd, FALLOC_FL_KEEP_SIZE, (off_t)(f->head->at[region] +
	    t->taken[region]), (off_t)more) != 0 && errno != EOPNOTSUPP) {
		log_error("index room=%llu reason=%s",
		    (unsigned long long)more, strerror(errno));
		return false;
	}
	t->taken[region] += more;
	return true;
}
