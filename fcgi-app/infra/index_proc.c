/* The process that keeps the index.  See index_proc.h. */
#include "index_proc.h"

#include "clock.h"
#include "conf.h"
#include "index.h"
#include "index_feed.h"
#include "log.h"
#include "pg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#define STATEMENT_MS 60000
#define AGAIN (5 * SECOND_US)      /* after something went wrong */
#define KNOWN (60 * SECOND_US)     /* to the other hosts, again */
#define WAIT_FOR_IT (60 * SECOND_US) /* until somebody else has begun */

static volatile sig_atomic_t stopping;

static void
on_term(int number)
{
	(void)number;
	stopping = 1;
}

void
index_proc_path(char path[256])
{
	snprintf(path, 256, "%s/pins.index", conf.index_dir);
}

/* The lock, or -1 with errno EWOULDBLOCK while another process has it. */
static int
take_lock(const char *path)
{
	char name[300];
	int fd;

	if (mkdir(conf.index_dir, 0750) != 0 && errno != EEXIST)
		return -1;
	snprintf(name, sizeof(name), "%s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
wait_for_lock(const char *path)
{
	int fd;

	while ((fd = take_lock(path)) < 0 && errno == EWOULDBLOCK && !stopping)
		usleep(100000);
	if (fd < 0 && !stopping)
		log_error("index path=%s reason=%s", path, strerror(errno));
	return fd;
}

/* One step of work: false when there was nothing to do, or it failed. */
static bool
step(struct index_feed *f)
{
	int n = 0;
	enum err e = index_feed_round(f, &n);

	if (e == OK && f->next != NULL)
		e = index_feed_page(f);
	if (e != OK)
		log_warn("index outcome=%s", err_code(e));
	return e == OK && (n > 0 || f->next != NULL);
}

static void
keep(struct index_feed *f, void (*each)(void))
{
	int64_t tried = 0, known = 0;

	while (!stopping) {
		if (each != NULL)
			each();
		if (known == 0 || clock_mono() - known > KNOWN) {
			known = clock_mono();
			if (index_feed_host(f) != OK)
				known = clock_mono() - KNOWN + AGAIN;
		}
		if (f->now == NULL && f->next == NULL &&
		    clock_mono() - tried > AGAIN) {
			tried = clock_mono();
			if (index_feed_rebuild(f) != OK)
				log_warn("index reason=not begun");
		}
		if (!step(f) && !stopping) {
			log_flush();
			pg_wait(1000);
		}
	}
}

int
index_proc_run(void (*ready)(void), void (*each)(void))
{
	struct sigaction sa = { .sa_handler = on_term };
	static struct index_feed feed;
	char path[256];
	int lock;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	index_proc_path(path);
	if (!text_open() || !pg_open_soon(STATEMENT_MS) ||
	    !pg_listen("index"))
		return 1;
	ready();
	lock = wait_for_lock(path);
	if (lock < 0)
		return stopping ? 0 : 1;
	index_feed_open(&feed, path);
	keep(&feed, each);
	index_feed_close(&feed);
	pg_close();
	close(lock);
	return 0;
}

/* --- On demand --------------------------------------------------------- */

static int
rebuild_here(const char *path, void (*told)(uint64_t done, uint64_t of))
{
	static struct index_feed feed;
	enum err e;

	index_feed_open(&feed, path);
	e = index_feed_rebuild(&feed);
	while (e == OK && feed.next != NULL) {
		told((uint64_t)feed.after, (uint64_t)feed.last);
		e = index_feed_page(&feed);
	}
	index_feed_close(&feed);
	return e == OK && feed.next == NULL ? 0 : 1;
}

static uint64_t
generation_of(const char *path)
{
	struct index_stats stats = { 0 };
	struct index x;

	index_open(&x, path);
	if (index_stats(&x, &stats) != OK)
		stats.generation = 0;
	index_close(&x);
	return stats.generation;
}

static bool
tell_progress(const char *path, void (*told)(uint64_t done, uint64_t of))
{
	struct index_file f;
	char name[300];

	snprintf(name, sizeof(name), "%s.new", path);
	if (!index_file_open(&f, name))
		return false;
	told(atomic_load(&f.head->progress), atomic_load(&f.head->progress_of));
	index_file_close(&f);
	return true;
}

/* The process that keeps it was asked; done when another file has the name. */
static int
watch(const char *path, uint64_t before,
    void (*told)(uint64_t done, uint64_t of))
{
	int64_t seen = clock_mono();

	while (generation_of(path) == before) {
		if (tell_progress(path, told))
			seen = clock_mono();
		if (clock_mono() - seen > WAIT_FOR_IT) {
			fprintf(stderr, "nothing happens; see the log\n");
			return 1;
		}
		usleep(100000);
	}
	return 0;
}

static int
rebuild_there(const char *path, void (*told)(uint64_t done, uint64_t of))
{
	uint64_t before = generation_of(path);
	struct work w;
	struct req rq;
	enum err e;

	work_open(&w, 1 << 20);
	work_begin(&w, &rq, "index");
	e = pg_run(&rq, q_index_rebuild(str_of(conf.host)), NULL);
	e = pg_finish(&rq, e);
	work_close(&w);
	return e == OK ? watch(path, before, told) : 1;
}

int
index_proc_rebuild(void (*told)(uint64_t done, uint64_t of))
{
	char path[256];
	int lock, status;

	index_proc_path(path);
	if (!text_open() || !pg_open(STATEMENT_MS))
		return 1;
	lock = take_lock(path);
	if (lock < 0 && errno != EWOULDBLOCK) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	status = lock >= 0 ? rebuild_here(path, told) :
	    rebuild_there(path, told);
	if (lock >= 0)
		close(lock);
	pg_close();
	return status;
}
