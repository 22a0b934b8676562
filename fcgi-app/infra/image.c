/*
 * The client: pass the file, take its SHA-256 while the child decodes, read
 * the answer, believe nothing of it.
 *
 * A try ends without an answer when the process dies or is being restarted;
 * then there is one more.  Nothing is taken from the arena while the socket or
 * the bytes are held by nobody else: an arena that is full does not come back,
 * but runs what was deferred.
 */
#include "image.h"

#include "clock.h"
#include "conf.h"
#include "image_sizes.h"
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#define TRIES 2
#define AGAIN_US 200000 /* between two tries */

struct call {
	int fd;      /* the socket, or -1 */
	char *bytes; /* of all files, or NULL */
	int64_t deadline;
	struct image_answer answer;
};

static void
call_close(struct call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void
call_end(void *arg)
{
	struct call *c = arg;

	call_close(c);
	free(c->bytes);
}

static enum err
lost(const char *doing)
{
	log_error("image: the image process does not answer: %s: %s", doing,
	    strerror(errno));
	return ERR_UPSTREAM;
}

static enum err
unfit(const char *what)
{
	log_error("image: the image process sent a wrong %s", what);
	return ERR_UPSTREAM;
}

/* Somebody waits for the first file; the others may take as long as the
 * process gives them, and their turn. */
static int64_t
patience_s(enum image_want want)
{
	return want == IMAGE_FIRST ? conf.image_s + 5 : 4 * conf.image_s + 5;
}

/* Connects; a full backlog is waited for. */
static bool
reach(struct call *c, enum image_want want)
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

static bool
is_placeholder(const char p[40])
{
	size_t n = strnlen(p, 40);

	return n >= 6 && strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~") >= n;
}

static bool
are_facts_fit(const struct image_answer *a)
{
	uint32_t i;

	if (a->type == IMAGE_NONE || a->type >= IMAGE_TYPE_COUNT ||
	    a->width < 1 || a->width > IMAGE_SIDE_MAX || a->height < 1 ||
	    a->height > IMAGE_SIDE_MAX || a->frames < 1 ||
	    a->frames > conf.frames_max || a->npalette < 1 ||
	    a->npalette > IMAGE_PALETTE)
		return false;
	for (i = 0; i < a->npalette; i++)
		if (a->palette[i] > 0xffffff)
			return false;
	return memchr(a->placeholder, '\0', sizeof(a->placeholder)) == NULL ?
	    false : is_placeholder(a->placeholder);
}

/* Names ascend, so none comes twice. */
static bool
are_files_fit(const struct image_answer *a, enum image_want want)
{
	const struct image_answer_file *f;
	uint64_t left = (uint64_t)image_answer_max();
	uint32_t i;

	if (a->nfiles < 1 || a->nfiles > IMAGE_FILES ||
	    (want == IMAGE_FIRST && a->nfiles != 1))
		return false;
	for (i = 0; i < a->nfiles; i++) {
		f = &a->files[i];
		if (f->bytes < 16 || f->bytes > left || f->width < 1 ||
		    f->width > a->width || f->height < 1 ||
		    f->height > a->height || f->name >= IMAGE_NAMES ||
		    (i > 0 && f->name <= f[-1].name))
			return false;
		if (f->name == IMAGE_ORIGINAL ? f->type < IMAGE_JPEG ||
		    f->type > IMAGE_WEBP || want == IMAGE_FIRST :
		    f->type != IMAGE_WEBP)
			return false;
		left -= f->bytes;
	}
	return true;
}

static bool
begins(const char *bytes, enum image_type type)
{
	switch (type) {
	case IMAGE_JPEG:
		return memcmp(bytes, "\xff\xd8\xff", 3) == 0;
	case IMAGE_PNG:
		return memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0;
	case IMAGE_GIF:
		return memcmp(bytes, "GIF89a", 6) == 0;
	default:
		return memcmp(bytes, "RIFF", 4) == 0 &&
		    memcmp(bytes + 8, "WEBP", 4) == 0;
	}
}

/* The bytes of all files in one piece, each of the kind it says. */
static enum err
take_files(struct call *c)
{
	const struct image_answer *a = &c->answer;
	size_t total = 0, at = 0;
	uint32_t i;

	for (i = 0; i < a->nfiles; i++)
		total += (size_t)a->files[i].bytes;
	c->bytes = malloc(total);
	if (c->bytes == NULL)
		return lost("memory");
	if (!image_wire_receive(c->fd, c->bytes, total, c->deadline))
		return lost("files");
	for (i = 0; i < a->nfiles; i++) {
		if (!begins(c->bytes + at, a->files[i].type))
			return unfit("file");
		at += (size_t)a->files[i].bytes;
	}
	return OK;
}

/* One try up to the head of the answer.  False: errno says why there is
 * none. */
static bool
ask(struct call *c, int fd, enum image_want want, unsigned char sha256[32])
{
	struct image_ask question = { IMAGE_MAGIC, want };

	c->deadline = clock_mono() + patience_s(want) * SECOND_US;
	if (!reach(c, want) || !image_wire_ask(c->fd, &question, fd))
		return false;
	if (!hash_file(fd, sha256))
		return false;
	return image_wire_receive(c->fd, &c->answer, sizeof(c->answer),
	    c->deadline);
}

static enum err
run(struct call *c, int fd, enum image_want want, unsigned char sha256[32])
{
	struct image_answer *a = &c->answer;
	bool answered = false;
	int i;

	for (i = 0; i < TRIES && !answered; i++) {
		if (i > 0)
			usleep(AGAIN_US);
		call_close(c);
		answered = ask(c, fd, want, sha256);
		if (!answered && errno == ETIMEDOUT)
			break;
	}
	if (!answered)
		return lost("ask");
	if (a->magic != IMAGE_MAGIC || a->why >= IMAGE_WHY_COUNT)
		return unfit("answer");
	if (a->why != IMAGE_FINE)
		return a->why == IMAGE_BYTES ? ERR_TOO_LARGE : ERR_INPUT;
	if (!are_facts_fit(a))
		return unfit("fact");
	return are_files_fit(a, want) ? take_files(c) : unfit("list of files");
}

static void
hex_colour(char out[8], uint32_t rgb)
{
	snprintf(out, 8, "#%06x", rgb & 0xffffff);
}

static void
fill(const struct call *c, struct image *out)
{
	const struct image_answer *a = &c->answer;
	const char *p = c->bytes;
	uint32_t i;

	out->width = a->width;
	out->height = a->height;
	out->frames = a->frames;
	out->source = image_type_name(a->type);
	out->npalette = (int)a->npalette;
	for (i = 0; i < a->npalette; i++)
		hex_colour(out->palette[i], a->palette[i]);
	hex_colour(out->colour, a->palette[0]);
	memcpy(out->placeholder, a->placeholder, sizeof(a->placeholder));
	out->dhash = a->dhash;
	out->nfiles = (int)a->nfiles;
	for (i = 0; i < a->nfiles; i++) {
		out->files[i] = (struct image_file){
			.width = a->files[i].width,
			.height = a->files[i].height,
			.name = image_file_name((int)a->files[i].name),
			.ext = image_type_ext(a->files[i].type),
			.bytes = { p, (size_t)a->files[i].bytes } };
		p += a->files[i].bytes;
	}
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
image_make(struct arena *a, int fd, enum image_want want, struct image *out,
    const char **why)
{
	int64_t started = clock_mono();
	enum image_why reason;
	struct call *c;
	enum err e;

	memset(out, 0, sizeof(*out));
	c = arena_zalloc(a, sizeof(*c));
	c->fd = -1;
	arena_defer(a, call_end, c);
	e = check_file(fd, &reason);
	if (e == OK) {
		e = run(c, fd, want, out->sha256);
		reason = c->answer.why < IMAGE_WHY_COUNT ? c->answer.why :
		    IMAGE_FINE;
	}
	call_close(c);
	if (e == OK)
		fill(c, out);
	*why = e == ERR_INPUT || e == ERR_TOO_LARGE ? image_why_text(reason) :
	    err_detail(e);
	log_info("image %s reason=%s want=%d width=%" PRId64 " height=%" PRId64
	    " frames=%" PRId64 " ms=%" PRId64, err_code(e),
	    image_why_name(reason), want, out->width, out->height,
	    out->frames, (clock_mono() - started) / 1000);
	return e;
}
