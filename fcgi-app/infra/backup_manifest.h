/*
 * What a backup is: lines of a name and values, the last with the SHA-256 of
 * those before it.  A folder whose manifest cannot be read is no backup.
 */
#ifndef INFRA_BACKUP_MANIFEST_H
#define INFRA_BACKUP_MANIFEST_H

#include "backup_store.h"
#include "migrate.h"

#define BACKUP_NAME 24
#define BACKUP_MIGRATIONS 500
#define BACKUPS_MOST 1000

struct backup_manifest {
	char name[BACKUP_NAME];    /* of the backup */
	char postgres[16];         /* version of the server */
	char database[BACKUP_HASH], list[BACKUP_HASH];
	int64_t database_size, list_size;
	int64_t accounts, items, media; /* rows */
	int64_t files, bytes, missing;
	/* what ran, with its digest as the text; name NULL at the end */
	struct migration ran[BACKUP_MIGRATIONS + 1];
	char texts[BACKUP_MIGRATIONS * 120]; /* of ran */
	size_t ntexts;
};

/* Adds to ran; false: there are too many. */
bool backup_manifest_ran(struct backup_manifest *m, const char *name,
    const char *digest);
/* Writes DIR/new/manifest. */
bool backup_manifest_write(const struct backup_store *s,
    const struct backup_manifest *m);
/* Of the backup m->name. */
bool backup_manifest_read(const struct backup_store *s,
    struct backup_manifest *m);
/* Reads the files that it names and compares. */
bool backup_manifest_holds(const struct backup_store *s,
    const struct backup_manifest *m);

/* Names of all backups, oldest first; how many, -1: it cannot be read. */
int backup_manifest_names(const struct backup_store *s,
    char names[BACKUPS_MOST][BACKUP_NAME]);
/* backups/NAME/FILE. */
void backup_manifest_path(char path[BACKUP_PATH], const char *name,
    const char *file);

#endif
