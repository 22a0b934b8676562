/* Uploads on their way. */
#include "spool.h"

#include "conf.h"
#include "fd.h"
#include "log.h"
#include "reply.h"

#include <errno.h>
#include <fcntl.h>

static void
close_file(void *arg)
{
	close((int)(intptr_t)arg);
}

int
spool_file(void)
{
	return open(conf.spool_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

enum err
spool_open(struct req *rq, struct upload *out)
{
	int fd = spool_file();

	if (fd < 0)
		return fail(rq, ERR_STORAGE, "%s: %s", conf.spool_dir,
		    strerror(errno));
	arena_defer(rq->mem, close_file, (void *)(intptr_t)fd);
	*out = (struct upload){ fd, 0 };
	return OK;
}

static enum err
write_all(struct req *rq, int fd, struct str bytes)
{
	if (!fd_write(fd, bytes))
		return fail(rq, ERR_STORAGE, "upload: %s", strerror(errno));
	return OK;
}

enum err
spool_bytes(struct req *rq, struct str bytes, struct upload *out)
{
	enum err e = spool_open(rq, out);

	if (e == OK)
		e = write_all(rq, out->fd, bytes);
	out->size = (int64_t)bytes.n;
	if (e == OK && lseek(out->fd, 0, SEEK_SET) != 0)
		return fail(rq, ERR_STORAGE, "upload: %s", strerror(errno));
	return e;
}

enum err
spool_part(struct req *rq, struct multipart *m, struct upload *out)
{
	char *chunk = arena_alloc(rq->mem, MULTIPART_WINDOW);
	enum err e = spool_open(rq, out);
	ssize_t n = 0;

	while (e == OK &&
	    (n = multipart_read(m, chunk, MULTIPART_WINDOW)) > 0) {
		out->size += n;
		if (out->size > conf.upload_max)
			return fail(rq, ERR_TOO_LARGE,
			    "a file may have at most %lld MB",
			    (long long)(conf.upload_max >> 20));
		e = write_all(rq, out->fd,
		    (struct str){ chunk, (size_t)n });
	}
	if (e == OK && n < 0)
		return fail(rq, ERR_INPUT, "the body ended too early");
	if (e == OK && lseek(out->fd, 0, SEEK_SET) != 0)
		return ERR_STORAGE;
	return e;
}
