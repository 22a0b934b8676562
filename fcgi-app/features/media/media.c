/*
 * The life of a picture's files after its upload.
 *
 * image_rest   makes the sizes that the upload did not wait for
 * free_media   removes the files of a picture whose row is gone
 * sweep_orphans  removes files and uploads that belong to no row: what a
 *              process that was killed left behind
 *
 * A file is removed only after its row was, in a transaction that is over, so
 * a row always has its files.  While a backup is made none is removed, as it
 * has files of rows that were there when it began.
 */
#include "app.h"
#include "files.h"
#include "image.h"
#include "store.h"

#include <unistd.h>

static void
close_file(void *arg)
{
	close((int)(intptr_t)arg);
}

/* Appends " NAME=WxH.EXT". */
static void
list_file(struct buf *b, struct str name, struct str ext, int64_t width,
    int64_t height)
{
	buf_printf(b, " %.*s=%" PRId64 "x%" PRId64 ".%.*s", STR_ARG(name),
	    width, height, STR_ARG(ext));
}

/* The whole list, narrowest first and the original last: the order in which
 * image_make gives files, with those that were there already put in. */
static struct str
merge(struct req *rq, struct str old, const struct image *made)
{
	struct file_name f = { .width = INT64_MAX };
	struct str rest, key = files_key(old, &rest), list;
	bool have = files_next(&rest, &f);
	struct buf b;
	int i;

	buf_open(&b, 1000);
	buf_str(&b, key);
	for (i = 0; i < made->nfiles; i++) {
		const struct image_file *m = &made->files[i];

		if (have && (f.width < m->width ||
		    strcmp(m->name, "original") == 0)) {
			list_file(&b, f.name, f.ext, f.width, f.height);
			have = files_next(&rest, &f);
		}
		list_file(&b, str_of(m->name), str_of(m->ext), m->width,
		    m->height);
	}
	list = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
	return list;
}

static enum err
put_all(struct req *rq, struct str key, const struct image *made)
{
	enum err e = OK;
	int i;

	for (i = 0; i < made->nfiles && e == OK; i++) {
		const struct image_file *m = &made->files[i];
		struct file_name name = { str_of(m->name), str_of(m->ext),
			m->width, m->height };

		e = store_put(rq->mem, key, &name, m->bytes);
	}
	return e;
}

#define TRY_AGAIN_S 60

/* Until the transaction ends. */
static enum err
may_remove(struct req *rq, bool *may)
{
	struct row row;
	enum err e = pg_row(rq, q_media_may_remove(), &row);

	if (e == OK)
		*may = row_bool(&row, "may");
	return e;
}

/* Makes the other sizes of the picture job->arg. */
enum err
media_rest_job(struct req *rq, const struct job_row *job)
{
	struct image made;
	struct row row;
	struct str files, rest, key;
	const char *why = NULL;
	bool may = false;
	enum err e = pg_row(rq, q_media_incomplete(job->arg), &row);
	int fd;

	if (e == ERR_NOT_FOUND)
		return OK; /* deleted meanwhile, or done before */
	if (e != OK)
		return e;
	files = row_text(&row, "files");
	key = files_key(files, &rest);
	fd = store_open_upload(rq->mem, key);
	if (fd < 0)
		return fail(rq, ERR_STORAGE, "upload %.*s is gone",
		    STR_ARG(key));
	arena_defer(rq->mem, close_file, (void *)(intptr_t)fd);
	e = image_make(rq->mem, fd, IMAGE_REST, &made, &why);
	if (e == OK)
		e = put_all(rq, key, &made);
	if (e == OK)
		e = pg_run(rq, q_media_complete(job->arg,
		    merge(rq, files, &made)), NULL);
	/* The upload goes only when nobody can need it again: not a backup
	 * either, which then sees that all sizes are made.  Else it is left to
	 * the sweep. */
	if (e == OK)
		e = may_remove(rq, &may);
	if (e == OK)
		e = pg_commit(rq);
	if (e == OK && may)
		store_drop_upload(rq->mem, key);
	return e;
}

/* Removes the files listed in {"files": "..."}. */
enum err
media_free_job(struct req *rq, const struct job_row *job)
{
	const struct str begin = STR("{\"files\" : \"");
	struct str files = str_sub(job->data, begin.n, job->data.n), rest;
	bool may = false;
	enum err e = may_remove(rq, &may);

	if (e != OK)
		return e;
	if (!may)
		return job_later(rq, JOB_FREE_MEDIA, job, TRY_AGAIN_S);
	if (!str_starts(job->data, begin))
		return fail(rq, ERR_INTERNAL, "free_media without files");
	return store_remove(rq->mem, files_key(files, &rest));
}

#define SWEEP_BATCH 200
#define SWEEP_AGE_S 3600

struct sweep {
	struct req *rq;
	struct str keys[SWEEP_BATCH];
	int n, removed;
};

static bool
find(const struct rows *known, struct str key, struct row *row)
{
	int i;

	for (i = 0; i < known->n; i++) {
		*row = rows_at(known, i);
		if (str_eq(row_text(row, "key"), key))
			return true;
	}
	return false;
}

/* A picture whose sizes are all made needs its upload no longer: the job that
 * made them may have ended between its commit and the removal. */
static enum err
sweep_one(struct sweep *s, const struct rows *known, struct str key)
{
	struct row row;

	if (!find(known, key, &row)) {
		s->removed++;
		return store_remove(s->rq->mem, key);
	}
	if (row_bool(&row, "complete"))
		store_drop_upload(s->rq->mem, key);
	return OK;
}

static enum err
sweep_batch(struct sweep *s)
{
	struct rows known;
	enum err e = pg_rows(s->rq, q_media_known(
	    (struct texts){ s->keys, s->n }), &known);
	int i;

	for (i = 0; i < s->n && e == OK; i++)
		e = sweep_one(s, &known, s->keys[i]);
	s->n = 0;
	return e;
}

static enum err
sweep_key(void *arg, struct str key)
{
	struct sweep *s = arg;

	s->keys[s->n++] = arena_dup(s->rq->mem, key);
	return s->n == SWEEP_BATCH ? sweep_batch(s) : OK;
}

enum err
media_sweep_job(struct req *rq, const struct job_row *job)
{
	struct sweep *s = arena_zalloc(rq->mem, sizeof(*s));
	bool may = false;
	enum err e = may_remove(rq, &may);

	if (e != OK || !may)
		return e; /* its next time comes */
	/* arg: another age, in seconds; for an operator in a hurry */
	s->rq = rq;
	e = store_each_key(rq->mem, job->arg > 0 ? job->arg : SWEEP_AGE_S,
	    sweep_key, s);
	if (e == OK && s->n > 0)
		e = sweep_batch(s);
	if (s->removed > 0)
		log_info("sweep removed=%d", s->removed);
	return e;
}
