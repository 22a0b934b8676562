/*
 * Backups that are there: reading all of them, removing the old.
 *
 * What is needed is remembered by the first eight bytes of the hashes.  That
 * two files have these alike would keep one too long, and never remove one too
 * soon.
 */
#include "backup_old.h"

#include "backup.h"
#include "backup_list.h"
#include "backup_manifest.h"
#include "backup_set.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct needed {
	const struct backup_store *s;
	struct backup_set set;
	int64_t files, bytes, damaged, removed;
	backup_told *told;
	uint64_t of, done;
};

static uint64_t
short_of(const char *hash)
{
	char first[17];

	memcpy(first, hash, 16);
	first[16] = '\0';
	return strtoull(first, NULL, 16);
}

/* A file that a backup has: is its contents there? */
static bool
check_file(struct needed *all, const char *name, const struct backup_file *f)
{
	all->files++;
	all->bytes += f->size;
	if (backup_store_has(all->s, f->hash, f->size))
		return backup_set_add(&all->set, short_of(f->hash));
	fprintf(stderr, "%s/backups/%s: %s is missing or cut off\n",
	    all->s->dir, name, f->path);
	all->damaged++;
	return true;
}

/* Adds what a backup needs; false: that cannot be told. */
static bool
read_list(struct needed *all, const char *name)
{
	char path[BACKUP_PATH];
	struct backup_file f;
	bool bad = false, good = true;
	FILE *list;
	int fd;

	backup_manifest_path(path, name, "media.list");
	fd = openat(all->s->fd, path, O_RDONLY | O_CLOEXEC);
	list = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (list == NULL)
		return backup_store_broken(all->s, path);
	while (good && backup_list_next(list, &f, &bad))
		good = check_file(all, name, &f);
	fclose(list);
	if (bad)
		fprintf(stderr, "%s/%s: it is damaged\n", all->s->dir, path);
	return good && !bad;
}

static bool
read_one(struct needed *all, const char *name)
{
	static struct backup_manifest m;

	memcpy(m.name, name, BACKUP_NAME);
	return backup_manifest_read(all->s, &m) &&
	    backup_manifest_holds(all->s, &m) && read_list(all, name);
}

static bool
remove_unneeded(void *arg, const char *hash)
{
	struct needed *all = arg;

	if (strlen(hash) == BACKUP_HASH - 1 &&
	    !backup_set_has(&all->set, short_of(hash))) {
		backup_store_remove(all->s, hash);
		all->removed++;
	}
	return true;
}

/* First it is no backup any more, then its files go. */
static bool
remove_one(const struct backup_store *s, const char *name)
{
	char path[BACKUP_PATH];

	snprintf(path, sizeof(path), "backups/%.23s", name);
	if (renameat(s->fd, path, s->fd, "new") != 0)
		return backup_store_broken(s, path);
	return backup_store_sync(s, "backups") && backup_store_clear(s, "new");
}

bool
backup_old_remove(const struct backup_store *s, int64_t keep)
{
	static char names[BACKUPS_MOST][BACKUP_NAME];
	struct needed all = { .s = s };
	int i, n = backup_manifest_names(s, names);
	int first = n > keep ? n - (int)keep : 0;
	bool good = n >= 0;

	/* nothing is removed unless all that stays can be read */
	for (i = first; good && i < n; i++)
		good = read_one(&all, names[i]);
	if (!good || all.damaged > 0)
		fprintf(stderr, "so no old backup is removed\n");
	good = good && all.damaged == 0;
	backup_set_settle(&all.set);
	for (i = 0; good && i < first; i++) {
		good = remove_one(s, names[i]);
		if (good)
			printf("%s removed\n", names[i]);
	}
	good = good && backup_store_each(s, remove_unneeded, &all);
	backup_set_close(&all.set);
	return good;
}

static bool
check_object(void *arg, const char *hash)
{
	struct needed *all = arg;
	char found[BACKUP_HASH] = "";
	int64_t size;
	int fd = backup_store_get(all->s, hash);
	bool good = fd >= 0 && backup_hash(fd, found, &size) &&
	    strcmp(found, hash) == 0;

	if (fd >= 0)
		close(fd);
	if (!good) {
		fprintf(stderr, "%s/objects/%.2s/%s: it is damaged\n",
		    all->s->dir, hash, hash);
		all->damaged++;
	}
	all->told(++all->done, all->of);
	return true;
}

int
backup_verify(const char *dir, backup_told *told)
{
	static char names[BACKUPS_MOST][BACKUP_NAME];
	struct backup_store s;
	struct needed all = { .s = &s, .told = told };
	bool good = true;
	int i, n;

	if (!backup_store_open(&s, dir, false))
		return BACKUP_FAILED;
	n = backup_manifest_names(&s, names);
	if (n == 0)
		fprintf(stderr, "%s: there is no whole backup here\n", dir);
	for (i = 0; i < n; i++)
		good = read_one(&all, names[i]) && good;
	backup_set_settle(&all.set);
	all.of = all.set.n;
	good = backup_store_each(&s, check_object, &all) && good && n > 0 &&
	    all.damaged == 0;
	if (good)
		printf("%d backups of %lld files, %lld bytes: as they were "
		    "made\n", n, (long long)all.files, (long long)all.bytes);
	backup_set_close(&all.set);
	backup_store_close(&s);
	return good ? BACKUP_DONE : BACKUP_FAILED;
}

int
backup_print(const char *dir)
{
	static char names[BACKUPS_MOST][BACKUP_NAME];
	static struct backup_manifest m;
	struct backup_store s;
	bool good = true;
	int i, n;

	if (!backup_store_open(&s, dir, false))
		return BACKUP_FAILED;
	n = backup_manifest_names(&s, names);
	for (i = 0; i < n; i++) {
		memcpy(m.name, names[i], BACKUP_NAME);
		if (!backup_manifest_read(&s, &m)) {
			good = false;
			continue;
		}
		printf("%s accounts=%lld items=%lld pictures=%lld files=%lld "
		    "bytes=%lld missing=%lld\n", m.name,
		    (long long)m.accounts, (long long)m.items,
		    (long long)m.media, (long long)m.files,
		    (long long)m.bytes, (long long)m.missing);
	}
	backup_store_close(&s);
	return good && n >= 0 ? BACKUP_DONE : BACKUP_FAILED;
}
