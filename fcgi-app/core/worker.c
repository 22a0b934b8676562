/* The worker's loop.  What it promises is in worker.h. */
#include "worker.h"

#include "clock.h"
#include "fcgi.h"
#include "log.h"
#include "record.h"
#include "role.h"
#include "shared.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#define EVENTS 16
#define QUIET_MS 200
#define LEAVE_US (60 * SECOND_US)
#define LOG_US SECOND_US
/* What a request may take, and what of it is kept for the next. */
#define ARENA_MAX ((size_t)8 * 1024 * 1024)
#define ERRORS_MAX ((size_t)64 * 1024)
#define KEEP ((size_t)256 * 1024)

static struct worker {
	const struct worker_hooks *hooks;
	struct slot *slot;
	int epoll, listen, signals;
	int connections;    /* kept ones */
	int terms;          /* SIGTERMs seen */
	int64_t leave_by;
	int64_t now;        /* when the last request began */
	int64_t flushed;    /* when the log was written */
	bool slow, stirred; /* something was done since the last quiet */
	struct arena *mem;
	struct buf out, head, errors;
} w;

static void
set_began(int64_t at)
{
	atomic_store_explicit(&w.slot->began, at, memory_order_relaxed);
}

/* Nobody else writes these. */
static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter,
	    atomic_load_explicit(counter, memory_order_relaxed) + n,
	    memory_order_relaxed);
}

static void
count(const struct req *rq)
{
	add(&w.slot->requests, 1);
	add(&w.slot->errors, rq->status >= 500);
	add(&w.slot->bytes, rq->out->n);
}

/* An answer that grew beyond its builder, or none at all, is a fault. */
static void
settle(struct req *rq)
{
	if (rq->status != 0 && buf_ok(rq->out) && buf_ok(rq->head))
		return;
	log_error("fault request=%s %s", rq->id,
	    rq->status == 0 ? "no answer" : "the answer is too large");
	buf_reset(rq->out, KEEP);
	buf_reset(rq->head, KEEP);
	buf_printf(rq->out, "{\"detail\":\"%s\"}", err_detail(ERR_INTERNAL));
	rq->status = err_status(ERR_INTERNAL);
	rq->outcome = ERR_INTERNAL;
}

/* One request of a connection.  False: the connection must be closed. */
static bool
serve(struct fcgi *c)
{
	struct req rq = { .mem = w.mem, .out = &w.out, .head = &w.head,
		.errors = &w.errors };
	bool keep = false;

	rq.started = w.now = clock_mono();
	set_began(rq.started);
	if (fcgi_read(c, &rq)) {
		w.hooks->serve(&rq);
		settle(&rq);
		fcgi_send(c, &rq);
		count(&rq);
		if (w.hooks->done != NULL)
			w.hooks->done(&rq);
		keep = fcgi_finish(c);
		arena_reset(w.mem);
		buf_reset(&w.out, KEEP);
		buf_reset(&w.head, KEEP);
		buf_reset(&w.errors, KEEP);
	}
	set_began(0);
	w.stirred = true;
	return keep;
}

/* Did Nginx send something, and is it still there? */
static bool
is_asking(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int patience_ms = 10000;

	return poll(&p, 1, patience_ms) == 1 && p.revents == POLLIN;
}

static bool
watch(int fd, uint32_t events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };

	return epoll_ctl(w.epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void
not_accepted(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	/* Another worker was faster, or the peer left. */
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
		return;
	log_warn("accept error=%s connections=%d", strerror(errno),
	    w.connections);
	nanosleep(&pause, NULL);
}

static bool
accept_one(void)
{
	int fd = accept4(w.listen, NULL, NULL, SOCK_CLOEXEC);
	struct fcgi *c;

	if (fd < 0) {
		not_accepted();
		return false;
	}
	c = fcgi_open(fd);
	if (c == NULL)
		return false;
	if (!w.slow && watch(fd, EPOLLIN, c)) {
		w.connections++;
		return true;
	}
	if (w.slow && is_asking(fd))
		(void)serve(c);
	fcgi_close(c);
	return true;
}

/* As many as there is other work in this turn: a worker without any leaves the
 * rest to others, and one with much does not let them wait for a turn each,
 * which would be longer with every one of them. */
static void
accept_some(int most)
{
	while (most-- > 0 && accept_one())
		continue;
}

static void
leave(void)
{
	struct signalfd_siginfo info;

	if (read(w.signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (w.terms++ > 0)
		return;
	w.leave_by = clock_mono() + LEAVE_US;
	epoll_ctl(w.epoll, EPOLL_CTL_DEL, w.listen, NULL);
	close(w.listen);
	w.listen = -1;
}

/* One of n in this turn. */
static void
handle(const struct epoll_event *event, int n)
{
	struct fcgi *c;

	if (event->data.ptr == &w.signals) {
		leave();
	} else if (event->data.ptr == &w.listen) {
		if (w.listen >= 0)
			accept_some(n);
	} else {
		c = event->data.ptr;
		if ((event->events & (EPOLLHUP | EPOLLERR)) == 0 && serve(c))
			return;
		fcgi_close(c);
		w.connections--;
	}
}

static bool
is_over(void)
{
	return w.terms > 1 ||
	    (w.terms == 1 &&
	    (w.connections == 0 || clock_mono() > w.leave_by));
}

static void
quiet(void)
{
	log_flush();
	if (w.hooks->idle != NULL && w.stirred)
		w.hooks->idle();
	w.stirred = false;
}

static void
loop(void)
{
	struct epoll_event events[EVENTS];
	bool waits;
	int i, n;

	while (!is_over()) {
		waits = w.stirred || w.terms > 0 || log_pending();
		n = epoll_wait(w.epoll, events, EVENTS, waits ? QUIET_MS : -1);
		if (n == 0)
			quiet();
		for (i = 0; i < n; i++)
			handle(&events[i], n);
		/* A worker that is never quiet. */
		if (log_pending() && w.now - w.flushed > LOG_US) {
			log_flush();
			w.flushed = w.now;
		}
	}
}

static bool
open_loop(void)
{
	struct rlimit files;
	sigset_t term;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	w.listen = ROLE_LISTEN_FD;
	w.signals = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
	w.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w.signals < 0 || w.epoll < 0 ||
	    !watch(w.signals, EPOLLIN, &w.signals) ||
	    !watch(w.listen, EPOLLIN | EPOLLEXCLUSIVE, &w.listen)) {
		log_error("worker error=%s", strerror(errno));
		return false;
	}
	return true;
}

int
worker_run(const struct worker_hooks *hooks, bool slow)
{
	w.hooks = hooks;
	w.slow = slow;
	w.slot = shared_own();
	w.mem = arena_open(ARENA_MAX);
	buf_open(&w.out, RECORD_BODY_MAX);
	buf_open(&w.head, RECORD_HEAD_MAX);
	buf_open(&w.errors, ERRORS_MAX);
	if (!fcgi_init())
		return 1;
	if (!hooks->open() || !open_loop())
		return 1;
	role_ready();
	loop();
	if (hooks->close != NULL)
		hooks->close();
	return 0;
}
