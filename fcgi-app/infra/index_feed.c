/* From Postgres to the index.  See index_feed.h. */
#include "index_feed.h"

#include "arena.h"
#include "clock.h"
#include "conf.h"
#include "log.h"
#include "pg.h"
#include "reply.h"

#define ROUND 1000           /* items at once, so that a flip comes soon */
#define PAGE 2000            /* items of a page of a new index */
#define MEMORY (64 << 20)

void
index_feed_open(struct index_feed *f, const char *path)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->path, sizeof(f->path), "%s", path);
	work_open(&f->work, MEMORY);
	f->now = index_write_open(path);
}

void
index_feed_close(struct index_feed *f)
{
	if (f->next != NULL)
		index_write_close(f->next);
	if (f->now != NULL)
		index_write_close(f->now);
	work_close(&f->work);
}

/* The index whose tags are words: the newest that is whole. */
static const struct index_file *
site_of(const struct index_feed *f)
{
	const struct index_writer *w = f->now != NULL ? f->now : f->next;

	return w != NULL ? index_write_file(w) : NULL;
}

/* --- One document ------------------------------------------------------ */

static bool
put_into(struct index_writer *w, int64_t id, const struct index_words *words)
{
	int i;

	for (i = 0; i < words->tags; i++)
		if (!index_write_tag(w, words->words[i]))
			return false;
	return index_write_put(w, id, words->words, words->n);
}

/* A new index that has no room is given up; a larger one is begun later. */
static void
give_up_next(struct index_feed *f)
{
	log_error("index path=%s reason=no room for a new one", f->path);
	index_write_close(f->next);
	f->next = NULL;
	f->items *= 2;
}

static void
put(struct index_feed *f, int64_t id, bool only_next)
{
	if (f->now != NULL && !f->stale && !only_next &&
	    !put_into(f->now, id, &f->words)) {
		log_warn("index path=%s reason=full", f->path);
		f->stale = true;
	}
	if (f->next != NULL && !put_into(f->next, id, &f->words))
		give_up_next(f);
}

static void
remove_one(struct index_feed *f, int64_t id)
{
	if (f->now != NULL && !f->stale)
		index_write_remove(f->now, id);
	if (f->next != NULL)
		index_write_remove(f->next, id);
}

/* --- Words that are kept ----------------------------------------------- */

/* Items whose words are new, and those that have none any more. */
struct kept {
	int64_t items[PAGE], gone[PAGE];
	struct str words[PAGE];
	int n, gone_n;
};

static void
keep(struct req *rq, struct kept *k, int64_t id, const struct index_words *w)
{
	struct buf b;

	buf_open(&b, 1 << 20);
	index_words_text(w, &b);
	k->items[k->n] = id;
	k->words[k->n++] = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
}

static enum err
store(struct req *rq, const struct kept *k)
{
	enum err e = OK;

	if (k->n > 0)
		e = pg_run(rq, q_index_store(
		    (struct int8s){ k->items, k->n },
		    (struct texts){ k->words, k->n },
		    (int64_t)text_version()), NULL);
	if (e == OK && k->gone_n > 0)
		e = pg_run(rq, q_index_forget((struct int8s){ k->gone,
		    k->gone_n }), NULL);
	return e;
}

/* --- A round ----------------------------------------------------------- */

/* Ids of rows; 0 among them asks for a new index. */
static int
take_ids(const struct rows *rows, int64_t *ids, bool *rebuild)
{
	struct row row;
	int64_t id;
	int i, n = 0;

	for (i = 0; i < rows->n; i++) {
		row = rows_at(rows, i);
		id = row_int(&row, "item");
		if (id > 0)
			ids[n++] = id;
		else
			*rebuild = true;
	}
	return n;
}

static void
apply(struct index_feed *f, struct req *rq, const struct rows *rows,
    struct kept *k)
{
	struct row row;
	int64_t id;
	int i;

	for (i = 0; i < rows->n; i++) {
		row = rows_at(rows, i);
		id = row_int(&row, "id");
		if (!row_bool(&row, "visible")) {
			remove_one(f, id);
			k->gone[k->gone_n++] = id;
			continue;
		}
		index_words_make(&f->words, row_text(&row, "title"),
		    row_text(&row, "tags"), site_of(f));
		put(f, id, false);
		keep(rq, k, id, &f->words);
	}
	if (f->now != NULL && !f->stale)
		index_write_flip(f->now);
}

static enum err
read_and_apply(struct index_feed *f, struct req *rq, int64_t *ids, int n)
{
	struct kept *k = arena_alloc(rq->mem, sizeof(*k));
	struct rows rows;
	enum err e;

	k->n = k->gone_n = 0;
	e = pg_rows(rq, q_index_read((struct int8s){ ids, n }), &rows);
	if (e != OK)
		return e;
	apply(f, rq, &rows, k);
	return store(rq, k);
}

/* Is a new index wanted?  One for more items than the old one had room for,
 * if that was too little. */
static bool
is_wanted(struct index_feed *f, bool asked)
{
	int64_t room = f->now == NULL ? 0 : (int64_t)index_write_wants(f->now);

	f->items = f->items > room ? f->items : room;
	return asked || f->stale || f->now == NULL || room > 0;
}

