/*
 * The process.  The loop sleeps in ppoll, with signals open only there, so
 * that none is lost between looking and sleeping; while all places are taken
 * it does not look at the socket.
 */
#include "fetch_proc.h"

#include "clock.h"
#include "conf.h"
#include "fetch_jail.h"
#include "fetch_transfer.h"
#include "log.h"
#include "role.h"
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define ASK_S 5 /* a client says what it wants within so many seconds */
#define CPU_S 10 /* 20 MB over TLS cost a tenth of one */

static volatile sig_atomic_t stopping;

static void
on_signal(int number)
{
	if (number != SIGCHLD)
		stopping = 1;
}

/* ---- the child: one fetch ---- */

struct service {
	int fd;
	int64_t deadline;
	struct fetch_ask ask;
	char url[FETCH_URL_MAX], accept[FETCH_KIND_MAX + 1];
};

static bool
read_ask(struct service *s)
{
	int64_t deadline = clock_mono() + ASK_S * SECOND_US;

	if (!fetch_wire_receive(s->fd, &s->ask, sizeof(s->ask), deadline))
		return false; /* gone while it waited for its turn */
	if (s->ask.magic != FETCH_MAGIC || s->ask.url_n > sizeof(s->url) ||
	    s->ask.accept_n >= sizeof(s->accept) || s->ask.bytes_max < 1) {
		log_error("fetch: a client asks in another language");
		return false;
	}
	s->accept[s->ask.accept_n] = '\0';
	return fetch_wire_receive(s->fd, s->url, s->ask.url_n, deadline) &&
	    fetch_wire_receive(s->fd, s->accept, s->ask.accept_n, deadline);
}

static bool
put(void *to, const void *p, size_t n)
{
	struct service *s = to;
	struct pollfd gone = { .fd = s->fd, .events = POLLRDHUP };

	if (n == 0)
		return poll(&gone, 1, 0) == 0;
	return fetch_wire_piece(s->fd, FETCH_BODY, (struct str){ p, n },
	    s->deadline);
}

static bool
send_end(struct service *s, const struct fetch_transfer *t,
    enum fetch_reason reason)
{
	struct fetch_end end = { .bytes = t->bytes, .reason = (int32_t)reason,
		.http_status = t->http_status, .redirects = t->redirects,
		.type_n = (uint16_t)strlen(t->type),
		.url_n = (uint16_t)strlen(t->last_url) };
	char piece[sizeof(end) + sizeof(t->type) + sizeof(t->last_url)];

	memcpy(piece, &end, sizeof(end));
	memcpy(piece + sizeof(end), t->type, end.type_n);
	memcpy(piece + sizeof(end) + end.type_n, t->last_url, end.url_n);
	return fetch_wire_piece(s->fd, FETCH_END, (struct str){ piece,
	    sizeof(end) + end.type_n + end.url_n }, s->deadline + SECOND_US);
}

static void
serve(int fd)
{
	struct service s = { .fd = fd };
	struct fetch_transfer t = { .put = put, .to = &s };
	enum fetch_reason reason = FETCH_FAULT;

	if (!read_ask(&s))
		return;
	s.deadline = t.deadline = clock_mono() + conf.fetch_s * SECOND_US;
	if (!fetch_wire_piece(fd, FETCH_BEGUN, STR(""), s.deadline))
		return;
	t.url = (struct str){ s.url, s.ask.url_n };
	t.accept = s.accept;
	t.allow = conf.fetch_allow;
	t.bytes_max = s.ask.bytes_max;
	if (fetch_jail_enter(CPU_S)) {
		errno = 0;
		reason = fetch_transfer_run(&t);
		if (reason != FETCH_FINE && errno == ENOMEM)
			reason = FETCH_FAULT; /* not what libcurl made of it */
	} else {
		log_error("fetch: no jail: %s", strerror(errno));
	}
	if (!send_end(&s, &t, reason))
		log_debug("fetch: the client has gone");
}

/* Its only descriptors are the client, as number 3, and the log. */
static void __attribute__((noreturn))
child(int fd, pid_t parent, const sigset_t *mask)
{
	log_open("fetch", NULL); /* the parent's lines are out of reach */
	signal(SIGTERM, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);
	sigprocmask(SIG_SETMASK, mask, NULL);
	alarm((unsigned)conf.fetch_s + ASK_S + 2);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	if (fd != 3 && dup2(fd, 3) != 3)
		_exit(1);
	if (close_range(4, ~0u, 0) != 0)
		_exit(1);
	serve(3);
	log_flush();
	_exit(0);
}

/* ---- the parent ---- */

static void
take(int listen_fd, int64_t *children, const sigset_t *mask)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	pid_t parent = getpid(), pid;

	if (fd < 0) {
		if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
			return;
		log_warn("fetch: accept: %s", strerror(errno));
		poll(NULL, 0, 100); /* out of descriptors, most likely */
		return;
	}
	log_flush(); /* or the child has the lines too */
	pid = fork();
	if (pid == 0)
		child(fd, parent, mask);
	if (pid > 0)
		++*children;
	else
		log_warn("fetch: fork: %s", strerror(errno));
	close(fd);
}

static void
reap(int64_t *children)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		--*children;
		if (WIFSIGNALED(status))
			log_warn("fetch: child %d was ended by signal %d",
			    (int)pid, WTERMSIG(status));
	}
}

static void
loop(int listen_fd, const sigset_t *mask)
{
	struct pollfd p = { .fd = listen_fd, .events = POLLIN };
	int64_t children = 0;
	bool room;

	while (!stopping || children > 0) {
		reap(&children);
		if (stopping && children == 0)
			break;
		log_flush();
		room = !stopping && children < conf.fetch_children;
		if (ppoll(&p, room ? 1 : 0, NULL, mask) > 0 && room)
			take(listen_fd, &children, mask);
	}
}

/* The jail is tried once at the start: a process that could only refuse every
 * fetch should not look as if it served. */
static bool
has_jail(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fetch_jail_enter(CPU_S) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
prepare(int listen_fd)
{
	int flags = fcntl(listen_fd, F_GETFL);

	if (flags < 0 || fcntl(listen_fd, F_SETFL, flags | O_NONBLOCK) != 0) {
		log_error("fetch: the socket: %s", strerror(errno));
		return false;
	}
	if (!fetch_gate_allow_ok(conf.fetch_allow)) {
		log_error("fetch: fetch_allow must be of the form "
		    "host:port,host:port");
		return false;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		log_error("fetch: libcurl cannot be set up");
		return false;
	}
	if (!has_jail()) {
		log_error("fetch: this system does not give the jail "
		    "(seccomp, Landlock, limits)");
		return false;
	}
	if (!shared_withhold()) {
		log_error("fetch: shared memory: %s", strerror(errno));
		return false;
	}
	if (!fetch_jail_has_files())
		log_warn("fetch: no Landlock here: the file system is "
		    "guarded by its modes alone");
	return true;
}

int
fetch_run(int listen_fd)
{
	struct sigaction act = { .sa_handler = on_signal };
	sigset_t ours, mask;

	stopping = 0;
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, &mask);
	sigdelset(&mask, SIGTERM);
	sigdelset(&mask, SIGCHLD);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGCHLD, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!prepare(listen_fd)) {
		log_flush();
		return 1;
	}
	role_ready();
	log_info("fetch ready children=%" PRId64, conf.fetch_children);
	loop(listen_fd, &mask);
	log_info("fetch stopped");
	log_flush();
	curl_global_cleanup();
	return 0;
}
