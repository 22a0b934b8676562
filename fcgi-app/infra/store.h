/*
 * Where media lie: a local folder, conf.media_dir, that Nginx serves.
 *
 * A file is written under another name, synced, and renamed into place, so
 * that it is there whole or not at all, also after a power cut.  Names are
 * made by the program (files.h), never by a client.
 *
 * The bytes that were uploaded wait in conf.spool_dir under the media's key
 * until all sizes are made; nobody is served from there.
 */
#ifndef INFRA_STORE_H
#define INFRA_STORE_H

#include "arena.h"
#include "err.h"
#include "files.h"

/* Writes one file of a key.  OK, ERR_STORAGE (logged). */
enum err store_put(struct arena *a, struct str key, const struct file_name *f,
    struct str bytes) MUST_CHECK;
/* Removes a key with all its files; none there is fine. */
enum err store_remove(struct arena *a, struct str key) MUST_CHECK;

/* Keeps the upload fd (nameless, in conf.spool_dir) under the key. */
enum err store_keep_upload(struct arena *a, struct str key, int fd) MUST_CHECK;
/* Opens it again; -1: it is not there. */
int store_open_upload(struct arena *a, struct str key);
void store_drop_upload(struct arena *a, struct str key);

/* Calls fn with every key, of files and of uploads, whose folder or file is
 * older than seconds, until it fails. */
enum err store_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg) MUST_CHECK;

#endif
