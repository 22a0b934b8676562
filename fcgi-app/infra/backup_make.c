/*
 * Making a backup, and removing old ones.
 *
 * A file is copied once: the list of the backup before says what its hash was,
 * as a file never changes under its name.  Both go by the ids of pictures, so
 * that they are read side by side, and memory does not grow with the site.
 * What the backup before has is not read from a bucket again when that lists it
 * with the same size; what it does not list is asked for.
 */
#include "backup.h"
#include "backup_list.h"
#include "backup_manifest.h"
#include "backup_old.h"
#include "backup_set.h"
#include "backup_state.h"

#include "files.h"
#include "secret.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define ROW 4000
#define MEMORY (8 << 20) /* what getting one file takes */

struct making {
	struct arena *mem;
	struct backup_store store;
	struct backup_manifest what, before;
	FILE *rows, *list, *old; /* old may be NULL */
	struct backup_file next; /* of old; media INT64_MAX at its end */
	struct backup_set there; /* what a bucket lists */
	int64_t id;              /* of the picture at work */
};

static void
advance(struct making *m)
{
	bool bad;

	if (m->old == NULL || !backup_list_next(m->old, &m->next, &bad))
		m->next.media = INT64_MAX;
}

/* Its hash by the backup before, if that has it whole. */
static bool
find_old(struct making *m, struct backup_file *f)
{
	while (m->next.media < f->media)
		advance(m);
	/* the same picture may have files that it had not then */
	if (m->next.media != f->media || strcmp(m->next.path, f->path) != 0)
		return false;
	memcpy(f->hash, m->next.hash, sizeof(f->hash));
	f->size = m->next.size;
	advance(m);
	return backup_store_has(&m->store, f->hash, f->size);
}

static uint64_t
mark_of(const char *path, int64_t size)
{
	unsigned char digest[SECRET_DIGEST];
	char text[BACKUP_PATH + 30];
	uint64_t mark;

	snprintf(text, sizeof(text), "%lld %.*s", (long long)size,
	    BACKUP_PATH, path);
	secret_digest(str_of(text), digest);
	memcpy(&mark, digest, sizeof(mark));
	return mark;
}

static enum err
mark_file(void *arg, const char *path, int64_t size)
{
	struct making *m = arg;

	return backup_set_add(&m->there, mark_of(path, size)) ? OK :
	    ERR_STORAGE;
}

/* Without a backup before nobody would ask. */
static bool
list_bucket(struct making *m)
{
	if (m->old == NULL || !store_is_bucket())
		return true;
	if (store_each_file(m->mem, mark_file, m) != OK) {
		fprintf(stderr, "the bucket cannot be read now\n");
		return false;
	}
	backup_set_settle(&m->there);
	return true;
}

static bool
is_listed(const struct making *m, const struct backup_file *f)
{
	return m->there.n > 0 &&
	    backup_set_has(&m->there, mark_of(f->path, f->size));
}

/* Its contents to the store, unless they are there already. */
static bool
copy(struct making *m, struct backup_file *f, int fd, bool old)
{
	return (old && lseek(fd, 0, SEEK_END) == f->size) ||
	    (lseek(fd, 0, SEEK_SET) == 0 &&
	    backup_store_put(&m->store, fd, f->hash, &f->size));
}

/* What the site has lost is taken from the backup before; *missing: nor is it
 * there.  What cannot be had now is not lost. */
static bool
take(struct making *m, struct backup_file *f, bool *missing)
{
	bool old = find_old(m, f), good;
	enum err e;
	int fd;

	if (old && is_listed(m, f))
		return true;
	arena_reset(m->mem);
	e = store_open_file(m->mem, f->path, &fd);
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "%s: missing in the site%s\n", f->path,
		    old ? "; taken from the backup before" : "");
		*missing = !old;
		return true;
	}
	if (e != OK) {
		fprintf(stderr, "%s: it cannot be read now\n", f->path);
		return false;
	}
	good = copy(m, f, fd, old);
	close(fd);
	return good;
}

static bool
add_file(struct making *m, const char *path)
{
	struct backup_file f = { .media = m->id };
	bool good, missing = false;

	if (!backup_list_path_good(path)) {
		fprintf(stderr, "picture %lld has a file of a name that is "
		    "none\n", (long long)m->id);
		return false;
	}
	snprintf(f.path, sizeof(f.path), "%s", path);
	good = take(m, &f, &missing);
	if (missing) {
		m->what.missing++;
		return good;
	}
	m->what.files++;
	m->what.bytes += f.size;
	return good && backup_list_write(m->list, &f);
}

/* The files of a picture, and its upload if there are sizes yet to be made. */
static bool
add_picture(struct making *m, struct str files, bool complete)
{
	struct str rest, key = files_key(files, &rest);
	struct file_name name;
	struct buf path;
	bool good = true;

	buf_open(&path, BACKUP_PATH - 1);
	while (good && files_next(&rest, &name)) {
		buf_reset(&path, BACKUP_PATH);
		buf_printf(&path, "media/");
		files_path(&path, key, &name);
		buf_byte(&path, '\0');
		good = buf_ok(&path) && add_file(m, path.p);
	}
	if (good && !complete) {
		buf_reset(&path, BACKUP_PATH);
		buf_printf(&path, "spool/%.*s%c", STR_ARG(key), '\0');
		good = buf_ok(&path) && add_file(m, path.p);
	}
	buf_close(&path);
	return good;
}

