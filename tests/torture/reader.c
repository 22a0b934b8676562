/*
 * Reads through Nginx, as many as there are, and what each of them saw.
 *
 *   reader PORT SECONDS CONNECTIONS PAUSE_US SEED VIEWS OUT
 *
 * VIEWS: a line each, a path and after a tab the value of Authorization, or
 * nothing.  Each connection is kept open and asks for views at random, one
 * after the other; one time in four it asks whether a body that it has seen
 * still stands (If-None-Match).  SIGTERM ends it early.
 *
 * OUT.reads: struct seen, one after the other.  OUT.bodies: each body once, as
 * a line with its hash and its length, then itself.
 *
 * The time of a read begins before its first byte is sent and ends after the
 * last one of the answer came, by CLOCK_MONOTONIC.  What a body means is not
 * known here (world.py).
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define VIEWS_MOST 256
#define BODIES (1 << 21) /* places in the table of hashes */
#define ANSWER_MOST (1 << 20)
#define ETAG_MOST 80

struct seen {
	int64_t start, end; /* nanoseconds */
	uint64_t hash;      /* of the body; at 304 of the one that stands */
	int32_t view, status; /* 0: no answer */
};

struct view {
	char *path, *login;
};

struct known {
	char etag[ETAG_MOST];
	uint64_t hash;
};

struct reader {
	pthread_t thread;
	int fd;
	uint64_t dice;
	struct known known[VIEWS_MOST];
	char answer[ANSWER_MOST + 1];
	size_t n;
};

static struct view views[VIEWS_MOST];
static int views_n, port, pause_us;
static uint64_t bodies[BODIES];
static size_t bodies_n;
static FILE *reads_file, *bodies_file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t over;

