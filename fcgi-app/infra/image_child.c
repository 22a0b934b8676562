/*
 * One picture, top to bottom: size, type, header, limits, decode, facts,
 * encode.  What is cheap and safe comes first; the decoders are only reached
 * by what has passed everything before them.
 *
 * The facts come from the copy in the size that is made first, whatever files
 * are wanted, so that the same bytes always have the same facts.  The smaller
 * sizes are made from that copy, the larger ones and the original from the
 * whole picture.
 */
#include "image_child.h"

#include "clock.h"
#include "conf.h"
#include "image_facts.h"
#include "image_pixels.h"
#include "image_sandbox.h"
#include "image_sizes.h"
#include "image_type.h"
#include "image_vips.h"
#include "webpage_parse.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#define CONN 3
#define ASK_S 5
#define CROP_MIN 16   /* pixels a side of a square, and of what it becomes */
#define CROP_MAX 1200

struct work {
	enum image_want want;
	struct image_square square;
	struct image_head head;
	struct image_look look;
	struct image_size sizes[IMAGE_SIZES];
	int nsizes, first; /* which of the sizes is made first */
	VipsImage *small, *whole;
	struct image_answer answer;
	void *bytes[IMAGE_FILES];
};

/* The whole file in memory, so that nobody changes it while it is read. */
static enum image_why
read_file(int fd, struct image_bytes *out)
{
	unsigned char *p;
	struct stat s;
	size_t n = 0;
	ssize_t got;

	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return IMAGE_UNKNOWN;
	if (s.st_size == 0)
		return IMAGE_EMPTY;
	if (s.st_size > conf.upload_max)
		return IMAGE_BYTES;
	p = malloc((size_t)s.st_size);
	if (p == NULL)
		return IMAGE_MEMORY;
	while (n < (size_t)s.st_size) {
		got = pread(fd, p + n, (size_t)s.st_size - n, (off_t)n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	*out = (struct image_bytes){ p, n };
	return n > 0 ? IMAGE_FINE : IMAGE_EMPTY;
}

static enum image_why
judge(struct work *w, struct image_bytes b)
{
	enum image_why why = image_type_check(b);

	if (why == IMAGE_FINE)
		why = image_walk(b, &w->head);
	if (why == IMAGE_FINE)
		why = image_walk_limits(&w->head);
	if (why == IMAGE_FINE)
		why = image_pixels_look(b, &w->head, &w->look);
	return why;
}

static enum image_why
tell_facts(struct work *w)
{
	unsigned char rgba[FACTS_BYTES];
	struct image_answer *a = &w->answer;
	enum image_why why = image_pixels_small(w->small, FACTS_W, FACTS_H,
	    rgba);
	char blurhash[FACTS_BLURHASH + 1];

	if (why != IMAGE_FINE)
		return why;
	a->type = w->head.type;
	a->width = w->look.width;
	a->height = w->look.height;
	a->frames = w->look.frames;
	a->npalette = (uint32_t)image_facts_palette(rgba, a->palette);
	a->dhash = image_facts_dhash(rgba);
	image_facts_blurhash(rgba, blurhash);
	memcpy(a->placeholder, blurhash, sizeof(blurhash));
	return IMAGE_FINE;
}

static enum image_why
add_file(struct work *w, VipsImage *in, int name, enum image_type type)
{
	struct image_answer_file *f = &w->answer.files[w->answer.nfiles];
	struct image_encoding how = { .type = type, .source = &w->head,
		.original = name == IMAGE_ORIGINAL,
		.quick = w->want != IMAGE_REST };
	enum image_why why;
	size_t n;

	if (how.original && w->head.type == IMAGE_JPEG &&
	    w->look.orientation == 1)
		how.same = w->look.bytes;
	why = image_pixels_encode(in, &how, &w->bytes[w->answer.nfiles], &n);
	if (why != IMAGE_FINE)
		return why;
	*f = (struct image_answer_file){ .bytes = n, .width = in->Xsize,
		.height = vips_image_get_page_height(in),
		.name = (uint32_t)name, .type = type };
	w->answer.nfiles++;
	return IMAGE_FINE;
}

/* One size, from the copy that is nearest to it. */
static enum image_why
add_size(struct work *w, const struct image_size *s)
{
	VipsImage *from = w->whole != NULL ? w->whole : w->small, *small;
	enum image_why why;

	why = image_pixels_shrink(from, s->width, s->height, &small);
	if (why != IMAGE_FINE)
		return why;
	why = add_file(w, small, s->name, IMAGE_WEBP);
	g_object_unref(small);
	return why;
}

/* The original in its own family; AVIF and HEIC become what all can show. */
static enum image_why
add_original(struct work *w)
{
	enum image_type type = w->head.type;

	if (type == IMAGE_AVIF || type == IMAGE_HEIC)
		type = w->whole->Bands < 4 ? IMAGE_JPEG :
		    w->look.width <= IMAGE_WEBP_SIDE &&
		    w->look.height <= IMAGE_WEBP_SIDE ? IMAGE_WEBP : IMAGE_PNG;
	return add_file(w, w->whole, IMAGE_ORIGINAL, type);
}

static enum image_why
make_rest(struct work *w)
{
	enum image_why why = IMAGE_FINE;
	int i;

	for (i = 0; i < w->first && why == IMAGE_FINE; i++)
		why = add_size(w, &w->sizes[i]);
	if (why != IMAGE_FINE)
		return why;
	if (w->small->Xsize == w->look.width &&
	    vips_image_get_page_height(w->small) == w->look.height) {
		w->whole = w->small;
	} else {
		g_object_unref(w->small);
		why = image_pixels_decode(&w->look, w->look.width,
		    w->look.height, &w->whole);
	}
	for (i = w->first + 1; i < w->nsizes && why == IMAGE_FINE; i++)
		why = add_size(w, &w->sizes[i]);
	return why == IMAGE_FINE ? add_original(w) : why;
}

static enum image_why
make_thumb(struct work *w)
{
	VipsImage *still;
	enum image_why why = image_pixels_still(w->small, &still);

	if (why != IMAGE_FINE)
		return why;
	g_object_unref(w->small);
	w->small = still;
	return w->first > 0 ? add_size(w, &w->sizes[0]) :
	    add_file(w, still, w->sizes[0].name, IMAGE_WEBP);
}

static bool
is_inside(const struct image_square *s, const struct image_look *l)
{
	return s->x >= 0 && s->y >= 0 && s->size >= CROP_MIN &&
	    s->size <= l->width && s->size <= l->height &&
	    s->x <= l->width - s->size && s->y <= l->height - s->size;
}

/* The square in place of the picture. */
static enum image_why
make_crop(struct work *w)
{
	VipsImage *part;
	int side = w->square.size < CROP_MAX ? w->square.size : CROP_MAX;
	enum image_why why;

	if (!is_inside(&w->square, &w->look))
		return IMAGE_SQUARE;
	why = image_pixels_decode(&w->look, w->look.width, w->look.height,
	    &w->whole);
	if (why == IMAGE_FINE)
		why = image_pixels_square(w->whole, w->square, &part);
	if (why != IMAGE_FINE)
		return why;
	g_object_unref(w->whole);
	w->whole = part;
	why = image_pixels_shrink(part, side, side, &w->small);
	w->look.width = w->look.height = side;
	w->look.frames = 1;
	if (why == IMAGE_FINE)
		why = tell_facts(w);
	return why == IMAGE_FINE ? add_file(w, w->small, IMAGE_ORIGINAL,
	    IMAGE_WEBP) : why;
}

static enum image_why
make(struct work *w, struct image_bytes b)
{
	const struct image_size *first;
	enum image_why why = judge(w, b);

	if (why != IMAGE_FINE)
		return why;
	if (w->want == IMAGE_CROP)
		return make_crop(w);
	w->nsizes = image_sizes(w->look.width, w->look.height, w->sizes);
	w->first = image_sizes_first(w->sizes, w->nsizes);
	first = &w->sizes[w->first];
	why = image_pixels_decode(&w->look, first->width, first->height,
	    &w->small);
	if (why == IMAGE_FINE)
		why = tell_facts(w);
	if (why != IMAGE_FINE)
		return why;
	if (w->want == IMAGE_THUMB)
		return make_thumb(w);
	return w->want == IMAGE_FIRST ?
	    add_file(w, w->small, first->name, IMAGE_WEBP) : make_rest(w);
}

/* What was found, as one file of the answer. */
static enum image_why
read_page(struct work *w, struct image_bytes b)
{
	struct arena *a = arena_open((size_t)conf.image_mb << 19);
	struct str found = webpage_parse(a, (struct str){ (const char *)b.p,
	    b.n });

	w->bytes[0] = (void *)(uintptr_t)found.p;
	w->answer.files[0].bytes = found.n;
	w->answer.nfiles = 1;
	return IMAGE_FINE;
}

void
image_child_refuse(int fd, enum image_why why)
{
	struct image_answer a = { .magic = IMAGE_MAGIC, .why = why };

	/* a client that has gone needs no answer */
	(void)!image_wire_send(fd, &a, sizeof(a), clock_mono() + SECOND_US);
}

static bool
send_all(struct work *w)
{
	struct image_answer *a = &w->answer;
	int64_t deadline = clock_mono() + conf.image_s * SECOND_US;
	bool sent;
	uint32_t i;

	a->magic = IMAGE_MAGIC;
	sent = image_wire_send(CONN, a, sizeof(*a), deadline);
	for (i = 0; sent && i < a->nfiles; i++)
		sent = image_wire_send(CONN, w->bytes[i],
		    (size_t)a->files[i].bytes, deadline);
	return sent;
}

static enum image_why
check_total(const struct image_answer *a)
{
	int64_t total = 0;
	uint32_t i;

	for (i = 0; i < a->nfiles; i++)
		total += (int64_t)a->files[i].bytes;
	return total <= image_answer_max() ? IMAGE_FINE : IMAGE_RESULT;
}

void
image_child(struct image_progress *progress)
{
	const struct timeval wait = { .tv_sec = ASK_S };
	struct work w = { .want = IMAGE_FIRST };
	struct image_bytes b = { NULL, 0 };
	struct image_ask ask;
	enum image_why why;
	int file;

	if (setsockopt(CONN, SOL_SOCKET, SO_RCVTIMEO, &wait,
	    sizeof(wait)) != 0)
		_exit(CHILD_ALONE);
	file = image_wire_asked(CONN, &ask);
	if (file < 0)
		_exit(CHILD_ALONE);
	w.want = ask.want <= IMAGE_CROP ? ask.want : IMAGE_FIRST;
	w.square = ask.square;
	why = read_file(file, &b);
	close(file);
	if (!image_sandbox_enter())
		_exit(CHILD_NO_SANDBOX);
	if (why == IMAGE_FINE)
		why = w.want == IMAGE_PAGE ? read_page(&w, b) : make(&w, b);
	if (why == IMAGE_FINE)
		why = check_total(&w.answer);
	progress->answering = 1;
	if (why == IMAGE_FINE && send_all(&w))
		_exit(CHILD_DONE);
	if (why != IMAGE_FINE)
		image_child_refuse(CONN, why);
	_exit(why != IMAGE_FINE ? CHILD_DONE : CHILD_ALONE);
}
