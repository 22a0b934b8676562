/*
 * The folder of backups: contents of files by their SHA-256.
 *
 * What is put goes to DIR/incoming, and after backup_store_keep, which syncs
 * them all at once, lies in DIR/objects.  So what is there is there whole.
 * All functions say on stderr what went wrong.
 */
#ifndef INFRA_BACKUP_STORE_H
#define INFRA_BACKUP_STORE_H

#include <stdbool.h>
#include <stdint.h>

#define BACKUP_HASH 65 /* as text, with its NUL */
#define BACKUP_PATH 300

struct backup_store {
	const char *dir;
	int fd; /* of dir */
	int64_t added, added_bytes;
};

/* Opens dir and locks it; make: and makes it what it must be. */
bool backup_store_open(struct backup_store *s, const char *dir, bool make);
void backup_store_close(struct backup_store *s);
/* False, with "DIR/what: why" said. */
bool backup_store_broken(const struct backup_store *s, const char *what);

/* The whole of a file: its hash and size. */
bool backup_hash(int fd, char hash[BACKUP_HASH], int64_t *size);
/* Copies one, and tells what it copied. */
bool backup_copy(int from, int to, char hash[BACKUP_HASH], int64_t *size);

bool backup_store_has(const struct backup_store *s, const char *hash,
    int64_t size);
bool backup_store_put(struct backup_store *s, int fd, char hash[BACKUP_HASH],
    int64_t *size);
/* For reading; -1: it is not there. */
int backup_store_get(const struct backup_store *s, const char *hash);
bool backup_store_keep(struct backup_store *s);

/* Calls fn for each object. */
bool backup_store_each(const struct backup_store *s,
    bool (*fn)(void *arg, const char *hash), void *arg);
void backup_store_remove(const struct backup_store *s, const char *hash);
/* Removes a folder below dir with all its files; none is fine. */
bool backup_store_clear(const struct backup_store *s, const char *path);
/* A file or folder below dir, to the disk. */
bool backup_store_sync(const struct backup_store *s, const char *path);

#endif
