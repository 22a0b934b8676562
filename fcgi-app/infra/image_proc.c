/*
 * The image process: one child for each picture.
 *
 * The parent loads all code and data that a decoder needs - libvips with its
 * modules, libmagic's database - and then never looks at a picture itself: it
 * accepts, forks, and watches.  It stays a process of one thread (it checks
 * that), so that what a child inherits is whole.  Children beyond
 * conf.image_children wait in the backlog of the socket.
 *
 * The parent keeps each connection open beside its child.  A client that hangs
 * up has its child killed; a child that dies before it began to answer, by its
 * limits or by a bug that the picture found, is answered for: that is the
 * picture's fault.  A child that runs too long by the clock is killed.  One
 * that somebody else killed - the kernel, for want of memory - gets no verdict:
 * its limits end it otherwise, so the picture may do well the next time.
 */
#include "image_child.h"

#include "clock.h"
#include "conf.h"
#include "image_pixels.h"
#include "image_type.h"
#include "log.h"
#include "webpage_charset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define CHILDREN_MAX 64 /* of conf.image_children */
/* On a busy machine a second of processor time takes several. */
#define CLOCK_TIMES 3

struct child {
	pid_t pid; /* 0: free */
	int conn;
	int64_t deadline;
	bool late, gone; /* killed for its deadline; for its client */
};

struct proc {
	int listen_fd, signal_fd, null_fd;
	sigset_t usual; /* the signal mask for children */
	struct image_progress *progress; /* one for each child, shared */
	struct child children[CHILDREN_MAX];
	int n;
	bool ending;
};

/* The number of threads of this process. */
static int
threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	if (d == NULL)
		return -1;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

static bool
fault(const char *what)
{
	log_error("image: %s: %s", what, strerror(errno));
	return false;
}

static bool
open_signals(struct proc *p)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	p->usual = set; /* a Ctrl-C for all does not end a child */
	sigaddset(&set, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return fault("sigprocmask");
	p->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return p->signal_fd >= 0 || fault("signalfd");
}

static bool
start(struct proc *p)
{
	size_t shared = sizeof(*p->progress) * CHILDREN_MAX;
	int n;

	clearenv();
	tzset(); /* libexif asks for the time of day; the file is read here */
	/* an arena of malloc for each thread would eat the address space */
	mallopt(M_ARENA_MAX, 1);
	if (!image_pixels_open() || !image_type_open() || !open_signals(p))
		return false;
	webpage_charset_open();
	p->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (p->null_fd < 0)
		return fault("/dev/null");
	p->progress = mmap(NULL, shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->progress == MAP_FAILED)
		return fault("mmap");
	if (fcntl(p->listen_fd, F_SETFL,
	    fcntl(p->listen_fd, F_GETFL) | O_NONBLOCK) != 0)
		return fault("fcntl");
	n = threads();
	if (n != 1)
		log_error("image: %d threads before the first fork", n);
	return n == 1;
}

/* In the child: nothing is left open but the connection, as 3. */
static _Noreturn void
become_child(struct proc *p, int conn, pid_t parent,
    struct image_progress *progress)
{
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CHILD_ALONE);
	for (i = 0; i < 3; i++)
		if (dup2(p->null_fd, i) < 0)
			_exit(CHILD_ALONE);
	if (conn != 3 && dup2(conn, 3) < 0)
		_exit(CHILD_ALONE);
	if (close_range(4, ~0u, 0) != 0 ||
	    sigprocmask(SIG_SETMASK, &p->usual, NULL) != 0)
		_exit(CHILD_ALONE);
	image_child(progress);
}

static void
begin(struct proc *p, int conn)
{
	pid_t parent = getpid();
	int i = 0;

	while (p->children[i].pid != 0)
		i++;
	p->progress[i].answering = 0;
	p->children[i] = (struct child){ .conn = conn,
		.deadline = clock_mono() +
		    CLOCK_TIMES * conf.image_s * SECOND_US };
	p->children[i].pid = fork();
	if (p->children[i].pid == 0)
		become_child(p, conn, parent, &p->progress[i]);
	if (p->children[i].pid < 0) {
		fault("fork");
		p->children[i].pid = 0;
		close(conn);
		return;
	}
	p->n++;
}

static void
accept_one(struct proc *p)
{
	int conn = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (conn >= 0) {
		begin(p, conn);
		return;
	}
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
		return;
	fault("accept");
	poll(NULL, 0, 100); /* no descriptor or memory: not at full speed */
}

