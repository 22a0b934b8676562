/* Pictures as they come in. */
#include "media.h"

#include "conf.h"
#include "fetch.h"
#include "files.h"
#include "jobs.h"
#include "log.h"
#include "rand.h"
#include "reply.h"
#include "secret.h"
#include "spool.h"
#include "store.h"
#include "words.h"

#define KEY_DIGEST 12 /* bytes of the content's digest in a key */

/* The digest of the first file and eight random characters: a name that tells
 * the content, that nobody can guess, and that no other row has, so a file
 * always goes with its row. */
static struct str
key_of(struct arena *a, struct str bytes)
{
	unsigned char digest[SECRET_DIGEST], salt[5];
	struct buf b;
	struct str key;
	size_t i;

	secret_digest(bytes, digest);
	rand_bytes(salt, sizeof(salt));
	buf_open(&b, 64);
	for (i = 0; i < KEY_DIGEST; i++)
		buf_printf(&b, "%02x", digest[i]);
	buf_byte(&b, '-');
	for (i = 0; i < sizeof(salt); i++)
		buf_printf(&b, "%02x", salt[i]);
	key = arena_dup(a, buf_view(&b));
	buf_close(&b);
	return key;
}

struct stored {
	struct req *rq;
	struct str key;
};

/* With the request: a picture that did not get its row goes. */
static void
undo(void *arg)
{
	struct stored *s = arg;

	if (s->rq->outcome == OK)
		return;
	if (s->rq->outcome == ERR_COMMIT_UNKNOWN)
		return; /* perhaps it has its row; the sweep will know */
	(void)!store_remove(s->rq->mem, s->key);
}

static struct str
list_files(struct arena *a, struct str key, const struct image *facts)
{
	const struct image_file *f;
	struct buf b;
	struct str list;
	int i;

	buf_open(&b, 1000);
	buf_str(&b, key);
	for (i = 0; i < facts->nfiles; i++) {
		f = &facts->files[i];
		buf_printf(&b, " %s=%lldx%lld.%s", f->name,
		    (long long)f->width, (long long)f->height, f->ext);
	}
	list = arena_dup(a, buf_view(&b));
	buf_close(&b);
	return list;
}

static struct str
image_path(struct arena *a, struct str key, struct str files)
{
	struct file_name f;
	struct buf b;
	struct str path;

	if (!files_image(files, &f))
		return STR_NONE;
	buf_open(&b, 200);
	files_path(&b, key, &f);
	path = arena_dup(a, buf_view(&b));
	buf_close(&b);
	return path;
}

static enum err
store_all(struct req *rq, struct str key, const struct image *facts)
{
	const struct image_file *f;
	struct file_name name;
	enum err e = OK;
	int i;

	for (i = 0; i < facts->nfiles && e == OK; i++) {
		f = &facts->files[i];
		name = (struct file_name){ str_of(f->name), str_of(f->ext),
			f->width, f->height };
		e = store_put(rq->mem, key, &name, f->bytes);
	}
	return e;
}

/* A refused picture: 400, or 413 where it is its size. */
static enum err
refused(struct req *rq, const char *field, enum err e, const char *why)
{
	if (e == ERR_INPUT)
		return fail_field(rq, field, "%s", words_in(rq->lang, why));
	if (e == ERR_TOO_LARGE)
		return fail(rq, e, "%s", words_in(rq->lang, why));
	return e;
}

enum err
media_prepare(struct req *rq, const char *field, int fd, struct media *out)
{
	struct stored *s = arena_zalloc(rq->mem, sizeof(*s));
	const char *why = NULL;
	enum err e;

	e = image_make(rq->mem, fd, IMAGE_FIRST, &out->facts, &why);
	if (e != OK)
		return refused(rq, field, e, why);
	out->key = key_of(rq->mem, out->facts.files[0].bytes);
	*s = (struct stored){ rq, out->key };
	arena_defer(rq->mem, undo, s);
	out->files = list_files(rq->mem, out->key, &out->facts);
	out->image = image_path(rq->mem, out->key, out->files);
	e = store_all(rq, out->key, &out->facts);
	return e == OK ? store_keep_upload(rq->mem, out->key, fd) : e;
}

/* The square becomes the upload: all sizes are made of it. */
enum err
media_prepare_square(struct req *rq, const char *field, int fd,
    struct image_square square, struct media *out)
{
	struct image part;
	struct upload file;
	const char *why = NULL;
	enum err e = image_crop(rq->mem, fd, square, &part, &why);

	if (e != OK)
		return refused(rq, field, e, why);
	e = spool_bytes(rq, part.files[0].bytes, &file);
	return e == OK ? media_prepare(rq, field, file.fd, out) : e;
}

/* What is at url, into a file of the spool that dies with the request. */
static enum err
fetch_file(struct req *rq, const char *field, struct fetch_want want,
    struct fetch_got *got, int *fd)
{
	struct upload file;
	const char *why = NULL;
	enum err e = spool_open(rq, &file);

	if (e != OK)
		return e;
	*fd = file.fd;
	e = fetch_get(rq->mem, &want, file.fd, got, &why);
	return e == OK ? OK : refused(rq, field, e, why);
}

enum err
media_fetch(struct req *rq, const char *field, struct str url,
    struct media *out)
{
	struct fetch_want want = { url, conf.upload_max, FETCH_ACCEPT_IMAGE };
	struct fetch_got got;
	int fd;
	enum err e = fetch_file(rq, field, want, &got, &fd);

	return e == OK ? media_prepare(rq, field, fd, out) : e;
}

static bool
is_page(struct str type)
{
	type = str_trim(str_sub(type, 0, str_find(type, ';', 0)));
	return str_eq_nocase(type, STR("text/html")) ||
	    str_eq_nocase(type, STR("application/xhtml+xml"));
}

static enum err
look_at(struct req *rq, int fd, const struct fetch_got *got,
    struct media_look *out, const char **why)
{
	if (!out->is_page)
		return image_make(rq->mem, fd, IMAGE_THUMB, &out->facts, why);
	*why = fetch_reason_text(FETCH_LARGE);
	return got->bytes > WEBPAGE_MAX ? ERR_INPUT :
	    webpage_read(rq->mem, fd, got->final_url, &out->page, why);
}

enum err
media_look(struct req *rq, const char *field, struct str url,
    struct media_look *out)
{
	struct fetch_want want = { url, conf.upload_max, FETCH_ACCEPT_PAGE };
	struct fetch_got got;
	const char *why = NULL;
	int fd;
	enum err e = fetch_file(rq, field, want, &got, &fd);

	if (e != OK)
		return e;
	out->bytes = got.bytes;
	out->is_page = is_page(got.content_type);
	e = look_at(rq, fd, &got, out, &why);
	return e == OK ? OK : refused(rq, field, e, why);
}

enum err
media_add(struct req *rq, int64_t owner, const struct media *m, int64_t *id)
{
	const struct image *f = &m->facts;
	struct str palette[IMAGE_PALETTE];
	struct row row;
	enum err e;
	int i;

	for (i = 0; i < f->npalette; i++)
		palette[i] = str_of(f->palette[i]);
	e = pg_row(rq, q_media_add(owner, m->image, m->files, f->width,
	    f->height, f->frames, str_of(f->source), str_of(f->colour),
	    (struct texts){ palette, f->npalette }, str_of(f->placeholder),
	    (int64_t)f->dhash,
	    (struct str){ (const char *)f->sha256, sizeof(f->sha256) },
	    false), &row);
	if (e != OK)
		return e;
	*id = row_int(&row, "id");
	return job_add(rq, JOB_IMAGE_REST, *id, STR_NONE);
}
