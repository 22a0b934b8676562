/* Places where a test may kill the process.  See crashpoint.h. */
#include "crashpoint.h"

#ifdef PINWALL_CRASHPOINTS

#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#define POINTS 240
#define NAME 48

/* What the file is; tests/torture/crash.py knows it too. */
struct table {
	atomic_uint lock, armed, fired;
	atomic_int left; /* passages until it happens */
	char role[16], name[NAME];
	struct point {
		char role[16], name[NAME];
		uint64_t passed;
	} points[POINTS];
};

static struct table *table;
static char role[16];

/* The word after --role among what the process was started with. */
static void
find_role(void)
{
	char text[4096];
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
	ssize_t i;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (i = 0; i < n; i += (ssize_t)strlen(text + i) + 1)
		if (strcmp(text + i, "--role") == 0 && i + 7 < n)
			snprintf(role, sizeof(role), "%.15s", text + i + 7);
}

static bool
open_table(void)
{
	int fd;

	if (table != NULL)
		return true;
	fd = open("crashpoints", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (table == MAP_FAILED)
		table = NULL;
	find_role();
	return table != NULL;
}

/* Nobody is killed while it is held. */
static void
count(const char *name)
{
	struct point *p = table->points;

	while (atomic_exchange(&table->lock, 1) != 0)
		sched_yield();
	while (p < table->points + POINTS - 1 && p->name[0] != '\0' &&
	    (strcmp(p->name, name) != 0 || strcmp(p->role, role) != 0))
		p++;
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->role, sizeof(p->role), "%s", role);
	p->passed++;
	atomic_store(&table->lock, 0);
}

void
crashpoint(const char *when, const char *what)
{
	char name[NAME];

	if (!open_table())
		return;
	snprintf(name, sizeof(name), "%s %s", when, what);
	count(name);
	if (atomic_load(&table->armed) == 0 ||
	    strcmp(table->name, name) != 0 || strcmp(table->role, role) != 0 ||
	    atomic_fetch_sub(&table->left, 1) != 1)
		return;
	atomic_store(&table->armed, 0);
	atomic_store(&table->fired, 1);
	raise(SIGKILL);
}

#endif
