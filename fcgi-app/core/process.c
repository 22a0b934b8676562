/* The master's processes.  The contract is in process.h. */
#include "process.h"

#include "clock.h"
#include "conf.h"
#include "log.h"
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#ifndef START_S
#define START_S 10
#endif
#define START_US (START_S * SECOND_US)
#define ABORT_US (2 * SECOND_US)
#define FIRST_OWN 10 /* above those that roles find at fixed numbers */

static struct process table[SHARED_SLOTS];
static int memory = -1;
/* The program as it was found at start: a new one put there is run next. */
static char program[PATH_MAX];
/* The master's arguments and "--role" NAME "--slot" N. */
static char **arguments;
static char role_argument[16], slot_argument[16];

static bool
failed(const char *what)
{
	log_error("master step=%s error=%s", what, strerror(errno));
	return false;
}

bool
process_open(char **argv)
{
	static char role_option[] = "--role", slot_option[] = "--slot";
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int fd, count = 0;

	if (n <= 0)
		return failed("program");
	program[n] = '\0';
	while (argv[count] != NULL)
		count++;
	arguments = calloc((size_t)count + 5, sizeof(*arguments));
	if (arguments == NULL)
		return failed("arguments");
	memcpy(arguments, argv, (size_t)count * sizeof(*arguments));
	arguments[count] = role_option;
	arguments[count + 2] = slot_option;
	arguments[count + 3] = slot_argument;
	fd = shared_make();
	if (fd < 0)
		return failed("shared-memory");
	memory = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN);
	close(fd);
	return memory >= 0 || failed("shared-memory");
}

/* In the child: becomes the program again. */
static void __attribute__((noreturn))
become(pid_t master, int listener, int ready)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Kept over exec: no process outlives its master for long. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != master)
		_exit(1);
	if (listener >= 0)
		dup2(listener, ROLE_LISTEN_FD);
	else
		close(ROLE_LISTEN_FD);
	dup2(ready, ROLE_READY_FD);
	dup2(memory, ROLE_SHARED_FD);
	close_range(ROLE_SHARED_FD + 1, ~0U, 0);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	execv(program, arguments);
	_exit(127);
}

static void
set_arguments(const struct role *role, int number)
{
	char **last = arguments;

	while (*last != NULL && strcmp(*last, "--role") != 0)
		last++;
	snprintf(role_argument, sizeof(role_argument), "%s", role->name);
	last[1] = role_argument;
	snprintf(slot_argument, sizeof(slot_argument), "%d", number);
}

static int
free_number(void)
{
	int i;

	for (i = 0; i < SHARED_SLOTS; i++)
		if (table[i].pid == 0)
			return i;
	return -1;
}

int
process_start(const struct role *role, int generation, int listener)
{
	int ready[2], high, number = free_number();
	pid_t pid, master = getpid();

	if (number < 0 || pipe2(ready, O_CLOEXEC | O_NONBLOCK) != 0) {
		failed("start");
		return -1;
	}
	high = fcntl(ready[1], F_DUPFD_CLOEXEC, FIRST_OWN);
	close(ready[1]);
	set_arguments(role, number);
	shared_take(number, role->name, generation);
	pid = fork();
	if (pid == 0)
		become(master, listener, high);
	close(high);
	if (pid < 0) {
		failed("fork");
		close(ready[0]);
		shared_give_back(number);
		return -1;
	}
	table[number] = (struct process){ .pid = pid, .role = role,
		.generation = generation, .ready = !role->ready_by_pipe,
		.ready_fd = ready[0] };
	if (role->ready_by_pipe)
		table[number].kill_at = clock_mono() + START_US;
	return number;
}

const struct process *
process_at(int number)
{
	return &table[number];
}

int
process_running(void)
{
	int i, n = 0;

	for (i = 0; i < SHARED_SLOTS; i++)
		n += table[i].pid != 0;
	return n;
}

int
process_room(void)
{
	return SHARED_SLOTS - process_running();
}

void
process_leave(int number, int64_t within_us)
{
	struct process *p = &table[number];
	int64_t by = clock_mono() + within_us;

	if (!p->leaving || p->kill_at == 0 || by < p->kill_at)
		p->kill_at = by;
	p->leaving = true;
	kill(p->pid, SIGTERM);
}

void
process_kill(int number)
{
	kill(table[number].pid, SIGKILL);
}

static void
watch(int number, int64_t now)
{
	struct process *p = &table[number];
	int64_t began = shared_slot(number)->began;

	if (p->kill_at != 0 && now >= p->kill_at) {
		log_warn("process-killed role=%s pid=%d why=%s", p->role->name,
		    (int)p->pid, p->stuck ? "stuck" : p->leaving ? "stayed" :
		    "not ready");
		process_kill(number);
		p->kill_at = now + ABORT_US;
	} else if (!p->stuck && began != 0 &&
	    now - began > conf.request_s * SECOND_US) {
		log_error("process-stuck role=%s pid=%d seconds=%d",
		    p->role->name, (int)p->pid,
		    (int)((now - began) / SECOND_US));
		p->stuck = true;
		p->kill_at = now + ABORT_US;
		kill(p->pid, SIGABRT);
	}
}

void
process_watch(void)
{
	int64_t now = clock_mono();
	int i;

	for (i = 0; i < SHARED_SLOTS; i++)
		if (table[i].pid != 0)
			watch(i, now);
}

int
process_fds(struct pollfd *fds)
{
	int i, n = 0;

	for (i = 0; i < SHARED_SLOTS; i++)
		if (table[i].pid != 0 && table[i].ready_fd >= 0)
			fds[n++] = (struct pollfd){ .fd = table[i].ready_fd,
				.events = POLLIN };
	return n;
}

void
process_listen(void)
{
	struct process *p;
	ssize_t got;
	char byte;

	for (p = table; p < table + SHARED_SLOTS; p++) {
		if (p->pid == 0 || p->ready_fd < 0)
			continue;
		got = read(p->ready_fd, &byte, 1);
		if (got < 0)
			continue; /* nothing yet */
		if (got == 1) {
			p->ready = true;
			p->kill_at = p->leaving ? p->kill_at : 0;
		}
		close(p->ready_fd);
		p->ready_fd = -1;
	}
}

/* The lines that a dead process had not written. */
static void
write_rest(struct log_buffer *log)
{
	uint32_t n = log->n;

	if (n > sizeof(log->text))
		n = sizeof(log->text);
	if (n > 0)
		(void)!write(STDERR_FILENO, log->text, n);
	log->n = 0;
}

int
process_reap(struct process *gone, int *status)
{
	pid_t pid = waitpid(-1, status, WNOHANG);
	int i;

	if (pid <= 0)
		return -1;
	for (i = 0; i < SHARED_SLOTS; i++)
		if (table[i].pid == pid)
			break;
	if (i == SHARED_SLOTS) /* a child that was ours before exec */
		return process_reap(gone, status);
	*gone = table[i];
	if (table[i].ready_fd >= 0)
		close(table[i].ready_fd);
	table[i].pid = 0;
	write_rest(&shared_slot(i)->log);
	shared_give_back(i);
	return i;
}
