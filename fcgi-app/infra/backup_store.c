/* The folder of backups.  See backup_store.h. */
#include "backup_store.h"

#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART "incoming/part"
#define CHUNK (256 << 10)
#define SHARDS 256

bool
backup_store_broken(const struct backup_store *s, const char *what)
{
	fprintf(stderr, "%s/%s: %s\n", s->dir, what, strerror(errno));
	return false;
}

static bool
make_folder(const struct backup_store *s, const char *path)
{
	if (mkdirat(s->fd, path, 0700) == 0 || errno == EEXIST)
		return true;
	return backup_store_broken(s, path);
}

/* Is there nothing in it? */
static bool
is_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool empty = d != NULL;

	while (empty && (e = readdir(d)) != NULL)
		empty = strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0;
	if (d != NULL)
		closedir(d);
	return empty;
}

static bool
make_folders(const struct backup_store *s)
{
	char shard[40];
	int i;

	if (!make_folder(s, "backups"))
		return false;
	for (i = 0; i < SHARDS; i++) {
		snprintf(shard, sizeof(shard), "objects/%02x", i);
		if (!make_folder(s, shard))
			return false;
	}
	return backup_store_clear(s, "incoming") &&
	    backup_store_clear(s, "new") && make_folder(s, "incoming") &&
	    make_folder(s, "new");
}

/* A folder of backups, or one that becomes it. */
static bool
is_ours(const struct backup_store *s)
{
	if (faccessat(s->fd, "objects", F_OK, 0) == 0)
		return true;
	if (is_empty(s->dir))
		return make_folder(s, "objects");
	fprintf(stderr, "%s: it holds other things than backups\n", s->dir);
	return false;
}

/* The lock lives as long as the process. */
static bool
take_lock(const struct backup_store *s)
{
	int fd = openat(s->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return backup_store_broken(s, "lock");
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno != EWOULDBLOCK)
		return backup_store_broken(s, "lock");
	fprintf(stderr, "%s: a backup or a restore is at work here\n", s->dir);
	return false;
}

bool
backup_store_open(struct backup_store *s, const char *dir, bool make)
{
	*s = (struct backup_store){ .dir = dir };
	if (make && mkdir(dir, 0700) != 0 && errno != EEXIST) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		return false;
	}
	s->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		return false;
	}
	if (!make && faccessat(s->fd, "backups", F_OK, 0) != 0) {
		fprintf(stderr, "%s: there are no backups here\n", dir);
		return false;
	}
	if (make)
		return is_ours(s) && take_lock(s) && make_folders(s);
	return take_lock(s);
}

void
backup_store_close(struct backup_store *s)
{
	if (s->fd >= 0)
		close(s->fd);
}

bool
backup_copy(int from, int to, char hash[BACKUP_HASH], int64_t *size)
{
	static unsigned char chunk[CHUNK];
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	ssize_t n;

	*size = 0;
	crypto_hash_sha256_init(&state);
	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (to >= 0 && !fd_write(to,
		    (struct str){ (const char *)chunk, (size_t)n })))
			return false;
		crypto_hash_sha256_update(&state, chunk, (size_t)n);
		*size += n;
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hash, BACKUP_HASH, digest, sizeof(digest));
	return true;
}

bool
backup_hash(int fd, char hash[BACKUP_HASH], int64_t *size)
{
	return backup_copy(fd, -1, hash, size);
}

static void
object_path(char path[BACKUP_PATH], const char *hash)
{
	snprintf(path, BACKUP_PATH, "objects/%.2s/%.64s", hash, hash);
}

bool
backup_store_has(const struct backup_store *s, const char *hash, int64_t size)
{
	char path[BACKUP_PATH];
	struct stat st;

	object_path(path, hash);
	return fstatat(s->fd, path, &st, 0) == 0 && st.st_size == size;
}

int
backup_store_get(const struct backup_store *s, const char *hash)
{
	char path[BACKUP_PATH];

	object_path(path, hash);
	return openat(s->fd, path, O_RDONLY | O_CLOEXEC);
}

bool
backup_store_put(struct backup_store *s, int fd, char hash[BACKUP_HASH],
    int64_t *size)
{
	char path[BACKUP_PATH];
	int to = openat(s->fd, PART, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0400);
	bool good;

	if (to < 0)
		return backup_store_broken(s, PART);
	good = backup_copy(fd, to, hash, size);
	if (close(to) != 0 || !good)
		return backup_store_broken(s, PART);
	if (backup_store_has(s, hash, *size))
		return unlinkat(s->fd, PART, 0) == 0 ||
		    backup_store_broken(s, PART);
	snprintf(path, sizeof(path), "incoming/%.64s", hash);
	if (renameat(s->fd, PART, s->fd, path) != 0)
		return backup_store_broken(s, path);
	s->added++;
	s->added_bytes += *size;
	return true;
}

/* Calls fn with each name in a folder below dir. */
static bool
each_name(const struct backup_store *s, const char *path,
    bool (*fn)(void *arg, const char *name), void *arg)
{
	int fd = openat(s->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	bool good = true;

	if (d == NULL)
		return backup_store_broken(s, path);
	while (good && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			good = fn(arg, e->d_name);
	closedir(d);
	return good;
}

static bool
keep_one(void *arg, const char *name)
{
	const struct backup_store *s = arg;
	char from[BACKUP_PATH], to[BACKUP_PATH];

	snprintf(from, sizeof(from), "incoming/%.64s", name);
	object_path(to, name);
	return renameat(s->fd, from, s->fd, to) == 0 ||
	    backup_store_broken(s, from);
}

bool
backup_store_sync(const struct backup_store *s, const char *path)
{
	int fd = openat(s->fd, path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good || backup_store_broken(s, path);
}

bool
backup_store_keep(struct backup_store *s)
{
	if (syncfs(s->fd) != 0)
		return backup_store_broken(s, "incoming");
	if (!each_name(s, "incoming", keep_one, s))
		return false;
	/* the names too */
	return syncfs(s->fd) == 0 || backup_store_broken(s, "objects");
}

bool
backup_store_each(const struct backup_store *s,
    bool (*fn)(void *arg, const char *hash), void *arg)
{
	char shard[40];
	bool good = true;
	int i;

	for (i = 0; i < SHARDS && good; i++) {
		snprintf(shard, sizeof(shard), "objects/%02x", i);
		good = each_name(s, shard, fn, arg);
	}
	return good;
}

void
backup_store_remove(const struct backup_store *s, const char *hash)
{
	char path[BACKUP_PATH];

	object_path(path, hash);
	unlinkat(s->fd, path, 0);
}

struct folder {
	const struct backup_store *s;
	const char *path;
};

static bool
clear_one(void *arg, const char *name)
{
	const struct folder *f = arg;
	char path[BACKUP_PATH];

	snprintf(path, sizeof(path), "%s/%.200s", f->path, name);
	return unlinkat(f->s->fd, path, 0) == 0 ||
	    backup_store_broken(f->s, path);
}

bool
backup_store_clear(const struct backup_store *s, const char *path)
{
	struct folder f = { s, path };

	if (faccessat(s->fd, path, F_OK, 0) != 0 && errno == ENOENT)
		return true;
	if (!each_name(s, path, clear_one, &f))
		return false;
	return unlinkat(s->fd, path, AT_REMOVEDIR) == 0 ||
	    backup_store_broken(s, path);
}
