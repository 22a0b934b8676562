/* Listening sockets.  The contract is in listen.h. */
#include "listen.h"

#include "conf.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Nginx gets an error, not a wait, when the queue is full: it must hold every
 * connection that Nginx may open at once. */
#define BACKLOG 1024
#define SOCKETS 16
#define FIRST_GIVEN 3 /* SD_LISTEN_FDS_START */
#define FIRST_OWN 10  /* above those that roles find at fixed numbers */

static struct opened {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* "": given */
} opened[SOCKETS];
static int n_opened;

static int
keep(int fd, const char *path)
{
	struct opened *o = &opened[n_opened];
	int flags = fcntl(fd, F_GETFL);
	int high = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN);

	close(fd);
	if (high < 0)
		return -1;
	fcntl(high, F_SETFL, flags | O_NONBLOCK);
	o->fd = high;
	snprintf(o->path, sizeof(o->path), "%s", path);
	n_opened++;
	return high;
}

/* The place of a name in "a:b:c", or -1. */
static int
place_of(const char *name, const char *names)
{
	struct str want = str_of(name), all = str_of(names), one;
	size_t from, to;
	int i = 0;

	for (from = 0; from <= all.n; from = to + 1, i++) {
		to = str_find(all, ':', from);
		one = str_sub(all, from, to);
		if (str_eq(one, want) || (str_starts(want, one) &&
		    strcmp(want.p + one.n, ".sock") == 0))
			return i;
	}
	return -1;
}

/* A socket from systemd, or -1. */
static int
given(const char *name)
{
	struct str pid = str_of(getenv("LISTEN_PID"));
	const char *names = getenv("LISTEN_FDNAMES");
	int64_t number;
	int place;

	if (names == NULL || !str_int(pid, &number) || number != getpid())
		return -1;
	place = place_of(name, names);
	return place < 0 ? -1 : keep(FIRST_GIVEN + place, "");
}

static int
failed(const char *path, int fd)
{
	log_error("socket path=%s error=%s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
make(const char *name)
{
	struct sockaddr_un new = { .sun_family = AF_UNIX };
	char path[sizeof(new.sun_path)];
	int fd, n;

	n = snprintf(new.sun_path, sizeof(new.sun_path), "%s/%s.new",
	    conf.run_dir, name);
	if (n >= (int)sizeof(new.sun_path)) {
		errno = ENAMETOOLONG;
		return failed(conf.run_dir, -1);
	}
	snprintf(path, sizeof(path), "%.*s", n - 4, new.sun_path);
	unlink(new.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&new, sizeof(new)) != 0 ||
	    chmod(new.sun_path, 0660) != 0 || listen(fd, BACKLOG) != 0 ||
	    rename(new.sun_path, path) != 0)
		return failed(path, fd);
	return keep(fd, path);
}

int
listen_open(const char *name)
{
	int fd;

	if (n_opened == SOCKETS) {
		errno = ENFILE;
		return failed(name, -1);
	}
	fd = given(name);
	return fd >= 0 ? fd : make(name);
}

void
listen_close(void)
{
	while (n_opened > 0) {
		n_opened--;
		close(opened[n_opened].fd);
		if (opened[n_opened].path[0] != '\0')
			unlink(opened[n_opened].path);
	}
}
