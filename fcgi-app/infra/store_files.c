/* Media on a local file system. */
#include "store_files.h"

#include "conf.h"
#include "fd.h"
#include "log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

static enum err
broken(const char *what, const char *path)
{
	log_error("store %s %s: %s", what, path, strerror(errno));
	return ERR_STORAGE;
}

static const char *
folder_of(struct arena *a, struct str key)
{
	return arena_printf(a, "%s/%.2s/%.*s", conf.media_dir, key.p,
	    STR_ARG(key)).p;
}

static const char *
upload_of(struct arena *a, struct str key)
{
	return arena_printf(a, "%s/%.*s", conf.spool_dir, STR_ARG(key)).p;
}

static const char *
export_of(struct arena *a, struct str key)
{
	return arena_printf(a, "%s/exports/%.*s", conf.media_dir,
	    STR_ARG(key)).p;
}

static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

/* Its name, too, is there after a power cut. */
static enum err
make_one(const char *path, const char *in)
{
	if (mkdir(path, 0755) == 0)
		return sync_folder(in) ? OK : broken("sync", in);
	return errno == EEXIST ? OK : broken("mkdir", path);
}

/* The folder of a key, and the one it is in. */
static enum err
make_folder(struct arena *a, struct str key)
{
	const char *shard = arena_printf(a, "%s/%.2s", conf.media_dir,
	    key.p).p;
	enum err e = make_one(shard, conf.media_dir);

	return e == OK ? make_one(folder_of(a, key), shard) : e;
}

enum err
store_files_put(struct arena *a, struct str key, const struct file_name *f,
    struct str bytes)
{
	const char *folder = folder_of(a, key);
	const char *path = arena_printf(a, "%s/%.*s.%.*s", folder,
	    STR_ARG(f->name), STR_ARG(f->ext)).p;
	const char *part = arena_printf(a, "%s.part", path).p;
	enum err e = make_folder(a, key);
	bool good;
	int fd;

	if (e != OK)
		return e;
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return broken("open", part);
	good = fd_write(fd, bytes) && fsync(fd) == 0;
	close(fd);
	if (!good || rename(part, path) != 0 || !sync_folder(folder)) {
		e = broken("write", path);
		unlink(part);
	}
	return e;
}

enum err
store_files_remove(struct arena *a, struct str key)
{
	const char *folder = folder_of(a, key);
	struct dirent *d;
	DIR *dir = opendir(folder);

	unlink(upload_of(a, key));
	unlink(export_of(a, key));
	if (dir == NULL)
		return errno == ENOENT ? OK : broken("open", folder);
	while ((d = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), d->d_name, 0);
	closedir(dir);
	if (rmdir(folder) != 0 && errno != ENOENT)
		return broken("remove", folder);
	return OK;
}

/* Gives a nameless file a name, for good: who is told so may rely on it. */
static enum err
keep(int fd, const char *path, const char *folder)
{
	char from[40];

	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	if (fdatasync(fd) != 0 ||
	    linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0 ||
	    !sync_folder(folder))
		return broken("keep", path);
	return OK;
}

enum err
store_files_keep_upload(struct arena *a, struct str key, int fd)
{
	return keep(fd, upload_of(a, key), conf.spool_dir);
}

/* Who may enter the folder may read it: its owner, and Nginx, where that is
 * another user, by the group that the folder has from the one it is in. */
enum err
store_files_keep_export(struct arena *a, struct str key, int fd)
{
	const char *folder = arena_printf(a, "%s/exports", conf.media_dir).p;

	if (mkdir(folder, 0750) != 0 && errno != EEXIST)
		return broken("mkdir", folder);
	if (fchmod(fd, 0644) != 0)
		return broken("chmod", folder);
	return keep(fd, export_of(a, key), folder);
}

int
store_files_open_upload(struct arena *a, struct str key)
{
	return open(upload_of(a, key), O_RDONLY | O_CLOEXEC);
}

void
store_files_drop_upload(struct arena *a, struct str key)
{
	unlink(upload_of(a, key));
}

enum err
store_files_open_file(struct arena *a, const char *path, int *fd)
{
	const char *base = path[0] == 'm' ? conf.media_dir : conf.spool_dir;
	const char *whole = arena_printf(a, "%s/%s", base,
	    strchr(path, '/') + 1).p;

	*fd = open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd >= 0)
		return OK;
	return errno == ENOENT ? ERR_NOT_FOUND : broken("open", whole);
}

struct walk {
	time_t before;
	enum err (*fn)(void *arg, struct str key);
	void *arg;
};

/* The entries of a folder that are old enough, as keys. */
static enum err
walk_folder(const char *path, const struct walk *w)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	struct stat st;
	enum err e = OK;

	if (dir == NULL)
		return errno == ENOENT ? OK : broken("open", path);
	while (e == OK && (d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.' &&
		    fstatat(dirfd(dir), d->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime < w->before)
			e = w->fn(w->arg, str_of(d->d_name));
	closedir(dir);
	return e;
}

enum err
store_files_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg)
{
	struct walk w = { time(NULL) - seconds, fn, arg };
	enum err e = walk_folder(conf.spool_dir, &w);
	int i;

	if (e == OK)
		e = walk_folder(arena_printf(a, "%s/exports",
		    conf.media_dir).p, &w);
	for (i = 0; i < 256 && e == OK; i++)
		e = walk_folder(arena_printf(a, "%s/%02x", conf.media_dir,
		    (unsigned)i).p, &w);
	return e;
}
