/* Shared memory.  The contract is in shared.h. */
#include "shared.h"

#include "conf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define PAGE 4096

/* What masters may have in common. */
struct common {
	struct {
		_Atomic uint64_t name; /* its hash; 0: free */
		_Atomic uint64_t counts[SHARED_TALLY];
	} tallies[SHARED_TALLIES];
	_Alignas(PAGE) unsigned char area[SHARED_AREA];
};

struct shared {
	uint64_t layout;
	struct counts past; /* of processes that ended; the master writes it */
	struct slot slots[SHARED_SLOTS];
	_Alignas(PAGE) struct common common;
};

/* Differs when the size or the place of anything differs. */
#define LAYOUT \
	((uint64_t)sizeof(struct shared) << 32 | sizeof(struct slot) << 16 | \
	    (offsetof(struct slot, log) + sizeof(struct counts)))

static struct shared *shared;
static struct common *common;
static struct slot *own;

static void *
map(int fd, size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* The file has the layout in its name: a program of another one has another
 * file.  The first who comes makes it, readable by the group as well. */
static bool
join_others(void)
{
	char path[PATH_MAX];
	bool good;
	int fd;

	common = &shared->common;
	if (conf.shared_file[0] == '\0')
		return true;
	snprintf(path, sizeof(path), "%s.%016" PRIx64, conf.shared_file,
	    LAYOUT);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (fd < 0)
		return false;
	(void)!fchmod(fd, 0660); /* whatever the umask; it may be another's */
	good = ftruncate(fd, sizeof(*common)) == 0 &&
	    (common = map(fd, sizeof(*common))) != NULL;
	close(fd);
	return good;
}

int
shared_make(void)
{
	int fd = memfd_create("pinwall", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, sizeof(struct shared)) != 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) ||
	    (shared = map(fd, sizeof(*shared))) == NULL || !join_others()) {
		close(fd);
		return -1;
	}
	shared->layout = LAYOUT;
	return fd;
}

bool
shared_join(int fd, int n)
{
	struct shared *there;
	struct stat st;

	if (n < 0 || n >= SHARED_SLOTS || fstat(fd, &st) != 0 ||
	    st.st_size != (off_t)sizeof(struct shared))
		return false;
	there = map(fd, sizeof(*there));
	if (there == NULL || there->layout != LAYOUT)
		return false;
	shared = there;
	if (!join_others())
		return false;
	own = &shared->slots[n];
	own->pid = getpid();
	return true;
}

bool
shared_withhold(void)
{
	return shared == NULL ||
	    (madvise(shared, sizeof(*shared), MADV_DONTFORK) == 0 &&
	    madvise(common, sizeof(*common), MADV_DONTFORK) == 0);
}

/* A program that was started without a master has all of this for itself. */
static struct shared *
memory(void)
{
	if (shared == NULL) {
		shared = map(-1, sizeof(*shared));
		if (shared == NULL)
			abort();
		common = &shared->common;
	}
	return shared;
}

struct slot *
shared_own(void)
{
	return own != NULL ? own : &memory()->slots[0];
}

struct slot *
shared_slot(int n)
{
	assert(n >= 0 && n < SHARED_SLOTS);
	return &memory()->slots[n];
}

void
shared_take(int n, const char *role, int generation)
{
	struct slot *s = shared_slot(n);

	memset(s, 0, offsetof(struct slot, log));
	s->log.n = 0;
	snprintf(s->role, sizeof(s->role), "%s", role);
	s->generation = generation;
}

void
shared_give_back(int n)
{
	struct slot *s = shared_slot(n);

	shared->past.requests += s->requests;
	shared->past.errors += s->errors;
	shared->past.bytes += s->bytes;
	memset(s, 0, offsetof(struct slot, log));
}

struct counts
shared_counts(void)
{
	struct counts sum = memory()->past;
	const struct slot *s;

	for (s = shared->slots; s < shared->slots + SHARED_SLOTS; s++) {
		sum.requests += s->requests;
		sum.errors += s->errors;
		sum.bytes += s->bytes;
	}
	return sum;
}

/* FNV-1a, never 0. */
static uint64_t
hash(struct str name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * UINT64_C(0x100000001b3);
	return h != 0 ? h : 1;
}

_Atomic uint64_t *
shared_tally(struct str name)
{
	uint64_t wanted = hash(name), there;
	size_t i, at;

	memory();
	for (i = 0; i < SHARED_TALLIES; i++) {
		at = (wanted + i) % SHARED_TALLIES;
		/* a plain look first: nearly always it is there */
		there = atomic_load_explicit(&common->tallies[at].name,
		    memory_order_relaxed);
		if (there == 0 && atomic_compare_exchange_strong(
		    &common->tallies[at].name, &there, wanted))
			there = wanted;
		if (there == wanted)
			return common->tallies[at].counts;
	}
	return NULL;
}

void *
shared_area(size_t *n)
{
	*n = SHARED_AREA;
	memory();
	return common->area;
}