enum err
index_feed_round(struct index_feed *f, int *n)
{
	bool rebuild = false;
	struct rows rows;
	struct req rq;
	int64_t *ids;
	enum err e;

	*n = 0;
	work_begin(&f->work, &rq, "index");
	e = pg_rows(&rq, q_index_take(ROUND, str_of(conf.host)), &rows);
	if (e == OK && rows.n > 0) {
		ids = arena_alloc(rq.mem, (size_t)rows.n * sizeof(*ids));
		*n = take_ids(&rows, ids, &rebuild);
		if (*n > 0)
			e = read_and_apply(f, &rq, ids, *n);
	}
	e = pg_finish(&rq, e);
	if (e == OK && f->next == NULL && is_wanted(f, rebuild))
		e = index_feed_rebuild(f);
	return e;
}

/* --- This host --------------------------------------------------------- */

/* Until every transaction is over that may not have known it. */
static enum err
wait_for_others(struct index_feed *f, int64_t xid)
{
	int64_t oldest = 0;
	struct req rq;
	struct row row;
	enum err e;

	do {
		work_begin(&f->work, &rq, "index");
		e = pg_row(&rq, q_guard_oldest(), &row);
		if (e == OK)
			oldest = row_int(&row, "xid");
		e = pg_finish(&rq, e);
		if (e == OK && oldest < xid)
			pg_wait(20);
	} while (e == OK && oldest < xid);
	return e;
}

enum err
index_feed_host(struct index_feed *f)
{
	bool fresh = false;
	int64_t xid = 0;
	struct req rq;
	struct row row;
	enum err e;

	work_begin(&f->work, &rq, "index");
	e = pg_row(&rq, q_index_register(str_of(conf.host)), &row);
	if (e == OK) {
		fresh = row_bool(&row, "fresh");
		xid = row_int(&row, "xid");
		e = pg_run(&rq, q_index_forget_hosts(), NULL);
	}
	e = pg_finish(&rq, e);
	if (e == OK && fresh) {
		log_info("index host=%s is new", conf.host);
		e = wait_for_others(f, xid);
	}
	return e == OK && fresh ? index_feed_rebuild(f) : e;
}

/* --- A new index ------------------------------------------------------- */

enum err
index_feed_rebuild(struct index_feed *f)
{
	struct req rq;
	struct row row = { 0 };
	enum err e;

	if (f->next != NULL)
		index_write_close(f->next);
	f->next = NULL;
	work_begin(&f->work, &rq, "index");
	e = pg_row(&rq, q_index_size(), &row);
	if (e != OK)
		return pg_finish(&rq, e);
	f->last = row_int(&row, "last");
	f->items = f->items > 2 * f->last ? f->items : 2 * f->last;
	e = pg_finish(&rq, OK);
	if (e != OK)
		return e;
	f->after = 0;
	f->began = clock_mono();
	f->next = index_write_make(f->path, INDEX_TFIDF, (uint64_t)f->items);
	return f->next != NULL ? OK : ERR_STORAGE;
}

static enum err
finish(struct index_feed *f)
{
	const struct index_head *h = index_write_file(f->next)->head;

	if (!index_write_publish(f->next)) {
		index_write_close(f->next);
		f->next = NULL;
		return ERR_STORAGE;
	}
	log_info("index path=%s items=%llu classes=%u terms=%u us=%lld",
	    f->path, (unsigned long long)h->docs, h->classes, h->terms,
	    (long long)(clock_mono() - f->began));
	if (f->now != NULL)
		index_write_close(f->now);
	f->now = f->next;
	f->next = NULL;
	f->stale = false;
	f->items = 0;
	return OK;
}

static void
read_page(struct index_feed *f, struct req *rq, const struct rows *rows,
    struct kept *k)
{
	int64_t version = (int64_t)text_version();
	struct row row;
	int i;

	for (i = 0; i < rows->n && f->next != NULL; i++) {
		row = rows_at(rows, i);
		f->after = row_int(&row, "id");
		if (!row_is_null(&row, "version") &&
		    row_int(&row, "version") == version) {
			index_words_read(&f->words, row_text(&row, "words"),
			    row_text(&row, "tags"));
		} else {
			index_words_make(&f->words, row_text(&row, "title"),
			    row_text(&row, "tags"), site_of(f));
			keep(rq, k, f->after, &f->words);
		}
		put(f, f->after, true);
	}
}

enum err
index_feed_page(struct index_feed *f)
{
	struct kept *k;
	struct rows rows;
	struct req rq;
	enum err e;

	work_begin(&f->work, &rq, "index");
	k = arena_alloc(rq.mem, sizeof(*k));
	k->n = k->gone_n = 0;
	e = pg_rows(&rq, q_index_page(f->after, PAGE), &rows);
	if (e == OK) {
		read_page(f, &rq, &rows, k);
		e = store(&rq, k);
	}
	e = pg_finish(&rq, e);
	if (e == OK && f->next != NULL) {
		index_write_progress(f->next, (uint64_t)f->after,
		    (uint64_t)f->last);
		if (rows.n < PAGE)
			e = finish(f);
	}
	return e;
}