/* One line for each child; one that died is worth a warning. */
static void
tell(const struct child *c, int status, const struct rusage *used)
{
	int64_t ms = (used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000 +
	    (used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1000;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

	if (sig == SIGSYS)
		log_error("image: a child broke the rules of its sandbox");
	else if (code == CHILD_NO_SANDBOX)
		log_error("image: no sandbox");
	else if (!c->gone && (sig != 0 || (code != CHILD_DONE &&
	    code != CHILD_ALONE)))
		log_warn("image: child died signal=%d status=%d late=%d"
		    " cpu_ms=%" PRId64 " rss_mb=%ld", sig, code, c->late, ms,
		    used->ru_maxrss / 1024);
	else
		log_debug("image: child done cpu_ms=%" PRId64 " rss_mb=%ld",
		    ms, used->ru_maxrss / 1024);
}

/* What is wrong with a picture that its child died of. */
static enum image_why
reason(const struct child *c, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (c->late || sig == SIGXCPU)
		return IMAGE_TIME;
	/* GLib without memory */
	return sig == SIGTRAP ? IMAGE_MEMORY : IMAGE_DAMAGED;
}

/* Did it end by something that is not the picture's? */
static bool
is_ours(const struct child *c, int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL && !c->late;
	return WEXITSTATUS(status) == CHILD_NO_SANDBOX;
}

static void
end(struct proc *p, int i, int status, const struct rusage *used)
{
	struct child *c = &p->children[i];

	tell(c, status, used);
	if (!c->gone && !p->progress[i].answering && !is_ours(c, status))
		image_child_refuse(c->conn, reason(c, status));
	close(c->conn);
	c->pid = 0;
	p->n--;
}

static void
reap(struct proc *p)
{
	struct rusage used;
	int status, i;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG, &used)) > 0)
		for (i = 0; i < CHILDREN_MAX; i++)
			if (p->children[i].pid == pid)
				end(p, i, status, &used);
}

static void
take_signals(struct proc *p)
{
	struct signalfd_siginfo s;

	while (read(p->signal_fd, &s, sizeof(s)) == (ssize_t)sizeof(s))
		if (s.ssi_signo != SIGCHLD)
			p->ending = true;
	reap(p);
}

/* Milliseconds until the first deadline; kills those that are over theirs. */
static int
watch_deadlines(struct proc *p)
{
	int64_t now = clock_mono(), next = now + 60 * SECOND_US;
	struct child *c;

	for (c = p->children; c < p->children + CHILDREN_MAX; c++) {
		if (c->pid == 0 || c->late || c->gone)
			continue;
		if (now >= c->deadline) {
			c->late = true;
			kill(c->pid, SIGKILL);
		} else if (c->deadline < next) {
			next = c->deadline;
		}
	}
	return (int)((next - now) / 1000) + 1;
}

static void
turn(struct proc *p)
{
	struct pollfd polls[CHILDREN_MAX + 2];
	int i, which[CHILDREN_MAX + 2], n = 2;
	struct child *c;

	polls[0] = (struct pollfd){ .fd = p->signal_fd, .events = POLLIN };
	polls[1] = (struct pollfd){ .fd = p->ending ||
	    p->n >= conf.image_children ? -1 : p->listen_fd,
		.events = POLLIN };
	for (i = 0; i < CHILDREN_MAX; i++) {
		c = &p->children[i];
		if (c->pid == 0 || c->gone)
			continue;
		which[n] = i;
		polls[n++] = (struct pollfd){ .fd = c->conn,
			.events = POLLRDHUP };
	}
	if (poll(polls, (nfds_t)n, watch_deadlines(p)) <= 0)
		return;
	for (i = 2; i < n; i++)
		if (polls[i].revents != 0) {
			c = &p->children[which[i]];
			c->gone = true;
			kill(c->pid, SIGKILL);
		}
	if (polls[0].revents != 0)
		take_signals(p);
	if (polls[1].revents != 0)
		accept_one(p);
}

int
image_run(int listen_fd)
{
	struct proc p = { .listen_fd = listen_fd };

	if (!start(&p))
		return 1;
	log_info("image: started children=%" PRId64, conf.image_children);
	log_flush();
	while (!p.ending || p.n > 0) {
		turn(&p);
		log_flush();
	}
	log_info("image: ended");
	log_flush();
	return 0;
}
