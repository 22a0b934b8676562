/* Media in a bucket.  See store_s3.h. */
#include "store_s3.h"

#include "conf.h"
#include "log.h"
#include "s3.h"

#include <errno.h>
#include <fcntl.h>
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
	return e == OK ? s3_remove(a, upload_of(a, key)) : e;
}

enum err
store_s3_keep_upload(struct arena *a, struct str key, int fd)
{
	struct stat st;
	void *bytes;
	enum err e;

	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return ERR_STORAGE;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED) {
		log_error("store map upload: %s", strerror(errno));
		return ERR_STORAGE;
	}
	e = s3_put(a, upload_of(a, key), "application/octet-stream",
	    (struct str){ bytes, (size_t)st.st_size });
	munmap(bytes, (size_t)st.st_size);
	return e;
}

int
store_s3_open_upload(struct arena *a, struct str key)
{
	int fd = open(conf.spool_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		log_error("store open %s: %s", conf.spool_dir,
		    strerror(errno));
		return -1;
	}
	if (s3_get(a, upload_of(a, key), fd, conf.upload_max) == OK &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
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

/* The key in "media/AB/KEY/NAME" or "uploads/KEY". */
static struct str
key_in(struct str path)
{
	size_t from = str_starts(path, STR("media/")) ?
	    str_find(path, '/', 6) : str_find(path, '/', 0);

	return str_sub(path, from + 1, str_find(path, '/', from + 1));
}

static enum err
walk_object(struct walk *w, const struct s3_object *o)
{
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

/* A page's memory is of use until the next has been asked for. */
static enum err
walk_list(struct arena *pages[2], const char *prefix, struct walk *w)
{
	struct str next = STR_NONE;
	struct s3_page *page;
	struct arena *mem;
	enum err e = OK;
	int i, turn = 0;

	w->key[0] = '\0';
	do {
		mem = pages[turn++ % 2];
		arena_reset(mem);
		page = arena_alloc(mem, sizeof(*page));
		e = s3_list(mem, prefix, next, page);
		for (i = 0; e == OK && i < page->n; i++)
			e = walk_object(w, &page->objects[i]);
		next = page->next;
	} while (e == OK && next.n > 0);
	return e == OK ? end_key(w) : e;
}

enum err
store_s3_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg)
{
	struct walk w = { .before = time(NULL) - seconds, .fn = fn,
		.arg = arg };
	struct arena *pages[2] = { arena_open(PAGE_MEMORY),
		arena_open(PAGE_MEMORY) };
	enum err e = walk_list(pages, "uploads/", &w);

	(void)a;
	if (e == OK)
		e = walk_list(pages, "media/", &w);
	arena_close(pages[0]);
	arena_close(pages[1]);
	return e;
}
