/* Media in a bucket.  See store_s3.h. */
#include "store_s3.h"

#include "conf.h"
#include "log.h"
#include "s3.h"
#include "spool.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define PAGE_MEMORY (8 << 20) /* a page of a list, its text included */

static const char *
folder_of(struct arena *a, struct str key)
{
	return arena_printf(a, "media/%.2s/%.*s/", key.p, STR_ARG(key)).p;
}

static const char *
upload_of(struct arena *a, struct str key)
{
	return arena_printf(a, "uploads/%.*s", STR_ARG(key)).p;
}

static const char *
export_of(struct arena *a, struct str key)
{
	return arena_printf(a, "exports/%.*s", STR_ARG(key)).p;
}

static const char *
type_of(struct str ext)
{
	static const struct {
		const char *ext, *type;
	} known[] = { { "webp", "image/webp" }, { "jpg", "image/jpeg" },
		{ "png", "image/png" }, { "gif", "image/gif" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(ext, str_of(known[i].ext)))
			return known[i].type;
	return "application/octet-stream";
}

enum err
store_s3_put(struct arena *a, struct str key, const struct file_name *f,
    struct str bytes)
{
	return s3_put(a, arena_printf(a, "%s%.*s.%.*s", folder_of(a, key),
	    STR_ARG(f->name), STR_ARG(f->ext)).p, type_of(f->ext), bytes);
}

/* A media has but a few files: one page of a list holds them. */
enum err
store_s3_remove(struct arena *a, struct str key)
{
	struct s3_page *page = arena_alloc(a, sizeof(*page));
	enum err e = s3_list(a, folder_of(a, key), STR_NONE, page);
	int i;

	for (i = 0; e == OK && i < page->n; i++)
		e = s3_remove(a, page->objects[i].key.p);
	if (e == OK)
		e = s3_remove(a, export_of(a, key));
	return e == OK ? s3_remove(a, upload_of(a, key)) : e;
}

static enum err
put_file(struct arena *a, const char *object, const char *type, int fd)
{
	struct stat st;
	void *bytes;
	enum err e;

	if (fstat(fd, &st) != 0)
		return ERR_STORAGE;
	if (st.st_size == 0)
		return s3_put(a, object, type, STR(""));
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED) {
		log_error("store map %s: %s", object, strerror(errno));
		return ERR_STORAGE;
	}
	e = s3_put(a, object, type,
	    (struct str){ bytes, (size_t)st.st_size });
	munmap(bytes, (size_t)st.st_size);
	return e;
}

/* An object as a nameless file. */
static enum err
open_object(struct arena *a, const char *object, int64_t most, int *fd)
{
	enum err e;

	*fd = spool_file();
	if (*fd < 0) {
		log_error("store open %s: %s", conf.spool_dir,
		    strerror(errno));
		return ERR_STORAGE;
	}
	e = s3_get(a, object, *fd, most);
	if (e == OK && lseek(*fd, 0, SEEK_SET) == 0)
		return OK;
	close(*fd);
	*fd = -1;
	return e == OK ? ERR_STORAGE : e;
}

enum err
store_s3_keep_upload(struct arena *a, struct str key, int fd)
{
	return put_file(a, upload_of(a, key), "application/octet-stream", fd);
}

/* One call puts at most so much. */
#define EXPORT_MOST (INT64_C(5) << 30)

enum err
store_s3_keep_export(struct arena *a, struct str key, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size > EXPORT_MOST)
		return ERR_TOO_LARGE;
	return put_file(a, export_of(a, key), "application/zip", fd);
}

int
store_s3_open_upload(struct arena *a, struct str key)
{
	int fd;

	return open_object(a, upload_of(a, key), conf.upload_max, &fd) == OK ?
	    fd : -1;
}

/* "spool/KEY" of a site with folders is uploads/KEY here. */
static const char *
object_of(struct arena *a, const char *path)
{
	const char *key = strchr(path, '/') + 1;

	return path[0] == 'm' ? path : upload_of(a, str_of(key));
}

