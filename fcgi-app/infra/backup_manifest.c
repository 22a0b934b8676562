/* What a backup is.  See backup_manifest.h. */
#include "backup_manifest.h"

#include "secret.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST "pinwall-backup 1\n"
#define LONGEST (128 << 10)

/* Numbers by their names. */
static const struct number {
	const char *name;
	size_t at;
} numbers[] = {
#define NUMBER(field) { #field, offsetof(struct backup_manifest, field) }
	NUMBER(accounts), NUMBER(items), NUMBER(media), NUMBER(files),
	NUMBER(bytes), NUMBER(missing), NUMBER(database_size),
	NUMBER(list_size),
#undef NUMBER
	{ NULL, 0 },
};

static const struct text {
	const char *name;
	size_t at, most;
} texts[] = {
#define TEXT(field) { #field, offsetof(struct backup_manifest, field), \
	sizeof(((struct backup_manifest *)NULL)->field) }
	TEXT(postgres), TEXT(database), TEXT(list),
#undef TEXT
	{ NULL, 0, 0 },
};

void
backup_manifest_path(char path[BACKUP_PATH], const char *name,
    const char *file)
{
	snprintf(path, BACKUP_PATH, "backups/%.*s/%s", BACKUP_NAME - 1, name,
	    file);
}

static const char *
keep_text(struct backup_manifest *m, const char *text)
{
	size_t n = strlen(text) + 1;
	char *kept = m->texts + m->ntexts;

	if (n > sizeof(m->texts) - m->ntexts)
		return NULL;
	memcpy(kept, text, n);
	m->ntexts += n;
	return kept;
}

bool
backup_manifest_ran(struct backup_manifest *m, const char *name,
    const char *digest)
{
	struct migration *at = m->ran;

	while (at->name != NULL)
		at++;
	if (at == m->ran + BACKUP_MIGRATIONS)
		return false;
	at->text = keep_text(m, digest);
	at->name = at->text != NULL ? keep_text(m, name) : NULL;
	return at->name != NULL;
}

