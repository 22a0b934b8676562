/* Descriptors.  See fd.h. */
#include "fd.h"

#include <errno.h>
#include <unistd.h>

bool
fd_write(int fd, struct str bytes)
{
	ssize_t put;

	while (bytes.n > 0) {
		put = write(fd, bytes.p, bytes.n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)put, bytes.n);
	}
	return true;
}
