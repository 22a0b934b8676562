/* The master's decisions.  What it promises is in master.h; the mechanics are
 * in process.c, listen.c and service.c. */
#include "master.h"

#include "clock.h"
#include "listen.h"
#include "log.h"
#include "process.h"
#include "service.h"
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#define AGAIN_US SECOND_US         /* between two starts in one place */
#define DRAIN_US (75 * SECOND_US)  /* for an old generation; workers take 60 */
#define STOP_US (30 * SECOND_US)
#define ROLES 16

/* One process that ought to run. */
struct place {
	const struct role *role;
	int listener;
	int number; /* of the process that fills it, or -1 */
	int64_t started;
};

static struct master {
	struct place places[SHARED_SLOTS];
	int n;
	int signals;
	int generation; /* that serves; 0: none yet */
	int last;       /* that was tried */
	bool rising;    /* generation `last` is starting */
	bool failed;    /* one of it died */
	bool reload;    /* asked for */
	bool stopping;
	int status;
} m;

static bool
add_places(const struct role *role)
{
	int i, listener = -1;

	if (role->socket != NULL && role->count > 0) {
		listener = listen_open(role->socket);
		if (listener < 0)
			return false;
	}
	if (m.n + role->count > SHARED_SLOTS / 2) {
		log_error("master error=more than %d processes",
		    SHARED_SLOTS / 2);
		return false;
	}
	for (i = 0; i < role->count; i++)
		m.places[m.n++] = (struct place){ role, listener, -1, 0 };
	return true;
}

static bool
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	m.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return m.signals >= 0;
}

/* What `systemctl status` shows, and who waits for a reload looks at. */
static void
tell_ready(const char *how)
{
	char text[64];

	snprintf(text, sizeof(text), "READY=1\nSTATUS=generation %d %s",
	    m.last, how);
	service_tell(text);
}

static void
tell_reloading(void)
{
	char text[64];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_mono());
	service_tell(text);
}

/* Begins a generation. */
static void
rise(void)
{
	int i;

	m.reload = false;
	if (process_room() < m.n) {
		log_error("reload refused: %d processes have not left yet",
		    process_running() - m.n);
		return;
	}
	if (m.generation > 0)
		tell_reloading();
	m.rising = true;
	m.failed = false;
	m.last++;
	for (i = 0; i < m.n && !m.failed; i++)
		if (process_start(m.places[i].role, m.last,
		    m.places[i].listener) < 0)
			m.failed = true;
}

static void
stop(int64_t within_us)
{
	int i;

	if (!m.stopping) {
		log_info("master-stops processes=%d", process_running());
		service_tell("STOPPING=1");
		listen_close();
	}
	m.stopping = true;
	for (i = 0; i < SHARED_SLOTS; i++)
		if (process_at(i)->pid != 0)
			process_leave(i, within_us);
}

/* The new generation failed: it goes, the old one goes on. */
static void
fall(void)
{
	int i;

	for (i = 0; i < SHARED_SLOTS; i++)
		if (process_at(i)->pid != 0 &&
		    process_at(i)->generation == m.last)
			process_kill(i);
	m.rising = false;
	log_error("generation-failed number=%d goes-on=%d", m.last,
	    m.generation);
	if (m.generation > 0) {
		tell_ready("failed");
		return;
	}
	m.status = 1;
	stop(0);
}

static bool
is_risen(void)
{
	int i, ready = 0;

	for (i = 0; i < SHARED_SLOTS; i++)
		ready += process_at(i)->pid != 0 && process_at(i)->ready &&
		    process_at(i)->generation == m.last;
	return ready == m.n;
}

static void
fill(const struct process *p, int number)
{
	int i;

	for (i = 0; i < m.n; i++)
		if (m.places[i].number < 0 && m.places[i].role == p->role) {
			m.places[i].number = number;
			m.places[i].started = clock_mono();
			return;
		}
}

