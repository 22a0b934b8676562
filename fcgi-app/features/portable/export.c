/* An account as a zip file. */
#include "archive.h"
#include "files.h"
#include "portable.h"
#include "store.h"

#include <stdio.h>

#define PAGE 500
#define MEMORY (8 << 20) /* what getting one file takes */

struct writing {
	struct req *rq;
	struct arena *mem;
	int64_t account, pictures;
	struct archive zip;
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
begin(struct writing *w)
{
	w->text = tmpfile();
	return w->text != NULL ? OK : fail(w->rq, ERR_STORAGE, "no room");
}

static enum err
end(struct writing *w, const char *name)
{
	return archive_add_text(&w->zip, name, w->text) ? OK :
	    fail(w->rq, ERR_STORAGE, "%s", name);
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

struct picture {
	struct arena *mem;
	const char *path;
};

static int
open_picture(void *arg)
{
	const struct picture *p = arg;
	enum err e;
	int fd;

	arena_reset(p->mem);
	e = store_open_file(p->mem, p->path, &fd);
	if (e == OK)
		return fd;
	fprintf(stderr, "export: %s %s\n", p->path, e == ERR_NOT_FOUND ?
	    "is missing" : "cannot be read now");
	return -1;
}

/* Puts the picture's name into the line, which is an object. */
static enum err
write_picture(struct writing *w, struct str line, struct str files)
{
	struct str ext;
	struct picture *p = arena_alloc(w->rq->mem, sizeof(*p));
	const char *name;

	*p = (struct picture){ w->mem, best_file(w->rq->mem, files, &ext) };
	name = arena_printf(w->rq->mem,
	    "pictures/%06" PRId64 ".%.*s", ++w->pictures, STR_ARG(ext)).p;
	if (!archive_add_file(&w->zip, name, open_picture, p))
		return fail(w->rq, ERR_STORAGE, "%s", name);
	fprintf(w->text, "{\"picture\": \"%s\", %.*s\n", name,
	    (int)line.n - 1, line.p + 1);
	return OK;
}

static enum err
write_row(struct writing *w, const struct row *row, bool pictured)
{
	struct str line = row_text(row, "line"), files = STR_NONE;

	if (pictured)
		files = row_text(row, "files");
	if (files.n > 0)
		return write_picture(w, line, files);
	fprintf(w->text, "%.*s\n", STR_ARG(line));
	return OK;
}

static enum err
write_page(struct writing *w, struct query q, bool pictured, int64_t *last)
{
	struct rows rows;
	struct row row;
	enum err e = pg_rows(w->rq, q, &rows);
	int i;

	*last = 0;
	for (i = 0; i < rows.n && e == OK; i++) {
		row = rows_at(&rows, i);
		e = write_row(w, &row, pictured);
		if (pictured && i == PAGE - 1)
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
		e = write_page(w, s->ask(w->account, last, PAGE), true, &last);
	} while (e == OK && last > 0);
	return e == OK ? end(w, s->name) : e;
}

static enum err
write_plain(struct writing *w, const struct plain *s)
{
	int64_t last;
	enum err e = begin(w);

	if (e == OK)
		e = write_page(w, s->ask(w->account), false, &last);
	return e == OK ? end(w, s->name) : e;
}

static enum err
write_profile(struct writing *w)
{
	struct row row;
	enum err e = begin(w);

	if (e != OK)
		return e;
	fprintf(w->text, "{\"format\": \"pinwall-account\", \"version\": 1}\n");
	e = end(w, "format.json");
	if (e == OK)
		e = begin(w);
	if (e == OK)
		e = pg_row(w->rq, q_portable_profile(w->account), &row);
	if (e == OK)
		e = write_row(w, &row, true);
	return e == OK ? end(w, "profile.json") : e;
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
	return e;
}

enum err
portable_export(struct req *rq, int64_t account, const char *path)
{
	struct writing w = { .rq = rq, .account = account };
	enum err e;

	if (!archive_make(&w.zip, path))
		return fail(rq, ERR_STORAGE, "%s", path);
	w.mem = arena_open(MEMORY);
	e = write_all(&w);
	if (e != OK)
		archive_drop(&w.zip);
	else if (!archive_close(&w.zip))
		e = fail(rq, ERR_STORAGE, "%s", path);
	arena_close(w.mem);
	return e;
}