/* "ID t FILES" */
static bool
add_row(struct making *m, char *line)
{
	struct str row = str_of(line), id;
	size_t space = str_find(row, ' ', 0);

	id = str_sub(row, 0, space);
	row = str_sub(row, space + 1, row.n);
	if (row.n < 3 || row.p[row.n - 1] != '\n' || !str_int(id, &m->id)) {
		fprintf(stderr, "the list of pictures cannot be read\n");
		return false;
	}
	return add_picture(m, str_sub(row, 2, row.n - 1), row.p[0] == 't');
}

static bool
add_all(struct making *m, backup_told *told)
{
	char line[ROW];
	uint64_t n = 0, of = (uint64_t)m->what.media;
	bool good = true;

	while (good && fgets(line, sizeof(line), m->rows) != NULL) {
		good = add_row(m, line);
		told(++n, of);
	}
	return good && !ferror(m->rows) && backup_state_held();
}

static FILE *
open_file(const struct making *m, const char *path, int flags,
    const char *mode)
{
	int fd = openat(m->store.fd, path, flags | O_CLOEXEC, 0400);
	FILE *f = fd >= 0 ? fdopen(fd, mode) : NULL;

	if (f == NULL)
		(void)backup_store_broken(&m->store, path);
	return f;
}

/* The list of the newest backup there is; without one all files are read. */
static void
open_before(struct making *m)
{
	static char names[BACKUPS_MOST][BACKUP_NAME];
	char path[BACKUP_PATH];
	int n = backup_manifest_names(&m->store, names);

	m->next.media = INT64_MAX;
	if (n <= 0)
		return;
	memcpy(m->before.name, names[n - 1], BACKUP_NAME);
	if (!backup_manifest_read(&m->store, &m->before))
		return;
	backup_manifest_path(path, names[n - 1], "media.list");
	m->old = open_file(m, path, O_RDONLY, "r");
	advance(m);
}

static bool
copy_files(struct making *m, backup_told *told)
{
	bool good;

	m->rows = open_file(m, "new/rows", O_RDONLY, "r");
	m->list = open_file(m, "new/media.list", O_WRONLY | O_CREAT | O_TRUNC,
	    "w");
	open_before(m);
	good = m->rows != NULL && m->list != NULL && list_bucket(m) &&
	    add_all(m, told);
	backup_set_close(&m->there);
	if (m->old != NULL)
		fclose(m->old);
	if (m->rows != NULL)
		fclose(m->rows);
	if (m->list != NULL && fclose(m->list) != 0)
		good = backup_store_broken(&m->store, "new/media.list");
	return good && backup_store_keep(&m->store);
}

static bool
hash_file(const struct making *m, const char *path, char hash[BACKUP_HASH],
    int64_t *size)
{
	int fd = openat(m->store.fd, path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && backup_hash(fd, hash, size);

	if (fd >= 0)
		close(fd);
	return (good && backup_store_sync(&m->store, path)) ||
	    backup_store_broken(&m->store, path);
}

/* The name is the time; two in one second do not get the same. */
static bool
name_it(struct making *m)
{
	char path[BACKUP_PATH];
	struct tm tm;
	time_t now = time(NULL);

	for (;; now++) {
		gmtime_r(&now, &tm);
		strftime(m->what.name, BACKUP_NAME, "%Y%m%dT%H%M%SZ", &tm);
		backup_manifest_path(path, m->what.name, "manifest");
		if (faccessat(m->store.fd, path, F_OK, 0) != 0)
			return errno == ENOENT;
	}
}

/* The last step: from here on it is a backup. */
static bool
finish(struct making *m)
{
	const struct backup_store *s = &m->store;
	char path[BACKUP_PATH];

	if (unlinkat(s->fd, "new/rows", 0) != 0 ||
	    !hash_file(m, "new/database.dump", m->what.database,
	    &m->what.database_size) ||
	    !hash_file(m, "new/media.list", m->what.list, &m->what.list_size) ||
	    !backup_manifest_write(s, &m->what) ||
	    !backup_store_sync(s, "new") || !name_it(m))
		return false;
	snprintf(path, sizeof(path), "backups/%s", m->what.name);
	if (renameat(s->fd, "new", s->fd, path) != 0)
		return backup_store_broken(s, path);
	return backup_store_sync(s, "backups");
}

static void
tell(const struct making *m)
{
	printf("%s accounts=%lld items=%lld pictures=%lld files=%lld "
	    "bytes=%lld new_files=%lld new_bytes=%lld missing=%lld\n",
	    m->what.name, (long long)m->what.accounts,
	    (long long)m->what.items, (long long)m->what.media,
	    (long long)m->what.files, (long long)m->what.bytes,
	    (long long)m->store.added, (long long)m->store.added_bytes,
	    (long long)m->what.missing);
}

int
backup_make(const char *dir, int64_t keep, backup_told *told)
{
	static struct making m;
	bool good;

	if (!store_open() || !backup_store_open(&m.store, dir, true))
		return BACKUP_FAILED;
	m.mem = arena_open(MEMORY);
	good = backup_state_lock() && backup_state_read(&m.store, &m.what) &&
	    copy_files(&m, told);
	backup_state_close();
	arena_close(m.mem);
	good = good && finish(&m);
	if (good)
		tell(&m);
	if (good && m.what.missing > 0)
		return BACKUP_LACKS;
	if (good && keep > 0)
		good = backup_old_remove(&m.store, keep);
	backup_store_close(&m.store);
	return good ? BACKUP_DONE : BACKUP_FAILED;
}
