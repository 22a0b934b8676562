/*
 * The client: connect, ask, write the pieces to the file until the end.
 *
 * Two deadlines: one for the turn to come (connecting to a full backlog waits
 * too), one for the fetch itself, three seconds longer than the process's own,
 * so that normally the process speaks first.  Nothing is taken from the arena
 * while the socket is open: an arena that is full does not come back.
 */
#include "fetch.h"

#include "clock.h"
#include "conf.h"
#include "fetch_wire.h"
#include "log.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

struct call {
	const struct fetch_want *want;
	int fd, out_fd;
	int64_t deadline, bytes;
	struct fetch_end end;
	char type[FETCH_KIND_MAX], url[FETCH_URL_MAX];
	char piece[FETCH_PIECE_MAX];
};

static enum err
lost(const char *doing)
{
	log_error("fetch: the fetch process does not answer: %s: %s", doing,
	    strerror(errno));
	return ERR_UPSTREAM;
}

static enum err
busy(void)
{
	log_warn("fetch: too many fetches under way");
	return ERR_BUSY;
}

static enum err
unfit(const char *what)
{
	log_error("fetch: the fetch process sent a wrong %s", what);
	return ERR_UPSTREAM;
}

/* Connects; a full backlog is waited for. */
static enum err
reach(struct call *c)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = conf.fetch_s };
	int n = snprintf(to.sun_path, sizeof(to.sun_path), "%s/fetch.sock",
	    conf.run_dir);

	errno = ENAMETOOLONG;
	if (n < 0 || (size_t)n >= sizeof(to.sun_path))
		return lost("connect");
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return lost("socket");
	if (setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &wait,
	    sizeof(wait)) != 0)
		return lost("setsockopt");
	while (connect(c->fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		if (errno == EAGAIN || clock_mono() > c->deadline)
			return busy();
		if (errno != EINTR)
			return lost("connect");
	}
	return OK;
}

static enum err
ask(struct call *c)
{
	struct str accept = str_of(c->want->accept);
	struct fetch_ask head = { .magic = FETCH_MAGIC,
		.url_n = (uint16_t)c->want->url.n,
		.accept_n = (uint16_t)accept.n,
		.bytes_max = c->want->bytes_max };

	assert(accept.n <= FETCH_KIND_MAX && head.bytes_max > 0);
	if (!fetch_wire_send(c->fd, &head, sizeof(head), c->deadline) ||
	    !fetch_wire_send(c->fd, c->want->url.p, c->want->url.n,
	    c->deadline) ||
	    !fetch_wire_send(c->fd, accept.p, accept.n, c->deadline))
		return lost("send");
	return OK;
}

/* The header of the next piece, its bytes in c->piece. */
static enum err
next_piece(struct call *c, struct fetch_piece *p)
{
	if (!fetch_wire_receive(c->fd, p, sizeof(*p), c->deadline))
		return lost("receive");
	if (p->n > sizeof(c->piece))
		return unfit("length");
	if (!fetch_wire_receive(c->fd, c->piece, p->n, c->deadline))
		return lost("receive");
	return OK;
}

static enum err
wait_turn(struct call *c)
{
	struct fetch_piece p;
	enum err e;

	if (!fetch_wire_receive(c->fd, &p, sizeof(p), c->deadline))
		return errno == ETIMEDOUT ? busy() : lost("receive");
	e = p.kind == FETCH_BEGUN && p.n == 0 ? OK : unfit("first piece");
	c->deadline = clock_mono() + (conf.fetch_s + 3) * SECOND_US;
	return e;
}

static enum err
write_body(struct call *c, size_t n)
{
	size_t done = 0;
	ssize_t put;

	if (c->bytes + (int64_t)n > c->want->bytes_max)
		return unfit("size");
	while (done < n) {
		put = pwrite(c->out_fd, c->piece + done, n - done,
		    c->bytes + (int64_t)done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			log_error("fetch: cannot write: %s", strerror(errno));
			return ERR_STORAGE;
		}
		done += (size_t)put;
	}
	c->bytes += (int64_t)n;
	return OK;
}

static enum err
read_end(struct call *c, size_t n)
{
	struct fetch_end end;

	if (n < sizeof(end))
		return unfit("end");
	memcpy(&end, c->piece, sizeof(end));
	if (end.type_n > sizeof(c->type) || end.url_n > sizeof(c->url) ||
	    n != sizeof(end) + end.type_n + end.url_n)
		return unfit("end");
	if (end.reason < 0 || end.reason >= FETCH_REASON_COUNT)
		return unfit("reason");
	if (end.reason == FETCH_FINE && end.bytes != c->bytes)
		return unfit("number of bytes");
	memcpy(c->type, c->piece + sizeof(end), end.type_n);
	memcpy(c->url, c->piece + sizeof(end) + end.type_n, end.url_n);
	c->end = end;
	return OK;
}

static enum err
read_answer(struct call *c)
{
	struct fetch_piece p;
	enum err e;

	do {
		e = next_piece(c, &p);
		if (e == OK && p.kind == FETCH_BODY)
			e = write_body(c, p.n);
		else if (e == OK && p.kind == FETCH_END)
			e = read_end(c, p.n);
		else if (e == OK)
			e = unfit("kind of piece");
	} while (e == OK && p.kind != FETCH_END);
	return e;
}

static enum err
run(struct call *c)
{
	enum err e;

	if (c->want->url.n == 0 || c->want->url.n > FETCH_URL_MAX) {
		c->end.reason = FETCH_URL;
		return ERR_INPUT;
	}
	e = reach(c);
	if (e == OK)
		e = ask(c);
	if (e == OK)
		e = wait_turn(c);
	if (e == OK)
		e = read_answer(c);
	if (e != OK || c->end.reason == FETCH_FINE)
		return e;
	if (c->end.reason != FETCH_FAULT)
		return ERR_INPUT;
	log_error("fetch: a fault of the fetch process, see its log");
	return ERR_UPSTREAM;
}

enum err
fetch_get(struct arena *a, const struct fetch_want *want, int out_fd,
    struct fetch_got *got, const char **why)
{
	int64_t started = clock_mono();
	struct call c = { .want = want, .fd = -1, .out_fd = out_fd,
		.deadline = started + conf.fetch_s * SECOND_US };
	enum err e = run(&c);

	if (c.fd >= 0)
		close(c.fd);
	if (e != OK && ftruncate(out_fd, 0) != 0)
		log_error("fetch: cannot empty a file: %s", strerror(errno));
	*got = (struct fetch_got){ .bytes = e == OK ? c.bytes : 0,
		.reason = (enum fetch_reason)c.end.reason,
		.http_status = c.end.http_status,
		.redirects = c.end.redirects };
	got->content_type = arena_dup(a, (struct str){ c.type, c.end.type_n });
	got->final_url = arena_dup(a, (struct str){ c.url, c.end.url_n });
	*why = e == ERR_INPUT ? fetch_reason_text(got->reason) : err_detail(e);
	log_info("fetch %s reason=%s status=%d bytes=%" PRId64
	    " redirects=%d ms=%" PRId64, err_code(e),
	    fetch_reason_name(got->reason), got->http_status, got->bytes,
	    got->redirects, (clock_mono() - started) / 1000);
	return e;
}
