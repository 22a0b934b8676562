/* Which store it is.  See store.h. */
#include "store.h"

#include "conf.h"
#include "log.h"
#include "s3.h"
#include "store_files.h"
#include "store_s3.h"

#include <assert.h>

static bool is_s3;

bool
store_open(void)
{
	is_s3 = strcmp(conf.media, "s3") == 0;
	if (is_s3)
		return s3_open();
	if (strcmp(conf.media, "files") == 0)
		return true;
	log_error("store.bad setting=media reason=neither files nor s3");
	return false;
}

bool
store_is_bucket(void)
{
	return is_s3;
}

enum err
store_put(struct arena *a, struct str key, const struct file_name *f,
    struct str bytes)
{
	return is_s3 ? store_s3_put(a, key, f, bytes) :
	    store_files_put(a, key, f, bytes);
}

enum err
store_remove(struct arena *a, struct str key)
{
	return is_s3 ? store_s3_remove(a, key) : store_files_remove(a, key);
}

enum err
store_keep_upload(struct arena *a, struct str key, int fd)
{
	return is_s3 ? store_s3_keep_upload(a, key, fd) :
	    store_files_keep_upload(a, key, fd);
}

int
store_open_upload(struct arena *a, struct str key)
{
	return is_s3 ? store_s3_open_upload(a, key) :
	    store_files_open_upload(a, key);
}

void
store_drop_upload(struct arena *a, struct str key)
{
	if (is_s3)
		store_s3_drop_upload(a, key);
	else
		store_files_drop_upload(a, key);
}

enum err
store_keep_export(struct arena *a, struct str key, int fd)
{
	return is_s3 ? store_s3_keep_export(a, key, fd) :
	    store_files_keep_export(a, key, fd);
}

struct str
store_export_path(struct arena *a, struct str key)
{
	const char *path = arena_printf(a, "exports/%.*s", STR_ARG(key)).p;
	struct str in = is_s3 ? s3_signed_path(a, path) :
	    arena_printf(a, "/%s", path);

	return arena_printf(a, "/_pinwall_private%.*s", STR_ARG(in));
}

enum err
store_each_key(struct arena *a, int64_t seconds,
    enum err (*fn)(void *arg, struct str key), void *arg)
{
	return is_s3 ? store_s3_each_key(a, seconds, fn, arg) :
	    store_files_each_key(a, seconds, fn, arg);
}

enum err
store_open_file(struct arena *a, const char *path, int *fd)
{
	return is_s3 ? store_s3_open_file(a, path, fd) :
	    store_files_open_file(a, path, fd);
}

enum err
store_put_file(struct arena *a, const char *path, int fd)
{
	assert(is_s3);
	return store_s3_put_file(a, path, fd);
}

enum err
store_each_file(struct arena *a, store_file_fn *fn, void *arg)
{
	assert(is_s3);
	return store_s3_each_file(a, fn, arg);
}

struct str
store_signed_path(struct arena *a, struct str path)
{
	return is_s3 ? s3_signed_path(a, arena_printf(a, "media/%.*s",
	    STR_ARG(path)).p) : STR_NONE;
}
