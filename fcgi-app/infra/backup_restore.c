/*
 * A site out of a backup.
 *
 * Files first: each has a name that no other has, so beside those of the site
 * they do no harm; into its folder or bucket, wherever the backup has them
 * from.  Then the database in one transaction, migrations that the backup did
 * not have among it: its commit is the moment at which the site is another
 * one.  If this process ends before, psql never hears of a commit.
 * What the old site had of files is in no row then, and the hourly sweep finds
 * it.
 *
 * What the cache kept is ended before that moment, while nobody serves.
 */
#include "backup.h"
#include "backup_list.h"
#include "backup_manifest.h"

#include "conf.h"
#include "pg_tool.h"
#include "redis.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY (8 << 20) /* what putting one file takes */

struct restoring {
	struct arena *mem;
	struct backup_store store;
	struct backup_manifest what;
	const struct backup_restore *how;
	backup_told *told;
	uint64_t done;
};

/* Where files go, and who owns them there. */
struct place {
	const char *path;
	struct stat like;
};

static bool
choose(struct restoring *r)
{
	static char names[BACKUPS_MOST][BACKUP_NAME];
	int i, n = backup_manifest_names(&r->store, names);

	for (i = n - 1; i >= 0; i--)
		if (r->how->name == NULL ||
		    strcmp(r->how->name, names[i]) == 0) {
			memcpy(r->what.name, names[i], BACKUP_NAME);
			return true;
		}
	fprintf(stderr, "%s: there is no whole backup %s here\n",
	    r->store.dir, r->how->name != NULL ? r->how->name : "");
	return false;
}

static FILE *
open_list(const struct restoring *r)
{
	char path[BACKUP_PATH];
	int fd;
	FILE *list;

	backup_manifest_path(path, r->what.name, "media.list");
	fd = openat(r->store.fd, path, O_RDONLY | O_CLOEXEC);
	list = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (list == NULL)
		(void)backup_store_broken(&r->store, path);
	return list;
}

static bool
each_file(struct restoring *r,
    bool (*fn)(struct restoring *r, const struct backup_file *f))
{
	FILE *list = open_list(r);
	struct backup_file f;
	bool bad = false, good = list != NULL;

	while (good && backup_list_next(list, &f, &bad))
		good = fn(r, &f);
	if (list != NULL)
		fclose(list);
	if (bad)
		fprintf(stderr, "%s/backups/%s/media.list: it is damaged\n",
		    r->store.dir, r->what.name);
	return good && !bad;
}

/* Told before anything is done. */
static bool
is_there(struct restoring *r, const struct backup_file *f)
{
	if (backup_store_has(&r->store, f->hash, f->size))
		return true;
	fprintf(stderr, "%s: the contents of %s are missing or cut off\n",
	    r->store.dir, f->path);
	return false;
}

/* As the folder it is made in: its owner, and its mode. */
static bool
make_like(int fd, const struct place *at, mode_t mask)
{
	if (fchmod(fd, at->like.st_mode & mask) != 0)
		return false;
	return geteuid() != 0 ||
	    fchown(fd, at->like.st_uid, at->like.st_gid) == 0;
}

static bool
make_folder(const char *path, const struct place *at)
{
	bool good;
	int fd;

	if (mkdir(path, 0700) != 0)
		return errno == EEXIST;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	good = fd >= 0 && make_like(fd, at, 0777);
	if (fd >= 0)
		close(fd);
	return good;
}

/* The folders between the place and the file. */
static bool
make_folders(char *path, const struct place *at)
{
	char *p = path + strlen(at->path) + 1;
	bool good = true;

	while (good && (p = strchr(p, '/')) != NULL) {
		*p = '\0';
		good = make_folder(path, at);
		*p++ = '/';
	}
	return good;
}

/* Is it there already, as it should be? */
static bool
is_same(const char *path, const struct backup_file *f)
{
	char hash[BACKUP_HASH];
	int64_t size;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool same = fd >= 0 && backup_hash(fd, hash, &size) &&
	    size == f->size && strcmp(hash, f->hash) == 0;

	if (fd >= 0)
		close(fd);
	return same;
}

static bool
is_damaged(const struct restoring *r, const struct backup_file *f)
{
	fprintf(stderr, "%s/objects/%.2s/%s: it is damaged\n", r->store.dir,
	    f->hash, f->hash);
	return false;
}

static bool
copy_to(struct restoring *r, const char *part, const struct backup_file *f,
    const struct place *at)
{
	char hash[BACKUP_HASH] = "";
	int64_t size = 0;
	int from = backup_store_get(&r->store, f->hash);
	int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = from >= 0 && to >= 0 && make_like(to, at, 0666) &&
	    backup_copy(from, to, hash, &size);

	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "%s: %s\n", part, strerror(errno));
	return good && (strcmp(hash, f->hash) == 0 || is_damaged(r, f));
}

/* What is put was hashed, and the service compares what it gets with the hash
 * that is signed. */
