/* An account as a zip file. */
#include "files.h"
#include "pack.h"
#include "portable.h"
#include "spool.h"
#include "store.h"
#include "work.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define PAGE 200
#define MEMORY (8 << 20) /* what getting one file takes */

struct writing {
	struct req rq;
	struct work work;
	struct arena *mem;
	int64_t account, pictures;
	struct pack zip;
	FILE *text; /* of the member at work */
};

/* Sections whose rows may have a picture, in the order in which pictures are
 * numbered; and those that have none. */
static const struct paged {
	const char *name;
	struct query (*ask)(int64_t account, int64_t after, int64_t n);
} paged[] = {
	{ "pins.jsonl", q_portable_pins },
	{ "styles.jsonl", q_portable_styles },
	{ "style_pictures.jsonl", q_portable_style_pictures },
	{ "boards.jsonl", q_portable_boards },
	{ NULL, NULL },
};

static const struct plain {
	const char *name;
	struct query (*ask)(int64_t account);
} plain[] = {
	{ "pin_tags.jsonl", q_portable_pin_tags },
	{ "sections.jsonl", q_portable_sections },
	{ "board_items.jsonl", q_portable_board_items },
	{ "covers.jsonl", q_portable_covers },
	{ "members.jsonl", q_portable_members },
	{ "comments.jsonl", q_portable_comments },
	{ "likes.jsonl", q_portable_likes },
	{ "bookmarks.jsonl", q_portable_bookmarks },
	{ "follows.jsonl", q_portable_follows },
	{ "tag_follows.jsonl", q_portable_tag_follows },
	{ "blocks.jsonl", q_portable_blocks },
	{ "mutes.jsonl", q_portable_mutes },
	{ NULL, NULL },
};

static enum err
broken(struct writing *w, const char *name)
{
	return fail(&w->rq, ERR_STORAGE, "%s: %s", name, strerror(errno));
}

static enum err
begin(struct writing *w)
{
	int fd = spool_file();

	w->text = fd >= 0 ? fdopen(fd, "w+") : NULL;
	return w->text != NULL ? OK : broken(w, conf.spool_dir);
}

/* e: how writing it went. */
static enum err
end(struct writing *w, const char *name, enum err e)
{
	bool good = e == OK && fflush(w->text) == 0 && !ferror(w->text) &&
	    lseek(fileno(w->text), 0, SEEK_SET) == 0 &&
	    pack_add(&w->zip, name, fileno(w->text), false);

	if (e == OK && !good)
		e = broken(w, name);
	fclose(w->text);
	return e;
}

/* The file that a picture is kept by: the original; what was uploaded, while
 * that is not made. */
static const char *
best_file(struct arena *a, struct str files, struct str *ext)
{
	struct str rest, key = files_key(files, &rest);
	struct file_name f;

	while (files_next(&rest, &f))
		if (str_eq(f.name, STR("original"))) {
			*ext = f.ext;
			return arena_printf(a, "media/%.2s/%.*s/original.%.*s",
			    key.p, STR_ARG(key), STR_ARG(f.ext)).p;
		}
	*ext = STR("upload");
	return arena_printf(a, "spool/%.*s", STR_ARG(key)).p;
}

static enum err
open_picture(struct writing *w, struct str files, struct str *ext, int *fd)
{
	const char *path = best_file(w->mem, files, ext);
	enum err e = store_open_file(w->mem, path, fd);

	if (e != OK)
		log_error("export: %s %s", path, e == ERR_NOT_FOUND ?
		    "is missing" : "cannot be read now");
	return e == OK ? OK : fail(&w->rq, e, "%s", path);
}

/* Puts the picture's name into the line, which is an object. */
static enum err
write_picture(struct writing *w, struct str line, struct str files)
{
	struct str ext;
	const char *name;
	enum err e;
	bool good;
	int fd;

	arena_reset(w->mem);
	e = open_picture(w, files, &ext, &fd);
	if (e != OK)
		return e;
	name = arena_printf(w->mem, "pictures/%06" PRId64 ".%.*s",
	    ++w->pictures, STR_ARG(ext)).p;
	good = pack_add(&w->zip, name, fd, true);
	close(fd);
	if (!good)
		return broken(w, name);
	fprintf(w->text, "{\"picture\": \"%s\", %.*s\n", name,
	    (int)line.n - 1, line.p + 1);
	return OK;
}

