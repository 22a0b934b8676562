/* Process id file, lock and notices.  The contract is in service.h. */
#include "service.h"

#include "conf.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static char path[PATH_MAX];
static int lock = -1;

/* Is fd still what stands at path?  A master that ends removes it. */
static bool
is_current(int fd)
{
	struct stat there, here;

	return stat(path, &there) == 0 && fstat(fd, &here) == 0 &&
	    there.st_ino == here.st_ino && there.st_dev == here.st_dev;
}

static bool
refused(int fd)
{
	char other[32] = "";
	int error = errno;

	if (error == EWOULDBLOCK && read(fd, other, sizeof(other) - 1) > 0)
		fprintf(stderr, "%s: a master is running, process %.*s\n", path,
		    (int)strcspn(other, "\n"), other);
	else
		fprintf(stderr, "%s: %s\n", path, strerror(error));
	if (fd >= 0)
		close(fd);
	return false;
}

bool
service_open(const char *name)
{
	int fd;

	if (mkdir(conf.run_dir, 0750) != 0 && errno != EEXIST) {
		fprintf(stderr, "%s: %s\n", conf.run_dir, strerror(errno));
		return false;
	}
	snprintf(path, sizeof(path), "%s/%s.pid", conf.run_dir, name);
	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
			return refused(fd);
		if (is_current(fd))
			break;
		close(fd);
	}
	lock = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	if (lock < 0 || ftruncate(lock, 0) != 0 ||
	    dprintf(lock, "%d\n", (int)getpid()) < 0)
		return refused(lock);
	return true;
}

void
service_close(void)
{
	if (lock < 0)
		return;
	unlink(path);
	close(lock);
	lock = -1;
}

void
service_tell(const char *state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct str name = str_of(getenv("NOTIFY_SOCKET"));
	socklen_t n;
	int fd;

	if (name.n == 0 || name.n >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, name.p, name.n);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name.n);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&to, n);
	close(fd);
}
