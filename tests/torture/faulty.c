/*
 * Preloaded into the program (LD_PRELOAD): makes one chosen call of one
 * process fail, so that a test can do so with each of them in turn.
 *
 * The test and the process share a file, named by FAULTY: struct control.  While
 * `armed`, each call of the process `pid` that asks for memory or does input or
 * output is a site: it is noted what it is, and the one with the number `at`
 * fails with `error`; SHORT lets a read or write move one byte only.  All the
 * time `live` counts the pieces of memory that the process has and did not
 * free.
 *
 * Nothing here allocates, and nothing is done before the file is mapped.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SITES 8192
#define SHORT (-1)

/* The test knows them by these numbers: faulty.py. */
enum site {
	MEMORY = 1, READ, WRITE, RECV, SEND, OPEN, NAME, SYNC, POLL, CONNECT,
	ACCEPT, SOCKET,
};

struct control {
	volatile int pid, armed, at, error;
	volatile int n;     /* sites so far */
	volatile int fired; /* the site that failed, or 0 */
	volatile int64_t live;
	volatile uint8_t sites[SITES];
};

static struct control *control;
static int own;

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

static void __attribute__((constructor))
begin(void)
{
	const char *name = getenv("FAULTY");
	int fd = name == NULL ? -1 : open(name, O_RDWR | O_CLOEXEC);
	void *p;

	if (fd < 0)
		return;
	own = getpid();
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		control = p;
}

static int
is_watched(void)
{
	return control != NULL && control->pid == own;
}

/* Passes a site: 0, SHORT, or the error that it fails with. */
static int
pass(enum site site)
{
	int n;

	if (!is_watched() || !control->armed)
		return 0;
	n = ++control->n;
	if (n < SITES)
		control->sites[n] = (uint8_t)site;
	if (n != control->at)
		return 0;
	control->fired = site;
	return control->error;
}

static void *
counted(void *p, int change)
{
	if (p != NULL && is_watched())
		control->live += change;
	return p;
}

/* What has no memory in these cannot be told from something else: the program
 * makes sure of it beforehand (arena_has_room), and that is a site. */
static int
is_sure(const void *caller)
{
	static const char *const names[] = { "libfcgi", "libjson-c", "libjwt",
		"libjansson", "libcrypto", "libzxcvbn", "libsodium" };
	static struct { const char *from; int sure; } seen[32];
	Dl_info info;
	size_t i, j;

	if (dladdr(caller, &info) == 0)
		return 0;
	for (i = 0; i < 31 && seen[i].from != NULL; i++)
		if (seen[i].from == info.dli_fbase)
			return seen[i].sure;
	seen[i].from = info.dli_fbase;
	for (j = 0; j < sizeof(names) / sizeof(names[0]); j++)
		if (strstr(info.dli_fname, names[j]) != NULL)
			seen[i].sure = 1;
	return seen[i].sure;
}

static int
no_memory(const void *caller)
{
	int e;

	if (!is_watched() || !control->armed || is_sure(caller))
		return 0;
	e = pass(MEMORY);

	if (e != 0)
		errno = ENOMEM;
	return e != 0;
}

void *
malloc(size_t n)
{
	return no_memory(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(n), 1);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(n, size), 1);
}

void *
realloc(void *p, size_t n)
{
	void *q;

	if (no_memory(__builtin_return_address(0)))
		return NULL;
	q = __libc_realloc(p, n);
	if (p == NULL)
		counted(q, 1);
	else if (n == 0)
		counted(p, -1);
	return q;
}

void *
memalign(size_t align, size_t n)
{
	return no_memory(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(align, n), 1);
}

void *
aligned_alloc(size_t align, size_t n)
{
	return memalign(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	void *q = memalign(align, n);

	if (q == NULL)
		return ENOMEM;
	*p = q;
	return 0;
}

/* Theirs, not that of libc. */
char *
strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p;

	if (no_memory(__builtin_return_address(0)))
		return NULL;
	p = counted(__libc_malloc(n), 1);
	return p == NULL ? NULL : memcpy(p, s, n);
}

