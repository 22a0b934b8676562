/* Readers ask the writer to wait.  See index_hold.h. */
#include "index_hold.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/mman.h>

#define PAGE 4096
#define ASKED (SECOND_US / 50) /* for each try */
#define LONGEST (SECOND_US / 2)

void
index_hold_open(struct index_hold *h, const char *path)
{
	char name[PATH_MAX];
	void *page = MAP_FAILED;
	int fd;

	snprintf(name, sizeof(name), "%s.hold", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0 && ftruncate(fd, PAGE) == 0)
		page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (page == MAP_FAILED)
		log_warn("index hold=%s reason=%s", name, strerror(errno));
	h->until = page == MAP_FAILED ? NULL : page;
	if (fd >= 0)
		close(fd);
}

void
index_hold_close(struct index_hold *h)
{
	if (h->until != NULL)
		munmap(h->until, PAGE);
	h->until = NULL;
}

/* A page may be older than the start of the system, and its clock another:
 * nobody asks for that long. */
static bool
is_ahead(int64_t until, int64_t now)
{
	return until > now && until <= now + LONGEST;
}

void
index_hold_ask(struct index_hold *h, int tries)
{
	int64_t now = clock_mono(), until, wanted;

	wanted = now + (tries < LONGEST / ASKED ? tries * ASKED : LONGEST);
	if (h->until == NULL)
		return;
	until = atomic_load(h->until);
	while (!(is_ahead(until, now) && until >= wanted) &&
	    !atomic_compare_exchange_weak(h->until, &until, wanted))
		continue;
}

void
index_hold_obey(const struct index_hold *h)
{
	int64_t began = clock_mono(), now = began;

	while (h->until != NULL && is_ahead(atomic_load(h->until), now) &&
	    now - began < LONGEST) {
		usleep(500);
		now = clock_mono();
	}
}
