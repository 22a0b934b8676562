/*
 * Media in a local folder, conf.media_dir, that Nginx serves.
 *
 * A file is written under another name, synced, and renamed into place, so
 * that it is there whole or not at all, also after a power cut.  Uploads wait
 * in conf.spool_dir; exports lie in media_dir/exports, which Nginx reads and
 * has no address for.  The functions are those of store.h.
 */
#ifndef INFRA_STORE_FILES_H
#define INFRA_STORE_FILES_H

#include "store.h"

enum err store_files_put(struct arena *a, struct str key,
    const struct file_name *f, struct str bytes) MUST_CHECK;
enum err store_files_remove(struct arena *a, struct str key) MUST_CHECK;
enum err store_files_keep_upload(struct arena *a, struct str key, int fd)
    MUST_CHECK;
enum err store_files_keep_export(struct arena *a, struct str key, int fd)
    MUST_CHECK;
int store_files_open_upload(struct arena *a, struct str key);
void store_files_drop_upload(struct arena *a, struct str key);
enum err store_files_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg) MUST_CHECK;
enum err store_files_open_file(struct arena *a, const char *path, int *fd)
    MUST_CHECK;

#endif
