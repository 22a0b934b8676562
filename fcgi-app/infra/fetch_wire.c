/* Sending and receiving with a deadline.  The socket may be blocking: every
 * call is made so that it does not wait, and poll does. */
#include "fetch_wire.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* Waits until fd is ready for events, or hung up. */
static bool
is_ready(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n;

	do {
		left = deadline - clock_mono();
		n = poll(&p, 1, left > 0 ? (int)(left / 1000) + 1 : 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

bool
fetch_wire_send(int fd, const void *p, size_t n, int64_t deadline)
{
	const char *from = p;
	ssize_t put;

	while (n > 0) {
		put = send(fd, from, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (put > 0) {
			from += put;
			n -= (size_t)put;
		} else if (errno == EAGAIN) {
			if (!is_ready(fd, POLLOUT, deadline))
				return false;
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool
fetch_wire_receive(int fd, void *p, size_t n, int64_t deadline)
{
	char *to = p;
	ssize_t got;

	while (n > 0) {
		if (!is_ready(fd, POLLIN, deadline))
			return false;
		got = recv(fd, to, n, MSG_DONTWAIT);
		if (got > 0) {
			to += got;
			n -= (size_t)got;
		} else if (got == 0) {
			errno = EPIPE;
			return false;
		} else if (errno != EAGAIN && errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool
fetch_wire_piece(int fd, enum fetch_piece_kind kind, struct str bytes,
    int64_t deadline)
{
	struct fetch_piece head = { kind, (uint32_t)bytes.n };

	return fetch_wire_send(fd, &head, sizeof(head), deadline) &&
	    fetch_wire_send(fd, bytes.p, bytes.n, deadline);
}
