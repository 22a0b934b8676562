/* The client: ask, read the answer, believe nothing of it. */
#include "image.h"

#include "clock.h"
#include "conf.h"
#include "image_call.h"
#include "image_sizes.h"
#include "log.h"

#include <inttypes.h>

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
	    (want != IMAGE_REST && a->nfiles != 1))
		return false;
	for (i = 0; i < a->nfiles; i++) {
		f = &a->files[i];
		if (f->bytes < 16 || f->bytes > left || f->width < 1 ||
		    f->width > a->width || f->height < 1 ||
		    f->height > a->height || f->name >= IMAGE_NAMES ||
		    (i > 0 && f->name <= f[-1].name))
			return false;
		if (f->name == IMAGE_ORIGINAL ? f->type < IMAGE_JPEG ||
		    f->type > IMAGE_WEBP ||
		    (want != IMAGE_REST && want != IMAGE_CROP) :
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
take_files(struct image_call *c)
{
	const struct image_answer *a = &c->answer;
	size_t total = 0, at = 0;
	uint32_t i;
	enum err e;

	for (i = 0; i < a->nfiles; i++)
		total += (size_t)a->files[i].bytes;
	e = image_call_take(c, total);
	if (e != OK)
		return e;
	for (i = 0; i < a->nfiles; i++) {
		if (!begins(c->bytes + at, a->files[i].type))
			return image_call_unfit("file");
		at += (size_t)a->files[i].bytes;
	}
	return OK;
}

static enum err
run(struct image_call *c, int fd, enum image_want want)
{
	enum err e = image_call_ask(c, fd, want);

	if (e != OK)
		return e;
	if (!are_facts_fit(&c->answer))
		return image_call_unfit("fact");
	return are_files_fit(&c->answer, want) ? take_files(c) :
	    image_call_unfit("list of files");
}

static void
hex_colour(char out[8], uint32_t rgb)
{
	snprintf(out, 8, "#%06x", rgb & 0xffffff);
}

static void
fill(const struct image_call *c, struct image *out)
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
	memcpy(out->sha256, c->sha256, sizeof(out->sha256));
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

/* What is wanted, of the square if it is that. */
struct wish {
	enum image_want want;
	struct image_square square;
};

static enum err
make(struct arena *a, int fd, struct wish wish, struct image *out,
    const char **why)
{
	int64_t started = clock_mono();
	struct image_call *c = image_call_open(a);
	enum err e;

	c->square = wish.square;
	e = run(c, fd, wish.want);
	memset(out, 0, sizeof(*out));
	image_call_close(c);
	if (e == OK)
		fill(c, out);
	*why = e == ERR_INPUT || e == ERR_TOO_LARGE ? image_why_text(c->why) :
	    err_detail(e);
	log_info("image %s reason=%s want=%d width=%" PRId64 " height=%" PRId64
	    " frames=%" PRId64 " ms=%" PRId64, err_code(e),
	    image_why_name(c->why), wish.want, out->width, out->height,
	    out->frames, (clock_mono() - started) / 1000);
	return e;
}

enum err
image_make(struct arena *a, int fd, enum image_want want, struct image *out,
    const char **why)
{
	return make(a, fd, (struct wish){ .want = want }, out, why);
}

enum err
image_crop(struct arena *a, int fd, struct image_square square,
    struct image *out, const char **why)
{
	return make(a, fd, (struct wish){ IMAGE_CROP, square }, out, why);
}
