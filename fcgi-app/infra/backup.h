/*
 * Backups: a folder that holds several, and what is done with it.
 *
 *     DIR/lock                  held by whoever works in DIR
 *     DIR/objects/ab/SHA256     contents of files, each once
 *     DIR/backups/NAME/         one backup; NAME is its time, as
 *                               20261123T025100Z
 *         database.dump         by pg_dump, for pg_restore
 *         media.list            what files there were: backup_list.h
 *         manifest              what the backup is: backup_manifest.h
 *     DIR/incoming, DIR/new     of a backup that is being made
 *
 * The database is read first, by a snapshot, then the files: a file is stored
 * before its row is committed and never changed, so all files of the snapshot
 * are there; and none is removed while the lock of backup/lock.sql is held,
 * which is taken before the snapshot.  A file that came later is not in the
 * backup, nor is its row.
 *
 * DIR/new becomes a backup by its last step, a rename, when all of it is on
 * the disk; what is not below DIR/backups is no backup.
 *
 * What a backup does not have: the secret file, settings, passwords of Postgres
 * and Redis, what is in Redis, mails in mail_dir, the index (made anew).
 */
#ifndef INFRA_BACKUP_H
#define INFRA_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

/* How far it is; called often. */
typedef void backup_told(uint64_t done, uint64_t of);

/* Exit statuses. */
#define BACKUP_DONE 0
#define BACKUP_FAILED 1 /* said why on stderr */
#define BACKUP_LACKS 3  /* done, but files were missing in the site itself */

/* Makes one; keep > 0: then removes all but the newest so many, unless files
 * were missing, as an older backup may have them. */
int backup_make(const char *dir, int64_t keep, backup_told *told);
/* Reads all of all backups and compares with what was written. */
int backup_verify(const char *dir, backup_told *told);
/* A line for each on stdout. */
int backup_print(const char *dir);

struct backup_restore {
	const char *name;  /* which; NULL: the newest */
	bool replace;      /* a site that is not empty is emptied */
	bool end_sessions; /* everybody has to log in again */
};

/* Settings are those of `pinwall migrate`; the site stands still meanwhile. */
int backup_restore(const char *dir, const struct backup_restore *how,
    backup_told *told);

#endif
