/*
 * Media in a bucket of an S3 service.
 *
 *     media/AB/KEY/NAME.EXT   a file, as below conf.media_dir
 *     uploads/KEY             an upload that waits: any host may finish it
 *     exports/KEY             an account, for its owner alone
 *
 * An object is there whole or not at all, which is S3's promise, and what was
 * answered 200 is kept.  The bucket needs no public access: Nginx asks for a
 * signed address of each file (features/media).  The functions are those of
 * store.h.
 */
#ifndef INFRA_STORE_S3_H
#define INFRA_STORE_S3_H

#include "store.h"

enum err store_s3_put(struct arena *a, struct str key,
    const struct file_name *f, struct str bytes) MUST_CHECK;
enum err store_s3_remove(struct arena *a, struct str key) MUST_CHECK;
enum err store_s3_keep_upload(struct arena *a, struct str key, int fd)
    MUST_CHECK;
enum err store_s3_keep_export(struct arena *a, struct str key, int fd)
    MUST_CHECK;
int store_s3_open_upload(struct arena *a, struct str key);
void store_s3_drop_upload(struct arena *a, struct str key);
enum err store_s3_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg) MUST_CHECK;
enum err store_s3_open_file(struct arena *a, const char *path, int *fd)
    MUST_CHECK;
enum err store_s3_put_file(struct arena *a, const char *path, int fd)
    MUST_CHECK;
enum err store_s3_each_file(struct arena *a, store_file_fn *fn, void *arg)
    MUST_CHECK;

#endif
