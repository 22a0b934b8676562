/* The names, and sending and receiving with a deadline.  The socket may be
 * blocking: every call is made so that it does not wait, and poll does. */
#include "image_wire.h"

#include "clock.h"
#include "conf.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static const struct {
	const char *name, *text;
} reasons[IMAGE_WHY_COUNT] = {
	{ "FINE", "" },
#define WHY(name, text) { #name, text },
#include "image_why.def"
#undef WHY
};

static const struct {
	const char *name, *ext;
} types[IMAGE_TYPE_COUNT] = {
	[IMAGE_NONE] = { "none", "" },
	[IMAGE_JPEG] = { "jpeg", "jpg" },
	[IMAGE_PNG] = { "png", "png" },
	[IMAGE_GIF] = { "gif", "gif" },
	[IMAGE_WEBP] = { "webp", "webp" },
	[IMAGE_AVIF] = { "avif", "avif" },
	[IMAGE_HEIC] = { "heic", "heic" },
};

static const char *const names[IMAGE_NAMES] = {
	"236", "474", "736", "1200", "original",
};

int64_t
image_answer_max(void)
{
	return 6 * conf.upload_max + (16 << 20);
}

const char *
image_why_text(enum image_why why)
{
	return reasons[why].text;
}

const char *
image_why_name(enum image_why why)
{
	return reasons[why].name;
}

const char *
image_type_name(enum image_type type)
{
	return types[type].name;
}

const char *
image_type_ext(enum image_type type)
{
	return types[type].ext;
}

const char *
image_file_name(int name)
{
	return names[name];
}

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
image_wire_send(int fd, const void *p, size_t n, int64_t deadline)
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
image_wire_receive(int fd, void *p, size_t n, int64_t deadline)
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

/* Room for one descriptor beside a message. */
union passed {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

bool
image_wire_ask(int fd, const struct image_ask *ask, int file)
{
	struct iovec part = { (void *)(uintptr_t)ask, sizeof(*ask) };
	union passed beside = { 0 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &beside, .msg_controllen = sizeof(beside) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t put;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(c), &file, sizeof(file));
	do
		put = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	return put == (ssize_t)sizeof(*ask);
}

int
image_wire_asked(int fd, struct image_ask *ask)
{
	struct iovec part = { ask, sizeof(*ask) };
	union passed beside = { 0 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &beside, .msg_controllen = sizeof(beside) };
	struct cmsghdr *c;
	ssize_t got;
	int file = -1;

	do
		got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	c = CMSG_FIRSTHDR(&m);
	if (got >= 0 && c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(file)))
		memcpy(&file, CMSG_DATA(c), sizeof(file));
	if (got == (ssize_t)sizeof(*ask) && ask->magic == IMAGE_MAGIC)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}
