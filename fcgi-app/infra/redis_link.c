/* A connection to Redis and its answers.  See redis_link.h. */
#include "redis_link.h"

#include "clock.h"

#include <errno.h>
#include <hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The socket's time limit may be used when so little of a call is gone. */
#define SLACK_US 20000
/* The reader keeps so much memory between answers. */
#define KEEP ((size_t)256 * 1024)

static enum redis_end
broken(char *why, const char *what)
{
	snprintf(why, REDIS_WHY, "%s", what);
	return REDIS_LOST;
}

static enum redis_end
late(char *why)
{
	snprintf(why, REDIS_WHY, "no answer in time");
	return REDIS_TIMEOUT;
}

static bool
limit_waiting(int fd, int64_t us)
{
	struct timeval t = { us / SECOND_US, us % SECOND_US };

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0;
}

/* Connects within the time limit; the socket, or -1 and errno. */
static int
try_address(const struct addrinfo *a, int64_t deadline)
{
	int64_t left = deadline - clock_mono();
	int fd, was, one = 1;

	errno = EAGAIN;
	if (left <= 0)
		return -1;
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (a->ai_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (limit_waiting(fd, left) &&
	    connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	was = errno;
	close(fd);
	errno = was;
	return -1;
}

static int
open_unix(struct str path, int64_t deadline)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct addrinfo a = { .ai_family = AF_UNIX,
		.ai_addr = (struct sockaddr *)&address,
		.ai_addrlen = sizeof(address) };

	errno = ENAMETOOLONG;
	if (path.n >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path.p, path.n);
	return try_address(&a, deadline);
}

/* -2: not host:port, or no such host. */
static int
open_host(struct str where, int64_t deadline)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM }, *list, *a;
	char host[256];
	size_t colon = where.n;
	int64_t port;
	int fd = -1;

	while (colon > 0 && where.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || colon > sizeof(host) ||
	    !str_int(str_sub(where, colon, where.n), &port) || port < 1 ||
	    port > 65535)
		return -2;
	snprintf(host, sizeof(host), "%.*s", (int)colon - 1, where.p);
	if (getaddrinfo(host, where.p + colon, &want, &list) != 0)
		return -2;
	for (a = list; a != NULL && fd < 0; a = a->ai_next)
		fd = try_address(a, deadline);
	freeaddrinfo(list);
	return fd;
}

enum redis_end
redis_link_open(struct redis_link *l, const char *where, int64_t deadline,
    char *why)
{
	struct str address = str_of(where);
	bool is_unix = address.n > 0 && address.p[0] == '/';

	*l = (struct redis_link){ .wait_us = deadline - clock_mono() };
	l->fd = is_unix ? open_unix(address, deadline) :
	    open_host(address, deadline);
	if (l->fd == -2)
		return broken(why, "not a path and not host:port, or no such "
		    "host");
	if (l->fd < 0 && (errno == EAGAIN || errno == EINPROGRESS))
		return late(why);
	if (l->fd < 0) {
		broken(why, strerror(errno));
		return is_unix && (errno == ECONNREFUSED || errno == ENOENT) ?
		    REDIS_REFUSED : REDIS_LOST;
	}
	l->open = true;
	l->reader = redisReaderCreate();
	if (l->reader == NULL || !limit_waiting(l->fd, l->wait_us)) {
		redis_link_close(l);
		return broken(why, "no memory");
	}
	l->reader->maxbuf = KEEP;
	return REDIS_DONE;
}

void
redis_link_close(struct redis_link *l)
{
	if (!l->open)
		return;
	close(l->fd);
	if (l->reader != NULL)
		redisReaderFree(l->reader);
	*l = (struct redis_link){ 0 };
}

/* Waits for events until deadline; false when it has passed. */
static bool
wait_for(const struct redis_link *l, short events, int64_t deadline)
{
	struct pollfd p = { l->fd, events, 0 };
	int64_t left;

	do {
		left = deadline - clock_mono();
		if (left <= 0)
			return false;
	} while (poll(&p, 1, (int)((left + 999) / 1000)) <= 0);
	return true;
}

enum redis_end
redis_link_send(struct redis_link *l, struct str bytes, int64_t deadline,
    char *why)
{
	ssize_t n;

	while (bytes.n > 0) {
		n = send(l->fd, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0)
			bytes = str_sub(bytes, (size_t)n, bytes.n);
		else if (errno != EAGAIN && errno != EINTR)
			return broken(why, strerror(errno));
		else if (!wait_for(l, POLLOUT, deadline))
			return late(why);
	}
	return REDIS_DONE;
}

/* Bytes that came, 0 at the end of the stream, -1 and errno. */
static ssize_t
receive_some(struct redis_link *l, char *bytes, size_t most, int64_t deadline)
{
	if (deadline - clock_mono() > l->wait_us - SLACK_US)
		return recv(l->fd, bytes, most, 0);
	if (wait_for(l, POLLIN, deadline))
		return recv(l->fd, bytes, most, MSG_DONTWAIT);
	errno = EAGAIN;
	return -1;
}

enum redis_end
redis_link_receive(struct redis_link *l, int64_t deadline,
    struct redis_reply **out, char *why)
{
	static char bytes[64 * 1024];
	void *reply = NULL;
	ssize_t n;

	for (;;) {
		if (redisReaderGetReply(l->reader, &reply) != REDIS_OK)
			return broken(why, l->reader->errstr);
		if (reply != NULL)
			break;
		n = receive_some(l, bytes, sizeof(bytes), deadline);
		if (n == 0)
			return broken(why, "closed by Redis");
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return broken(why, strerror(errno));
		if (n < 0 && clock_mono() >= deadline)
			return late(why);
		if (n < 0)
			continue;
		redisReaderFeed(l->reader, bytes, (size_t)n);
	}
	*out = reply;
	return REDIS_DONE;
}

void
redis_link_head(struct buf *b, size_t n_words)
{
	buf_printf(b, "*%zu\r\n", n_words);
}

void
redis_link_word(struct buf *b, struct str word)
{
	buf_byte(b, '$');
	buf_int(b, (int64_t)word.n);
	buf_str(b, STR("\r\n"));
	buf_str(b, word);
	buf_str(b, STR("\r\n"));
}

void
redis_link_free(struct redis_reply *r)
{
	if (r != NULL)
		freeReplyObject(r);
}
