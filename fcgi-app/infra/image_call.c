/*
 * Connect, pass the file, take its SHA-256 while the child works, read the
 * head of the answer.
 *
 * A try ends without an answer when the process dies or is being restarted;
 * then there is one more.  Nothing is taken from the arena while the socket or
 * the bytes are held by nobody else: an arena that is full does not come back,
 * but runs what was deferred.
 */
#include "image_call.h"

#include "clock.h"
#include "conf.h"
#include "log.h"

#include <errno.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#define TRIES 2
#define AGAIN_US 200000 /* between two tries */

void
image_call_close(struct image_call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void
call_end(void *arg)
{
	struct image_call *c = arg;

	image_call_close(c);
	free(c->bytes);
}

struct image_call *
image_call_open(struct arena *a)
{
	struct image_call *c = arena_zalloc(a, sizeof(*c));

	c->fd = -1;
	arena_defer(a, call_end, c);
	return c;
}

static enum err
lost(const char *doing)
{
	log_error("image: the image process does not answer: %s: %s", doing,
	    strerror(errno));
	return ERR_UPSTREAM;
}

enum err
image_call_unfit(const char *what)
{
	log_error("image: the image process sent a wrong %s", what);
	return ERR_UPSTREAM;
}

/* Somebody waits for the first file; the others may take as long as the
 * process gives them, and their turn. */
static int64_t
patience_s(enum image_want want)
{
	return want == IMAGE_REST ? 4 * conf.image_s + 5 : conf.image_s + 5;
}

/* Connects; a full backlog is waited for. */
static bool
reach(struct image_call *c, enum image_want want)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = patience_s(want) };
	int n = snprintf(to.sun_path, sizeof(to.sun_path), "%s/image.sock",
	    conf.run_dir);

	errno = ENAMETOOLONG;
	if (n < 0 || (size_t)n >= sizeof(to.sun_path))
		return false;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &wait,
	    sizeof(wait)) != 0)
		return false;
	while (connect(c->fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		if (errno != EINTR || clock_mono() > c->deadline)
			return false;
	return true;
}

static bool
hash_file(int fd, unsigned char out[32])
{
	crypto_hash_sha256_state h;
	unsigned char part[65536];
	off_t at = 0;
	ssize_t n;

	crypto_hash_sha256_init(&h);
	while ((n = pread(fd, part, sizeof(part), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		crypto_hash_sha256_update(&h, part, (size_t)n);
		at += n;
	}
	crypto_hash_sha256_final(&h, out);
	return true;
}

/* One try up to the head of the answer.  False: errno says why there is
 * none. */
static bool
ask(struct image_call *c, int fd, enum image_want want)
{
	struct image_ask question = { IMAGE_MAGIC, want, c->square };

	c->deadline = clock_mono() + patience_s(want) * SECOND_US;
	if (!reach(c, want) || !image_wire_ask(c->fd, &question, fd))
		return false;
	if (!hash_file(fd, c->sha256))
		return false;
	return image_wire_receive(c->fd, &c->answer, sizeof(c->answer),
	    c->deadline);
}

/* What can be told without asking. */
static enum err
check_file(int fd, enum image_why *why)
{
	struct stat s;

	*why = IMAGE_FINE;
	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
		log_error("image: not a regular file");
		return ERR_INTERNAL;
	}
	if (s.st_size == 0)
		*why = IMAGE_EMPTY;
	else if (s.st_size > conf.upload_max)
		*why = IMAGE_BYTES;
	return *why == IMAGE_FINE ? OK :
	    *why == IMAGE_BYTES ? ERR_TOO_LARGE : ERR_INPUT;
}

enum err
image_call_ask(struct image_call *c, int fd, enum image_want want)
{
	bool answered = false;
	enum err e = check_file(fd, &c->why);
	int i;

	if (e != OK)
		return e;
	for (i = 0; i < TRIES && !answered; i++) {
		if (i > 0)
			usleep(AGAIN_US);
		image_call_close(c);
		answered = ask(c, fd, want);
		if (!answered && errno == ETIMEDOUT)
			break;
	}
	if (!answered)
		return lost("ask");
	if (c->answer.magic != IMAGE_MAGIC || c->answer.why >= IMAGE_WHY_COUNT)
		return image_call_unfit("answer");
	c->why = c->answer.why;
	if (c->why != IMAGE_FINE)
		return c->why == IMAGE_BYTES ? ERR_TOO_LARGE : ERR_INPUT;
	return OK;
}

enum err
image_call_take(struct image_call *c, size_t n)
{
	c->bytes = malloc(n);
	if (c->bytes == NULL)
		return lost("memory");
	if (!image_wire_receive(c->fd, c->bytes, n, c->deadline))
		return lost("files");
	return OK;
}