static enum err
write_line(void *arg, const struct row *row)
{
	struct writing *w = arg;

	fprintf(w->text, "%.*s\n", STR_ARG(row_text(row, "line")));
	return OK;
}

static enum err
write_row(struct writing *w, const struct row *row)
{
	struct str files = row_text(row, "files");

	return files.n > 0 ?
	    write_picture(w, row_text(row, "line"), files) :
	    write_line(w, row);
}

/* Rows from the place *last on; *last: where the next page begins, 0: there is
 * none. */
static enum err
write_page(struct writing *w, struct query q, int64_t *last)
{
	struct rows rows;
	struct row row;
	enum err e;
	int i;

	work_go_on(&w->work, &w->rq);
	e = pg_rows(&w->rq, q, &rows);
	*last = 0;
	for (i = 0; i < rows.n && e == OK; i++) {
		row = rows_at(&rows, i);
		e = write_row(w, &row);
		if (i == PAGE - 1)
			*last = row_int(&row, "id");
	}
	return e;
}

static enum err
write_paged(struct writing *w, const struct paged *s)
{
	int64_t last = 0;
	enum err e = begin(w);

	if (e != OK)
		return e;
	do {
		e = write_page(w, s->ask(w->account, last, PAGE), &last);
	} while (e == OK && last > 0);
	return end(w, s->name, e);
}

static enum err
write_plain(struct writing *w, const struct plain *s)
{
	enum err e = begin(w);

	if (e != OK)
		return e;
	work_go_on(&w->work, &w->rq);
	return end(w, s->name, pg_each(&w->rq, s->ask(w->account),
	    write_line, w));
}

static enum err
write_profile(struct writing *w)
{
	struct row row;
	enum err e = begin(w);

	if (e != OK)
		return e;
	fprintf(w->text, "{\"format\": \"pinwall-account\", \"version\": 1}\n");
	e = end(w, "format.json", OK);
	if (e == OK)
		e = begin(w);
	if (e != OK)
		return e;
	e = pg_row(&w->rq, q_portable_profile(w->account), &row);
	if (e == OK)
		e = write_row(w, &row);
	return end(w, "profile.json", e);
}

static enum err
write_all(struct writing *w)
{
	const struct paged *s;
	const struct plain *p;
	enum err e = write_profile(w);

	for (s = paged; e == OK && s->name != NULL; s++)
		e = write_paged(w, s);
	for (p = plain; e == OK && p->name != NULL; p++)
		e = write_plain(w, p);
	if (e == OK && !pack_end(&w->zip))
		e = broken(w, "its end");
	return pg_finish(&w->rq, e);
}

/* For the transactions to come. */
static enum err
see_one_moment(struct writing *w, bool one)
{
	struct row row;

	work_begin(&w->work, &w->rq, "export");
	return pg_finish(&w->rq, pg_row(&w->rq, q_portable_snapshot(one),
	    &row));
}

static enum err
write_at_once(struct writing *w)
{
	enum err after, e = see_one_moment(w, true);

	if (e != OK)
		return e;
	work_begin(&w->work, &w->rq, "export");
	e = write_all(w);
	after = see_one_moment(w, false);
	return e == OK ? after : e;
}

enum err
portable_export(int64_t account, int fd)
{
	struct writing w = { .account = account };
	enum err e;

	work_open(&w.work, MEMORY);
	w.mem = arena_open(MEMORY);
	work_begin(&w.work, &w.rq, "export");
	e = pack_open(&w.zip, fd) ? write_at_once(&w) :
	    broken(&w, conf.spool_dir);
	pack_close(&w.zip);
	arena_close(w.mem);
	work_close(&w.work);
	return e;
}
