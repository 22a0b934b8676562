/* The file of a collection: made, mapped, checked.  See index_file.h. */
#include "index_file.h"

#include "log.h"
#include "rand.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAGIC UINT64_C(0x78646e696c6c6177) /* "wallindx" */
#define VERSION 1
#define ALIGN 4096

static const uint32_t element[] = {
#define R(name, type, room) sizeof(type),
	INDEX_REGIONS(R)
#undef R
};

static uint64_t
power_of_two(uint64_t n)
{
	uint64_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv */
static uint64_t
sum_between(const struct index_head *h, size_t from, size_t to)
{
	const unsigned char *p = (const unsigned char *)h;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; from < to; from++)
		sum = (sum ^ p[from]) * UINT64_C(0x100000001b3);
	return sum;
}

static uint64_t
sum_of(const struct index_head *h)
{
	return sum_between(h, 0, offsetof(struct index_head, sum));
}

static uint64_t
seal_of(const struct index_head *h)
{
	return sum_between(h, offsetof(struct index_head, docs),
	    offsetof(struct index_head, seal));
}

/* Room for twice what is usual: nine terms a document, of six bytes each. */
static void
lay_out(struct index_head *h, uint64_t docs, uint64_t terms)
{
	uint64_t at = (sizeof(*h) + ALIGN - 1) / ALIGN * ALIGN;
	int i;

	h->room = (struct index_room){ .terms = terms, .classes = docs,
		.records = docs * 24 + 16, .postings = docs * 32 + terms * 16,
		.ids = docs * 4, .names = terms * 32,
		.name_slots = power_of_two(terms * 2) * 2,
		/* for ids that have nobody near */
		.page_slots = power_of_two(docs * 2) * 2,
		.pages = docs * INDEX_PAGE };
	const uint64_t room[] = {
#define R(name, type, count) h->room.count,
		INDEX_REGIONS(R)
#undef R
	};
	for (i = 0; i < INDEX_REGION_COUNT; i++) {
		h->at[i] = at;
		/* and a window more, which a search may look at */
		at += (room[i] * element[i] + 4 * ALIGN + ALIGN - 1) / ALIGN *
		    ALIGN;
	}
	h->size = at;
}

/* A name for this start of the system. */
static void
boot_name(char out[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, out, 36) : 0;

	if (fd >= 0)
		close(fd);
	memset(out + (n > 0 ? n : 0), 0, (size_t)(40 - (n > 0 ? n : 0)));
}

static bool
map(struct index_file *f, int fd, size_t size, bool writes)
{
	unsigned char *base = mmap(NULL, size,
	    PROT_READ | (writes ? PROT_WRITE : 0), MAP_SHARED | MAP_NORESERVE,
	    fd, 0);

	if (base == MAP_FAILED)
		return false;
	f->head = (struct index_head *)(void *)base;
	f->size = size;
	return true;
}

static void
bind(struct index_file *f)
{
	unsigned char *base = (unsigned char *)f->head;

#define R(name, type, room) \
	f->name = (void *)(base + f->head->at[INDEX_AT_##name]);
	INDEX_REGIONS(R)
#undef R
}

bool
index_file_make(struct index_file *f, const char *path, int *fd,
    enum index_weights weights, uint64_t docs, uint64_t terms)
{
	struct index_head head = { .magic = MAGIC, .version = VERSION,
		.weights = weights };
	struct stat st;

	memset(f, 0, sizeof(*f));
	rand_bytes(&head.generation, sizeof(head.generation));
	boot_name(head.boot);
	lay_out(&head, docs, terms);
	head.sum = sum_of(&head);
	unlink(path);
	*fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (*fd < 0 || ftruncate(*fd, (off_t)head.size) != 0 ||
	    (fallocate(*fd, 0, 0, ALIGN) != 0 && errno != EOPNOTSUPP) ||
	    fstat(*fd, &st) != 0 ||
	    !map(f, *fd, head.size, true)) {
		log_error("index file=%s reason=%s", path, strerror(errno));
		if (*fd >= 0)
			close(*fd);
		*fd = -1;
		return false;
	}
	f->inode = st.st_ino;
	memcpy(f->head, &head, sizeof(head));
	bind(f);
	/* offset 0 of these stands for nothing */
	f->head->records_n = f->head->postings_n = 16;
	f->head->names_n = f->head->ids_n = 8;
	atomic_store(&f->head->log_docs, INT64_C(1) << INDEX_FIX);
	f->head->log_docs_floor = 1;
	return true;
}

static const char *
wrong_with(const struct index_head *h, size_t size)
{
	char boot[40];

	boot_name(boot);
	if (h->magic != MAGIC)
		return "not an index";
	if (h->version != VERSION)
		return "made by another version";
	if (h->sum != sum_of(h))
		return "its header is damaged";
	if (h->size != size)
		return "it is cut off";
	/* what a system that stopped left on a disk may be half of it */
	if (memcmp(h->boot, boot, sizeof(boot)) != 0)
		return "it is from before the system was started";
	return NULL;
}

static bool
open_as(struct index_file *f, const char *path, int *fd, bool writes)
{
	const char *why = NULL;
	struct stat st;

	memset(f, 0, sizeof(*f));
	*fd = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return false;
	if (*fd < 0 || fstat(*fd, &st) != 0)
		why = strerror(errno);
	else if ((size_t)st.st_size < sizeof(struct index_head))
		why = "it is cut off";
	else if (!map(f, *fd, (size_t)st.st_size, writes))
		why = strerror(errno);
	else
		why = wrong_with(f->head, f->size);
	if (why == NULL) {
		f->inode = st.st_ino;
		bind(f);
		return true;
	}
	log_warn("index file=%s refused=%s", path, why);
	index_file_close(f);
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = EINVAL;
	return false;
}

bool
index_file_open(struct index_file *f, const char *path)
{
	int fd;

	if (!open_as(f, path, &fd, false))
		return false;
	close(fd);
	return true;
}

bool
index_file_reopen(struct index_file *f, const char *path, int *fd)
{
	if (!open_as(f, path, fd, true))
		return false;
	if (atomic_load(&f->head->seq) % 2 == 0 &&
	    !atomic_load(&f->head->unfinished) &&
	    f->head->seal == seal_of(f->head))
		return true;
	log_warn("index file=%s refused=left unfinished", path);
	index_file_close(f);
	close(*fd);
	*fd = -1;
	return false;
}

void
index_file_seal(struct index_file *f)
{
	f->head->seal = seal_of(f->head);
	atomic_store(&f->head->unfinished, 0);
}

void
index_file_close(struct index_file *f)
{
	if (f->head != NULL)
		munmap(f->head, f->size);
	memset(f, 0, sizeof(*f));
}

void
index_file_supersede(int fd)
{
	struct stat st;
	struct index_file f;

	if (fstat(fd, &st) != 0 ||
	    (size_t)st.st_size < sizeof(struct index_head) ||
	    !map(&f, fd, sizeof(struct index_head), true))
		return;
	if (f.head->magic == MAGIC && f.head->version == VERSION)
		atomic_store(&f.head->superseded, 1);
	munmap(f.head, f.size);
}