enum err
store_s3_open_file(struct arena *a, const char *path, int *fd)
{
	return open_object(a, object_of(a, path), INT64_MAX, fd);
}

enum err
store_s3_put_file(struct arena *a, const char *path, int fd)
{
	const char *dot = strrchr(path, '.');

	return put_file(a, object_of(a, path),
	    type_of(str_of(dot != NULL ? dot + 1 : "")), fd);
}

void
store_s3_drop_upload(struct arena *a, struct str key)
{
	(void)!s3_remove(a, upload_of(a, key));
}

/* Walks a list; objects of one key stand together. */
struct walk {
	int64_t before;
	enum err (*fn)(void *arg, struct str key);
	void *arg;
	char key[100];  /* being walked; "": none */
	int64_t newest; /* of its objects */
};

static enum err
end_key(struct walk *w)
{
	bool old = w->key[0] != '\0' && w->newest < w->before;

	return old ? w->fn(w->arg, str_of(w->key)) : OK;
}

/* The key in "media/AB/KEY/NAME", "uploads/KEY" or "exports/KEY". */
static struct str
key_in(struct str path)
{
	size_t from = str_starts(path, STR("media/")) ?
	    str_find(path, '/', 6) : str_find(path, '/', 0);

	return str_sub(path, from + 1, str_find(path, '/', from + 1));
}

static enum err
walk_object(void *arg, const struct s3_object *o)
{
	struct walk *w = arg;
	struct str key = key_in(o->key);
	enum err e = OK;

	if (key.n == 0 || key.n >= sizeof(w->key))
		return OK; /* not ours */
	if (!str_eq(key, str_of(w->key))) {
		e = end_key(w);
		snprintf(w->key, sizeof(w->key), "%.*s", STR_ARG(key));
		w->newest = 0;
	}
	if (o->changed > w->newest)
		w->newest = o->changed;
	return e;
}

/* Calls fn with each object of a prefix.  A page's memory is of use until the
 * next has been asked for. */
static enum err
each_object(const char *prefix,
    enum err (*fn)(void *arg, const struct s3_object *o), void *arg)
{
	struct arena *pages[2] = { arena_open(PAGE_MEMORY),
		arena_open(PAGE_MEMORY) };
	struct str next = STR_NONE;
	struct s3_page *page;
	struct arena *mem;
	enum err e = OK;
	int i, turn = 0;

	do {
		mem = pages[turn++ % 2];
		arena_reset(mem);
		page = arena_alloc(mem, sizeof(*page));
		e = s3_list(mem, prefix, next, page);
		for (i = 0; e == OK && i < page->n; i++)
			e = fn(arg, &page->objects[i]);
		next = page->next;
	} while (e == OK && next.n > 0);
	arena_close(pages[0]);
	arena_close(pages[1]);
	return e;
}

enum err
store_s3_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg)
{
	struct walk w = { .before = time(NULL) - seconds, .fn = fn,
		.arg = arg };
	enum err e = each_object("exports/", walk_object, &w);

	(void)a;
	if (e == OK)
		e = each_object("uploads/", walk_object, &w);
	if (e == OK)
		e = each_object("media/", walk_object, &w);
	return e == OK ? end_key(&w) : e;
}

struct files {
	store_file_fn *fn;
	void *arg;
};

static enum err
tell_file(void *arg, const struct s3_object *o)
{
	const struct files *to = arg;
	struct str upload = STR("uploads/");
	char path[1100];

	if (str_starts(o->key, upload))
		snprintf(path, sizeof(path), "spool/%.*s", STR_ARG(str_sub(
		    o->key, upload.n, o->key.n)));
	else
		snprintf(path, sizeof(path), "%.*s", STR_ARG(o->key));
	return to->fn(to->arg, path, o->size);
}

enum err
store_s3_each_file(struct arena *a, store_file_fn *fn, void *arg)
{
	struct files to = { fn, arg };
	enum err e = each_object("uploads/", tell_file, &to);

	(void)a;
	return e == OK ? each_object("media/", tell_file, &to) : e;
}