static bool
to_bucket(struct restoring *r, const struct backup_file *f)
{
	char hash[BACKUP_HASH] = "";
	int64_t size;
	int fd = backup_store_get(&r->store, f->hash);
	bool good = fd >= 0 && backup_hash(fd, hash, &size) &&
	    strcmp(hash, f->hash) == 0;

	arena_reset(r->mem);
	if (!good)
		(void)is_damaged(r, f);
	else
		good = store_put_file(r->mem, f->path, fd) == OK;
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
to_folder(struct restoring *r, const struct backup_file *f)
{
	struct place at = { f->path[0] == 'm' ? conf.media_dir :
	    conf.spool_dir, { .st_mode = 0 } };
	char path[BACKUP_PATH + 4200], part[BACKUP_PATH + 4210];
	bool good;

	snprintf(path, sizeof(path), "%s/%s", at.path, f->path + 6);
	snprintf(part, sizeof(part), "%s.part", path);
	if (is_same(path, f))
		return true;
	if (stat(at.path, &at.like) != 0 || !make_folders(path, &at)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	good = copy_to(r, part, f, &at);
	if (good && rename(part, path) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		good = false;
	}
	if (!good)
		unlink(part);
	return good;
}

static bool
sync_place(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && syncfs(fd) == 0;

	if (!good)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
place_file(struct restoring *r, const struct backup_file *f)
{
	r->told(++r->done, (uint64_t)r->what.files);
	return store_is_bucket() ? to_bucket(r, f) : to_folder(r, f);
}

static bool
place_files(struct restoring *r)
{
	return each_file(r, place_file) && (store_is_bucket() ||
	    (sync_place(conf.media_dir) && sync_place(conf.spool_dir)));
}

/* The guardian begins another epoch where it finds none. */
static bool
end_epoch(void)
{
	struct str words[] = { STR("DEL"), STR("E"), STR("G") };
	const struct redis_reply *reply;

	if (!conf.cache)
		return true;
	reply = redis_call(REDIS_GUARD, words, 3);
	if (reply != NULL && !redis_failed(reply, ""))
		return true;
	fprintf(stderr, "redis_cache: %s; it keeps answers of the site as it "
	    "was, so it has to be there\n",
	    redis_end_name(redis_end(REDIS_GUARD)));
	return false;
}

static void
say(FILE *to, const char *name)
{
	const struct migration *m = restore_scripts;

	while (m->name != NULL && strcmp(m->name, name) != 0)
		m++;
	fprintf(to, "%s\n", m->text);
}

static void
say_settings(FILE *to, const struct restoring *r)
{
	fprintf(to, "set client_min_messages = warning;\n"
	    "set client_encoding = 'UTF8';\n"
	    "set pinwall.replace = '%s';\nset pinwall.end_sessions = '%s';\n"
	    "set pinwall.media = '%" PRId64 "';\n",
	    r->how->replace ? "on" : "off",
	    r->how->end_sessions ? "on" : "off", r->what.media);
	say(to, "check");
}

/* psql that reads what is written to *to, and stops at the first error. */
static pid_t
start_psql(FILE **to)
{
	static const char *const argv[] = { "psql", "-X", "-q", "-v",
		"ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", NULL };
	int ends[2];
	pid_t pid;

	*to = NULL;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		fprintf(stderr, "pipe: %s\n", strerror(errno));
		return -1;
	}
	pid = pg_tool_start(argv, ends[0], -1);
	close(ends[0]);
	*to = fdopen(ends[1], "w");
	if (pid < 0 && *to != NULL) {
		fclose(*to);
		*to = NULL;
	}
	return *to != NULL ? pid : -1;
}

static bool
may_restore(const struct restoring *r)
{
	FILE *to;
	pid_t psql = start_psql(&to);

	if (psql < 0)
		return false;
	say_settings(to, r);
	fclose(to);
	return pg_tool_wait(psql);
}

/* The dump as SQL, to where psql reads. */
static bool
say_dump(const struct restoring *r, FILE *to)
{
	char file[BACKUP_PATH + 4200], path[BACKUP_PATH];
	/* what is in the schema, and not the schema */
	const char *const argv[] = { "pg_restore", "--no-owner",
		"--no-privileges", "--schema=public", "--file=-", file, NULL };

	backup_manifest_path(path, r->what.name, "database.dump");
	snprintf(file, sizeof(file), "%s/%s", r->store.dir, path);
	return fflush(to) == 0 &&
	    pg_tool_wait(pg_tool_start(argv, -1, fileno(to)));
}

static bool
replace_database(const struct restoring *r)
{
	FILE *to;
	pid_t psql = start_psql(&to);
	bool good;

	if (psql < 0)
		return false;
	say_settings(to, r);
	say(to, "start");
	say(to, "empty");
	good = say_dump(r, to);
	if (good) {
		migrate_write_rest(to, r->what.ran);
		say(to, "finish");
		say(to, "last");
	}
	good = fclose(to) == 0 && good;
	return pg_tool_wait(psql) && good;
}

static bool
restore(struct restoring *r)
{
	if (!choose(r) || !backup_manifest_read(&r->store, &r->what) ||
	    !backup_manifest_holds(&r->store, &r->what) ||
	    !each_file(r, is_there) || !migrate_knows(r->what.ran) ||
	    !pg_tool_open() || !may_restore(r))
		return false;
	if (!place_files(r) || !end_epoch() || !replace_database(r)) {
		fprintf(stderr, "nothing was restored: the site is as it "
		    "was\n");
		return false;
	}
	return true;
}

int
backup_restore(const char *dir, const struct backup_restore *how,
    backup_told *told)
{
	static struct restoring r;

	r.how = how;
	r.told = told;
	signal(SIGPIPE, SIG_IGN);
	r.mem = arena_open(MEMORY);
	if (!store_open() || !backup_store_open(&r.store, dir, false) ||
	    !restore(&r))
		return BACKUP_FAILED;
	arena_close(r.mem);
	printf("%s restored: accounts=%lld items=%lld pictures=%lld "
	    "files=%lld missing=%lld\n", r.what.name,
	    (long long)r.what.accounts, (long long)r.what.items,
	    (long long)r.what.media, (long long)r.what.files,
	    (long long)r.what.missing);
	backup_store_close(&r.store);
	return r.what.missing > 0 ? BACKUP_LACKS : BACKUP_DONE;
}
