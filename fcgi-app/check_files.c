/* Folders, secrets, what the program brings along, the machine: check.h. */
#include "check.h"

#include "clock.h"
#include "conf.h"
#include "str.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <unistd.h>

#define MB INT64_C(1048576)
#define FREE_LEAST_MB 100
#define FREE_GOOD_MB 1024
#define FILES_LEAST 1024
#define SECRET_LEAST 32
/* The longest name of a socket, while it is being made. */
#define SOCKET "/image.sock.new"

enum made { MADE_BY_HAND, MADE_BY_ITSELF };

/* It is not there: the program makes some folders, in one that it may write. */
static void
look_at_missing(const char *name, const char *path, enum made made)
{
	char parent[4096];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (slash != NULL && slash != parent)
		*slash = '\0';
	if (made == MADE_BY_ITSELF && access(parent, W_OK | X_OK) == 0)
		check_ok(name, "%s is not there yet; it is made at the start",
		    path);
	else
		check_error(name, "install -d -m 750 -o USER FOLDER, the user "
		    "that the site runs as", "%s: %s", path, strerror(ENOENT));
}

static bool
is_writable(const char *path)
{
	int fd = open(path, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	/* not every file system knows nameless files */
	return fd >= 0 || (errno == EOPNOTSUPP && access(path, W_OK) == 0);
}

/* True: it can be used. */
static bool
look_at_folder(const char *name, const char *path, enum made made)
{
	struct stat st;

	if (stat(path, &st) != 0 && errno == ENOENT)
		look_at_missing(name, path, made);
	else if (stat(path, &st) != 0)
		check_error(name, "let the user of the site in", "%s: %s", path,
		    strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		check_error(name, "name a folder", "%s is none", path);
	else if (!is_writable(path))
		check_error(name, "chown USER, and no read-only file system",
		    "%s cannot be written: %s", path, strerror(errno));
	else if ((st.st_mode & 002) != 0)
		check_error(name, "chmod o-w", "everybody may write %s", path);
	else if (st.st_uid != geteuid())
		check_warning(name, "run this as the user of the site, or "
		    "chown the folder", "%s belongs to user %u, not to %u",
		    path, (unsigned)st.st_uid, (unsigned)geteuid());
	else
		return true;
	return false;
}

static void
look_at_room(const char *name, const char *path)
{
	struct statfs fs;
	int64_t left;

	if (statfs(path, &fs) != 0)
		return;
	left = (int64_t)fs.f_bavail * fs.f_bsize / MB;
	if (left < FREE_LEAST_MB)
		check_error(name, "make room, or move it", "%s has %lld MB "
		    "left", path, (long long)left);
	else if (left < FREE_GOOD_MB)
		check_warning(name, "make room, or move it", "%s has %lld MB "
		    "left", path, (long long)left);
	else
		check_ok(name, "%s, %lld MB left", path, (long long)left);
}

static void
look_at_sockets(void)
{
	struct sockaddr_un un;
	size_t n = strlen(conf.run_dir) + sizeof(SOCKET);

	if (!look_at_folder("run_dir", conf.run_dir, MADE_BY_ITSELF))
		return;
	if (n > sizeof(un.sun_path))
		check_error("run_dir", "a shorter path", "names of sockets "
		    "have %zu bytes at most, and %s%s has more",
		    sizeof(un.sun_path) - 1, conf.run_dir, SOCKET);
	else
		check_ok("run_dir", "%s", conf.run_dir);
}

/* Of a bucket's site only uploads that come or go pass through here. */
static void
look_at_uploads(void)
{
	if (look_at_folder("spool_dir", conf.spool_dir, MADE_BY_HAND))
		look_at_room("spool_dir", conf.spool_dir);
}

/* Uploads become media by a link, which stays on one file system. */
static void
look_at_pictures(void)
{
	struct stat media, spool;
	bool good;

	good = look_at_folder("media_dir", conf.media_dir, MADE_BY_HAND);
	if (good)
		look_at_room("media_dir", conf.media_dir);
	good &= look_at_folder("spool_dir", conf.spool_dir, MADE_BY_HAND);
	if (!good || stat(conf.media_dir, &media) != 0 ||
	    stat(conf.spool_dir, &spool) != 0)
		return;
	if (media.st_dev != spool.st_dev)
		check_error("spool_dir", "put both on one", "it is not on the "
		    "file system of media_dir");
	else
		check_ok("spool_dir", "%s, on the file system of media_dir",
		    conf.spool_dir);
}

static void
look_at_index(void)
{
	struct statfs fs;

	if (!look_at_folder("index_dir", conf.index_dir, MADE_BY_ITSELF))
		return;
	if (statfs(conf.index_dir, &fs) == 0 && fs.f_type != TMPFS_MAGIC &&
	    fs.f_type != RAMFS_MAGIC)
		check_ok("index_dir", "%s; in memory (/run) it would write "
		    "nothing to disk", conf.index_dir);
	else
		look_at_room("index_dir", conf.index_dir);
}

bool
check_secret(const char *name, const char *path, int64_t least)
{
	struct stat st;

	if (stat(path, &st) != 0)
		check_error(name, "make it, readable by the site's user alone",
		    "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		check_error(name, "name a file", "%s is none", path);
	else if ((st.st_mode & 077) != 0)
		check_error(name, "chmod 600", "others may read or write %s",
		    path);
	else if (access(path, R_OK) != 0)
		check_error(name, "chown it to the user of the site", "%s: %s",
		    path, strerror(errno));
	else if (st.st_size < least)
		check_error(name, "write it anew", "%s has %lld bytes, not %lld"
		    " or more", path, (long long)st.st_size, (long long)least);
	else {
		check_ok(name, "%s, for its owner alone", path);
		return true;
	}
	return false;
}

static void
look_at_secrets(void)
{
	const struct {
		const char *name, *path;
	} files[] = {
		{ "redis_state_password_file", conf.redis_state_password_file },
		{ "redis_cache_password_file", conf.redis_cache_password_file },
		{ "redis_guard_password_file", conf.redis_guard_password_file },
		{ "smtp_password_file", conf.smtp_password_file },
	};
	size_t i;

	if (access(conf.secret_file, F_OK) != 0 && errno == ENOENT)
		look_at_missing("secret_file", conf.secret_file,
		    MADE_BY_ITSELF);
	else
		(void)check_secret("secret_file", conf.secret_file,
		    SECRET_LEAST);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].path[0] != '\0')
			(void)check_secret(files[i].name, files[i].path, 1);
}

void
check_files(void)
{
	look_at_sockets();
	if (strcmp(conf.media, "s3") == 0)
		look_at_uploads();
	else
		look_at_pictures();
	look_at_index();
	if (conf.smtp_url[0] == '\0' &&
	    look_at_folder("mail_dir", conf.mail_dir, MADE_BY_ITSELF))
		check_ok("mail_dir", "%s", conf.mail_dir);
	look_at_secrets();
}

/* What lies beside the program. */
static void
look_at_program(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 16);

	if (text_open())
		check_ok("words.table", "the dictionary of Korean is there");
	else
		check_error("words.table", "install it beside the program",
		    "the dictionary of Korean is not there, or of another "
		    "version");
	if (n <= 0)
		return;
	memcpy(path + n, "-image", 7);
	if (access(path, X_OK) != 0)
		check_error("pinwall-image", "install it beside the program",
		    "%s: %s", path, strerror(errno));
	else
		check_ok("pinwall-image", "%s", path);
}

void
check_machine(void)
{
	struct rlimit files = { 0, 0 };
	char now[28];

	look_at_program();
	clock_iso(now, clock_now());
	if (strcmp(now, "2026") < 0)
		check_error("clock", "set it, and run an NTP client", "it is "
		    "%.10s here; tokens and cursors carry the time", now);
	else
		check_ok("clock", "it is %s", now);
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	if (files.rlim_max < FILES_LEAST)
		check_warning("open files", "LimitNOFILE=16384 in the unit, or "
		    "ulimit -Hn", "a process may have %lld open, and each "
		    "connection of Nginx is one", (long long)files.rlim_max);
	else
		check_ok("open files", "%lld for each process",
		    (long long)files.rlim_max);
}
