/*
 * Where media lie: a local folder (store_files.h), or a bucket of an S3
 * service (store_s3.h), as the setting `media` says.
 *
 * A file is there whole or not at all, and what was put is kept.  Names are
 * made by the program (files.h), never by a client.
 *
 * The bytes that were uploaded wait under the media's key until all sizes are
 * made; nobody is served from there.  Exports, which are for one person each,
 * have a place and keys of their own: Nginx sends them where the application
 * has seen who asks, and has no address for them.
 *
 * A bucket is reached over the network by the processes of the slow pool and
 * of jobs, and by commands; one that takes longer than s3_s is a failure.
 */
#ifndef INFRA_STORE_H
#define INFRA_STORE_H

#include "arena.h"
#include "err.h"
#include "files.h"

/* Reads what the settings name.  False: logged why. */
bool store_open(void);
bool store_is_bucket(void);

/* Writes one file of a key.  OK; logged: ERR_STORAGE there is no room, or the
 * disk fails; ERR_BUSY the service is not reached, or refuses. */
enum err store_put(struct arena *a, struct str key, const struct file_name *f,
    struct str bytes) MUST_CHECK;
/* Removes a key with all its files, upload and export; none there is fine. */
enum err store_remove(struct arena *a, struct str key) MUST_CHECK;

/* Keeps the upload fd (nameless, in conf.spool_dir) under the key. */
enum err store_keep_upload(struct arena *a, struct str key, int fd) MUST_CHECK;
/* Opens it again; -1: it is not there, or cannot be had now. */
int store_open_upload(struct arena *a, struct str key);
/* What cannot be removed now is found by store_each_key. */
void store_drop_upload(struct arena *a, struct str key);

/* Keeps the export fd (nameless, in conf.spool_dir) under a key that is new.
 * OK; logged: ERR_STORAGE, ERR_BUSY; ERR_TOO_LARGE for a bucket. */
enum err store_keep_export(struct arena *a, struct str key, int fd) MUST_CHECK;
/* Where Nginx finds it, for X-Accel-Redirect; in a bucket for some minutes. */
struct str store_export_path(struct arena *a, struct str key);

/* Calls fn with every key, of files, uploads and exports, whose folder or file
 * is older than seconds, until it fails. */
enum err store_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg) MUST_CHECK;

/* Opens a file by its path as in a backup, media/AB/KEY/NAME.EXT or spool/KEY
 * (an upload); from a bucket it comes as a nameless file in conf.spool_dir.
 * OK; ERR_NOT_FOUND it is not there; logged: ERR_STORAGE, ERR_BUSY. */
enum err store_open_file(struct arena *a, const char *path, int *fd)
    MUST_CHECK;
/* Puts the file fd under such a path; for a bucket alone, as what is in a
 * folder has an owner, too. */
enum err store_put_file(struct arena *a, const char *path, int fd) MUST_CHECK;
/* Calls fn with the path and the size of every picture's file in a bucket,
 * until it fails; what was put or removed just now may not show. */
typedef enum err store_file_fn(void *arg, const char *path, int64_t size);
enum err store_each_file(struct arena *a, store_file_fn *fn, void *arg)
    MUST_CHECK;

/* Where the file of that path (files_path) can be read for the next minutes,
 * signed, without the service's address: "/bucket/media/...?X-Amz-..." .
 * STR_NONE: media are local files. */
struct str store_signed_path(struct arena *a, struct str path);

#endif