/* The new generation is ready: it takes the places, the old one leaves. */
static void
take_over(void)
{
	const struct process *p;
	int i;

	for (i = 0; i < m.n; i++)
		m.places[i].number = -1;
	for (i = 0; i < SHARED_SLOTS; i++) {
		p = process_at(i);
		if (p->pid == 0)
			continue;
		if (p->generation == m.last)
			fill(p, i);
		else if (!p->leaving)
			process_leave(i, DRAIN_US);
	}
	m.rising = false;
	m.generation = m.last;
	log_info("generation-serves number=%d processes=%d", m.generation, m.n);
	tell_ready("serves");
}

/* Starts what is missing in the places. */
static void
refill(void)
{
	int64_t now = clock_mono();
	struct place *p;

	for (p = m.places; p < m.places + m.n; p++) {
		if (p->number >= 0 || now - p->started < AGAIN_US)
			continue;
		p->started = now;
		p->number = process_start(p->role, m.generation, p->listener);
	}
}

/* Under "ended ROLE": how many left as they were asked to, how many not. */
static void
count_end(const struct process *p, bool well)
{
	char name[32];
	_Atomic uint64_t *row;

	snprintf(name, sizeof(name), "ended %s", p->role->name);
	row = shared_tally(str_of(name));
	if (row != NULL)
		row[well ? 0 : 1]++;
}

static void
gone(int number, const struct process *p, int status)
{
	bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0 && p->leaving;
	int i;

	count_end(p, well);
	if (well)
		log_info("process-left role=%s pid=%d", p->role->name,
		    (int)p->pid);
	else if (WIFEXITED(status))
		log_error("process-ended role=%s pid=%d status=%d",
		    p->role->name, (int)p->pid, WEXITSTATUS(status));
	else
		log_error("process-died role=%s pid=%d signal=%d",
		    p->role->name, (int)p->pid, WTERMSIG(status));
	if (m.rising && p->generation == m.last)
		m.failed = true;
	for (i = 0; i < m.n; i++)
		if (m.places[i].number == number)
			m.places[i].number = -1;
}

static void
read_signals(void)
{
	struct signalfd_siginfo info;

	while (read(m.signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			m.reload = true;
		else if (info.ssi_signo != SIGCHLD)
			stop(STOP_US);
	}
}

static void
wait_for_news(void)
{
	struct pollfd fds[SHARED_SLOTS + 1];
	int i, n, ms = m.rising || m.stopping ? 100 : 1000;

	for (i = 0; i < m.n; i++)
		if (m.places[i].number < 0)
			ms = 100;
	n = process_fds(fds);
	fds[n++] = (struct pollfd){ .fd = m.signals, .events = POLLIN };
	log_flush();
	poll(fds, (nfds_t)n, ms);
}

static void
step(void)
{
	struct process p;
	int number, status;

	wait_for_news();
	process_listen();
	read_signals();
	while ((number = process_reap(&p, &status)) >= 0)
		gone(number, &p, status);
	process_watch();
	if (m.stopping)
		return;
	if (m.rising && m.failed)
		fall();
	else if (m.rising && is_risen())
		take_over();
	if (m.reload && !m.rising)
		rise();
	if (m.generation > 0)
		refill();
}

static bool
open_all(const struct role *roles, char **argv)
{
	for (; roles->name != NULL; roles++)
		if (!add_places(roles))
			return false;
	return m.n > 0 && process_open(argv) && open_signals();
}

int
master_run(const char *name, const struct role *roles, char **argv)
{
	log_open("master", NULL);
	if (!service_open(name))
		return 1;
	m.status = open_all(roles, argv) ? 0 : 1;
	if (m.status == 0) {
		rise();
		do
			step();
		while (!m.stopping || process_running() > 0);
	}
	listen_close();
	service_close();
	log_info("master-stopped status=%d", m.status);
	log_flush();
	return m.status;
}