static void
on_term(int sig)
{
	(void)sig;
	over = 1;
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void
die(const char *why)
{
	fprintf(stderr, "reader: %s\n", why);
	exit(1);
}

/* SplitMix64. */
static uint64_t
roll(struct reader *r)
{
	uint64_t z = r->dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* FNV-1a; 0 is no body. */
static uint64_t
hash_of(const char *p, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
	return h != 0 ? h : 1;
}

/* --- What is written ----------------------------------------------------- */

/* True if it was not known. */
static bool
remember(uint64_t hash)
{
	size_t at = hash % BODIES;

	while (bodies[at] != 0 && bodies[at] != hash)
		at = (at + 1) % BODIES;
	if (bodies[at] == hash)
		return false;
	if (++bodies_n > BODIES / 4 * 3)
		die("too many bodies");
	bodies[at] = hash;
	return true;
}

static void
note(const struct seen *s, const char *body, size_t n)
{
	pthread_mutex_lock(&lock);
	if (body != NULL && remember(s->hash)) {
		fprintf(bodies_file, "%" PRIu64 " %zu\n", s->hash, n);
		fwrite(body, 1, n, bodies_file);
	}
	fwrite(s, sizeof(*s), 1, reads_file);
	pthread_mutex_unlock(&lock);
}

/* --- One request --------------------------------------------------------- */

static bool
join(struct reader *r)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval wait = { .tv_sec = 60 };
	int one = 1;

	if (r->fd >= 0)
		return true;
	r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(r->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return true;
	close(r->fd);
	r->fd = -1;
	return false;
}

static void
leave(struct reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static bool
ask(struct reader *r, const struct view *v, const char *etag)
{
	char text[2048];
	int n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%d\r\n%s%s%s%s%s%s\r\n", v->path, port,
	    *v->login != '\0' ? "Authorization: " : "", v->login,
	    *v->login != '\0' ? "\r\n" : "",
	    *etag != '\0' ? "If-None-Match: " : "", etag,
	    *etag != '\0' ? "\r\n" : "");

	if (n >= (int)sizeof(text))
		die("a view is too long");
	return send(r->fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

static bool
receive(struct reader *r)
{
	ssize_t got = recv(r->fd, r->answer + r->n, ANSWER_MOST - r->n, 0);

	if (got <= 0)
		return false;
	r->n += (size_t)got;
	r->answer[r->n] = '\0';
	return true;
}

/* The value of a header line, which ends with a CR; NULL: there is none. */
static const char *
header(const struct reader *r, const char *name)
{
	const char *at = strcasestr(r->answer, name);

	return at != NULL ? at + strlen(name) : NULL;
}

/* The head, then the body: *body and *n.  Gives the status, 0: no answer. */
static int
answer(struct reader *r, const char **body, size_t *n)
{
	const char *length;
	char *end;
	int status;

	r->n = 0;
	r->answer[0] = '\0';
	while ((end = strstr(r->answer, "\r\n\r\n")) == NULL)
		if (!receive(r))
			return 0;
	*end = '\0'; /* so that a body is no head */
	status = (int)strtol(r->answer + strlen("HTTP/1.1 "), NULL, 10);
	length = header(r, "\nContent-Length: ");
	if (length == NULL && status != 304 && status != 204)
		die("an answer without a length");
	*n = length == NULL || status == 304 ? 0 :
	    strtoul(length, NULL, 10);
	*body = end + 4;
	if (*n > ANSWER_MOST - (size_t)(*body - r->answer))
		die("an answer is too long");
	while (r->n < (size_t)(*body - r->answer) + *n)
		if (!receive(r))
			return 0;
	return status;
}

static void
keep_etag(const struct reader *r, struct known *known, uint64_t hash)
{
	const char *etag = header(r, "\nETag: ");
	size_t n = etag != NULL ? strcspn(etag, "\r") : ETAG_MOST;

	known->etag[0] = '\0';
	if (n >= ETAG_MOST)
		return;
	memcpy(known->etag, etag, n);
	known->etag[n] = '\0';
	known->hash = hash;
}

static void
read_one(struct reader *r)
{
	struct seen s = { .view = (int)(roll(r) % (uint64_t)views_n) };
	struct known *known = &r->known[s.view];
	bool again = roll(r) % 4 == 0 && known->etag[0] != '\0';
	const char *body = NULL;
	size_t n = 0;

	s.start = now_ns();
	if (join(r) && ask(r, &views[s.view], again ? known->etag : ""))
		s.status = answer(r, &body, &n);
	s.end = now_ns();
	if (s.status == 200) {
		s.hash = hash_of(body, n);
		keep_etag(r, known, s.hash);
	} else if (s.status == 304) {
		s.hash = known->hash;
	}
	note(&s, s.status == 200 ? body : NULL, n);
	if (s.status == 0 || header(r, "\nConnection: close") != NULL)
		leave(r);
	if (s.status == 0)
		usleep(5000);
}

static void *
run(void *arg)
{
	struct reader *r = arg;

	while (!over) {
		read_one(r);
		if (pause_us > 0)
			usleep((useconds_t)(roll(r) %
			    (uint64_t)(2 * pause_us)));
	}
	leave(r);
	return NULL;
}

/* --- All of it ----------------------------------------------------------- */

static void
load_views(const char *name)
{
	FILE *f = fopen(name, "r");
	char line[1024], *tab;

	if (f == NULL)
		die("no file of views");
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		tab = strchr(line, '\t');
		if (tab != NULL)
			*tab = '\0';
		if (views_n == VIEWS_MOST)
			die("too many views");
		views[views_n].path = strdup(line);
		views[views_n++].login = strdup(tab != NULL ? tab + 1 : "");
	}
	fclose(f);
}

static FILE *
file_of(const char *out, const char *end)
{
	char name[512];
	FILE *f;

	snprintf(name, sizeof(name), "%s.%s", out, end);
	f = fopen(name, "w");
	if (f == NULL)
		die("a file cannot be written");
	return f;
}

int
main(int argc, char **argv)
{
	struct sigaction on_end = { .sa_handler = on_term };
	struct reader *readers;
	int64_t end;
	int n, i;

	if (argc != 8)
		die("PORT SECONDS CONNECTIONS PAUSE_US SEED VIEWS OUT");
	port = (int)strtol(argv[1], NULL, 10);
	n = (int)strtol(argv[3], NULL, 10);
	pause_us = (int)strtol(argv[4], NULL, 10);
	load_views(argv[6]);
	reads_file = file_of(argv[7], "reads");
	bodies_file = file_of(argv[7], "bodies");
	sigaction(SIGTERM, &on_end, NULL);
	readers = calloc((size_t)n, sizeof(*readers));
	end = now_ns() + strtol(argv[2], NULL, 10) * INT64_C(1000000000);
	for (i = 0; i < n; i++) {
		readers[i].fd = -1;
		readers[i].dice = strtoull(argv[5], NULL, 10) * 1000 +
		    (uint64_t)i;
		pthread_create(&readers[i].thread, NULL, run, &readers[i]);
	}
	while (!over && now_ns() < end)
		usleep(20000);
	over = 1;
	for (i = 0; i < n; i++)
		pthread_join(readers[i].thread, NULL);
	return fclose(reads_file) == 0 && fclose(bodies_file) == 0 ? 0 : 1;
}