static void
digest_of(struct str text, char hash[BACKUP_HASH])
{
	unsigned char digest[SECRET_DIGEST];
	int i;

	secret_digest(text, digest);
	for (i = 0; i < SECRET_DIGEST; i++)
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

static void
print(struct buf *b, const struct backup_manifest *m)
{
	const char *base = (const char *)m;
	const struct migration *ran;
	const struct number *n;
	const struct text *t;
	char hash[BACKUP_HASH];

	buf_printf(b, FIRST);
	for (t = texts; t->name != NULL; t++)
		buf_printf(b, "%s %s\n", t->name, base + t->at);
	for (n = numbers; n->name != NULL; n++)
		buf_printf(b, "%s %lld\n", n->name,
		    (long long)*(const int64_t *)(const void *)(base + n->at));
	for (ran = m->ran; ran->name != NULL; ran++)
		buf_printf(b, "migration %s %s\n", ran->name, ran->text);
	digest_of(buf_view(b), hash);
	buf_printf(b, "end %s\n", hash);
}

bool
backup_manifest_write(const struct backup_store *s,
    const struct backup_manifest *m)
{
	static const char path[] = "new/manifest";
	struct buf b;
	bool good;
	int fd = openat(s->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0400);

	buf_open(&b, LONGEST);
	print(&b, m);
	good = fd >= 0 && buf_ok(&b) &&
	    write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	buf_close(&b);
	return good || backup_store_broken(s, path);
}

static bool
take_number(struct backup_manifest *m, struct str name, struct str value)
{
	const struct number *n;

	for (n = numbers; n->name != NULL; n++)
		if (str_eq(name, str_of(n->name)))
			return str_int(value, (int64_t *)(void *)
			    ((char *)m + n->at));
	return false;
}

static bool
take_text(struct backup_manifest *m, struct str name, struct str value)
{
	const struct text *t;

	for (t = texts; t->name != NULL; t++)
		if (str_eq(name, str_of(t->name)) && value.n < t->most) {
			memcpy((char *)m + t->at, value.p, value.n);
			return true;
		}
	return false;
}

/* The line is text that may be written into. */
static bool
take_line(struct backup_manifest *m, char *line)
{
	char *value = strchr(line, ' '), *second;
	struct str name;

	if (value == NULL)
		return false;
	*value++ = '\0';
	name = str_of(line);
	if (!str_eq(name, STR("migration")))
		return take_number(m, name, str_of(value)) ||
		    take_text(m, name, str_of(value));
	second = strchr(value, ' ');
	if (second == NULL)
		return false;
	*second++ = '\0';
	return backup_manifest_ran(m, value, second);
}

/* Whole, and of a version that is known here? */
static bool
is_whole(struct str text, struct str *rest)
{
	char hash[BACKUP_HASH];
	size_t end = text.n > 70 ? text.n - 69 : 0;

	if (!str_starts(text, STR(FIRST)) ||
	    !str_starts(str_sub(text, end, text.n), STR("end ")))
		return false;
	*rest = str_sub(text, sizeof(FIRST) - 1, end);
	digest_of(str_sub(text, 0, end), hash);
	return memcmp(hash, text.p + end + 4, 64) == 0;
}

static bool
parse(struct backup_manifest *m, char *text, size_t n)
{
	struct str rest;
	char *line, *next;

	if (!is_whole((struct str){ text, n }, &rest))
		return false;
	text[rest.p - text + (ptrdiff_t)rest.n] = '\0';
	for (line = text + (rest.p - text); *line != '\0'; line = next) {
		next = strchr(line, '\n');
		if (next == NULL)
			return false;
		*next++ = '\0';
		if (!take_line(m, line))
			return false;
	}
	return true;
}

bool
backup_manifest_read(const struct backup_store *s, struct backup_manifest *m)
{
	static char text[LONGEST];
	struct backup_manifest fresh = { .ntexts = 0 };
	char path[BACKUP_PATH];
	ssize_t n;
	int fd;

	memcpy(fresh.name, m->name, sizeof(fresh.name));
	*m = fresh;
	backup_manifest_path(path, m->name, "manifest");
	fd = openat(s->fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return backup_store_broken(s, path);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n >= 0 && parse(m, text, (size_t)n))
		return true;
	fprintf(stderr, "%s/%s: it is damaged, or of a newer Pinwall\n",
	    s->dir, path);
	return false;
}

static bool
file_holds(const struct backup_store *s, const struct backup_manifest *m,
    const char *file, const char *want)
{
	char path[BACKUP_PATH], hash[BACKUP_HASH];
	int64_t size;
	bool good;
	int fd;

	backup_manifest_path(path, m->name, file);
	fd = openat(s->fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return backup_store_broken(s, path);
	good = backup_hash(fd, hash, &size);
	close(fd);
	if (!good)
		return backup_store_broken(s, path);
	good = strcmp(hash, want) == 0;
	if (!good)
		fprintf(stderr, "%s/%s: it is damaged\n", s->dir, path);
	return good;
}

bool
backup_manifest_holds(const struct backup_store *s,
    const struct backup_manifest *m)
{
	bool good = file_holds(s, m, "database.dump", m->database);

	return file_holds(s, m, "media.list", m->list) && good;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* 20261123T025100Z */
static bool
is_name(const char *name)
{
	return strlen(name) == 16 && strspn(name, "0123456789TZ") == 16;
}

int
backup_manifest_names(const struct backup_store *s,
    char names[BACKUPS_MOST][BACKUP_NAME])
{
	int fd = openat(s->fd, "backups", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	int n = 0;

	if (d == NULL) {
		(void)backup_store_broken(s, "backups");
		return -1;
	}
	while (n < BACKUPS_MOST && (e = readdir(d)) != NULL)
		if (is_name(e->d_name))
			memcpy(names[n++], e->d_name, 17);
	closedir(d);
	qsort(names, (size_t)n, sizeof(names[0]), by_name);
	return n;
}