void
free(void *p)
{
	counted(p, -1);
	__libc_free(p);
}

/* The next of its name; looked up once. */
#define NEXT(name) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define FAILS(site) \
	int e = pass(site); \
	if (e > 0) { \
		errno = e; \
		return -1; \
	}

/* A call that moves n bytes. */
#define MOVES(site, name, head, call) \
	ssize_t name head \
	{ \
		NEXT(name); \
		FAILS(site) \
		if (e == SHORT && n > 1) \
			n = 1; \
		return next call; \
	}

#define DOES(site, name, head, call) \
	int name head \
	{ \
		NEXT(name); \
		FAILS(site) \
		return next call; \
	}

/* What _FORTIFY_SOURCE makes of some of them. */
ssize_t __read_chk(int fd, void *p, size_t n, size_t size);
ssize_t __pread64_chk(int fd, void *p, size_t n, off64_t at, size_t size);
ssize_t __recv_chk(int fd, void *p, size_t n, size_t size, int flags);
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size);

MOVES(READ, read, (int fd, void *p, size_t n), (fd, p, n))
MOVES(READ, __read_chk, (int fd, void *p, size_t n, size_t size),
    (fd, p, n, size))
MOVES(READ, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
MOVES(READ, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at))
MOVES(READ, __pread64_chk, (int fd, void *p, size_t n, off64_t at,
    size_t size), (fd, p, n, at, size))
MOVES(WRITE, write, (int fd, const void *p, size_t n), (fd, p, n))
MOVES(RECV, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags))
MOVES(RECV, __recv_chk, (int fd, void *p, size_t n, size_t size, int flags),
    (fd, p, n, size, flags))
MOVES(SEND, send, (int fd, const void *p, size_t n, int flags),
    (fd, p, n, flags))

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	NEXT(sendmsg);
	FAILS(SEND)
	return next(fd, m, flags);
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	NEXT(recvmsg);
	FAILS(RECV)
	return next(fd, m, flags);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	NEXT(writev);
	FAILS(WRITE)
	return next(fd, v, n);
}

#define OPENS(name, head, call) \
	int name head \
	{ \
		mode_t mode = 0; \
		va_list ap; \
		NEXT(name); \
		va_start(ap, flags); \
		if (flags & (O_CREAT | O_TMPFILE)) \
			mode = va_arg(ap, mode_t); \
		va_end(ap); \
		FAILS(OPEN) \
		return next call; \
	}

OPENS(open, (const char *path, int flags, ...), (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENS(openat, (int at, const char *path, int flags, ...),
    (at, path, flags, mode))
OPENS(openat64, (int at, const char *path, int flags, ...),
    (at, path, flags, mode))
DOES(NAME, rename, (const char *from, const char *to), (from, to))
DOES(NAME, linkat, (int a, const char *from, int b, const char *to, int flags),
    (a, from, b, to, flags))
DOES(NAME, mkdir, (const char *path, mode_t mode), (path, mode))
DOES(NAME, unlink, (const char *path), (path))
DOES(SYNC, fsync, (int fd), (fd))
DOES(SYNC, fdatasync, (int fd), (fd))
DOES(POLL, poll, (struct pollfd *fds, nfds_t n, int ms), (fds, n, ms))
DOES(POLL, __poll_chk, (struct pollfd *fds, nfds_t n, int ms, size_t size),
    (fds, n, ms, size))
DOES(CONNECT, connect, (int fd, const struct sockaddr *a, socklen_t n),
    (fd, a, n))
DOES(ACCEPT, accept4, (int fd, struct sockaddr *a, socklen_t *n, int flags),
    (fd, a, n, flags))
DOES(SOCKET, socket, (int domain, int type, int protocol),
    (domain, type, protocol))
