/* The writer of an index: batches and flips.  See index_write.h; classes are
 * made in index_class.c. */
#include "index_write.h"

#include "index_bag.h"
#include "index_bound.h"
#include "index_class.h"
#include "index_hold.h"
#include "index_ids.h"
#include "index_names.h"
#include "index_record.h"
#include "index_room.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>

#define BATCH 4096 /* documents; a flip comes by itself after so many */
#define IDS_OF_A_MOVE 8

struct change {
	int64_t id;
	uint32_t was, is;
};

struct index_writer {
	struct index_file file;
	struct index_taken taken;
	struct index_classes classes;
	struct index_hold hold;
	char path[PATH_MAX];
	bool building;
	struct change changes[BATCH];
	int n;
	/* per term: how df will change; and those whose df will, to what */
	int32_t *df_change;
	struct df {
		uint32_t term, df;
	} *terms;
	uint32_t terms_n, terms_room;
	int64_t docs_change;
	uint32_t *joining; /* per class: documents that come in this batch */
};

static void *
sparse(uint64_t n, size_t size)
{
	void *p = mmap(NULL, n * size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Memory beside the file, and the classes that it has. */
static bool
prepare(struct index_writer *w)
{
	const struct index_room *room = &w->file.head->room;

	w->df_change = sparse(room->terms, sizeof(*w->df_change));
	w->joining = sparse(room->classes, sizeof(*w->joining));
	index_hold_open(&w->hold, w->path);
	index_classes_open(&w->classes, &w->file);
	return w->df_change != NULL && w->joining != NULL;
}

static struct index_writer *
writer_new(const char *path, bool building)
{
	struct index_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	snprintf(w->path, sizeof(w->path), "%s", path);
	w->building = building;
	w->taken.fd = -1;
	return w;
}

struct index_writer *
index_write_make(const char *path, enum index_weights weights, uint64_t docs)
{
	struct index_writer *w = writer_new(path, true);
	char name[PATH_MAX + 8];
	int fd;

	snprintf(name, sizeof(name), "%s.new", path);
	docs = docs < 65536 ? 65536 : docs;
	if (index_file_make(&w->file, name, &fd, weights, docs,
	    docs / 2 + 600000)) {
		index_room_open(&w->taken, fd);
		atomic_store(&w->file.head->unfinished, 1);
		if (prepare(w))
			return w;
	}
	index_write_close(w);
	return NULL;
}

struct index_writer *
index_write_open(const char *path)
{
	struct index_writer *w = writer_new(path, false);
	int fd;

	if (index_file_reopen(&w->file, path, &fd)) {
		index_room_open(&w->taken, fd);
		if (prepare(w))
			return w;
	}
	index_write_close(w);
	return NULL;
}

void
index_write_close(struct index_writer *w)
{
	char name[PATH_MAX + 8];

	if (w->df_change != NULL)
		munmap(w->df_change,
		    w->file.head->room.terms * sizeof(*w->df_change));
	if (w->joining != NULL)
		munmap(w->joining,
		    w->file.head->room.classes * sizeof(*w->joining));
	index_classes_close(&w->classes);
	index_hold_close(&w->hold);
	index_file_close(&w->file);
	if (w->taken.fd >= 0)
		close(w->taken.fd);
	snprintf(name, sizeof(name), "%s.new", w->path);
	if (w->building)
		unlink(name);
	free(w->terms);
	free(w);
}

/* --- A batch ----------------------------------------------------------- */

/* The terms of a class gain or lose a document. */
static void
count_terms(struct index_writer *w, uint32_t class, int by)
{
	struct index_term terms[INDEX_TERMS];
	int i, n = index_record_read(&w->file, class, terms);

	for (i = 0; i < n && w->building; i++)
		w->file.term_df[terms[i].term] += (uint32_t)by;
	if (w->building)
		return;
	if (w->terms_n + (uint32_t)n > w->terms_room) {
		w->terms_room = (w->terms_n + (uint32_t)n) * 2;
		w->terms = realloc(w->terms, w->terms_room * sizeof(*w->terms));
		if (w->terms == NULL)
			abort();
	}
	for (i = 0; i < n; i++) {
		w->df_change[terms[i].term] += by;
		w->terms[w->terms_n++].term = terms[i].term;
	}
}

static struct change *
change_of(struct index_writer *w, int64_t id)
{
	int i;

	for (i = w->n - 1; i >= 0; i--)
		if (w->changes[i].id == id)
			return &w->changes[i];
	return NULL;
}

/* Room for what the move of an id into a class may take. */
static bool
take_ids(struct index_writer *w, uint32_t class)
{
	uint64_t soon = IDS_OF_A_MOVE * ((uint64_t)w->n + 2), wanted;
	uint32_t n;

	index_ids_of(&w->file, class, &n);
	n += w->joining[class] + 1;
	wanted = index_ids_wanted(&w->file, class, n);
	if (!index_room_take(&w->taken, &w->file, INDEX_AT_ids,
	    w->file.head->ids_n + wanted + soon))
		return false;
	if (wanted > 0)
		index_ids_widen(&w->file, class, n);
	return true;
}

static bool
take_page(struct index_writer *w, int64_t id)
{
	const struct index_head *h = w->file.head;
	uint64_t slots = h->page_slots_n + index_ids_slots_wanted(&w->file);

	if (index_ids_has_page(&w->file, id))
		return true;
	if (!index_room_take(&w->taken, &w->file, INDEX_AT_pages,
	    (h->pages_n + 1) * INDEX_PAGE) ||
	    !index_room_take(&w->taken, &w->file, INDEX_AT_page_key, slots) ||
	    !index_room_take(&w->taken, &w->file, INDEX_AT_page_at, slots))
		return false;
	index_ids_add_page(&w->file, id);
	return true;
}

/* While building, all is done at once. */
static void
move_now(struct index_writer *w, int64_t id, uint32_t was, uint32_t is)
{
	index_ids_move(&w->file, id, was, is);
	w->file.head->docs += (uint64_t)((is != INDEX_NONE) -
	    (was != INDEX_NONE));
}

static void
move_later(struct index_writer *w, int64_t id, uint32_t was, uint32_t is)
{
	struct change *c = change_of(w, id);

	if (c == NULL) {
		c = &w->changes[w->n++];
		*c = (struct change){ id, was, INDEX_NONE };
	}
	if (c->is != INDEX_NONE)
		w->joining[c->is]--;
	c->is = is;
	if (is != INDEX_NONE)
		w->joining[is]++;
	w->docs_change += (is != INDEX_NONE) - (was != INDEX_NONE);
}

/* The document gets another class; room for it is there. */
static void
move(struct index_writer *w, int64_t id, uint32_t was, uint32_t is)
{
	if (was != INDEX_NONE)
		count_terms(w, was, -1);
	if (is != INDEX_NONE)
		count_terms(w, is, 1);
	if (w->building)
		move_now(w, id, was, is);
	else
		move_later(w, id, was, is);
}

/* The class that the document has in this batch. */
static uint32_t
class_now(struct index_writer *w, int64_t id)
{
	const struct change *c = change_of(w, id);

	return c != NULL ? c->is : index_ids_class(&w->file, id);
}

static void
begin(struct index_writer *w)
{
	if (w->n == BATCH)
		index_write_flip(w);
	atomic_store(&w->file.head->unfinished, 1);
}

/* The terms of a text, made if they are new.  False: no room for them. */
static bool
gather_words(struct index_writer *w, const struct str *words, int n,
    struct index_bag *bag)
{
	uint32_t term;
	int i;

	index_bag_open(bag);
	for (i = 0; i < n; i++) {
		if (words[i].n == 0 || words[i].n > INDEX_NAME)
			continue;
		term = index_names_find(&w->file, words[i]);
		if (term == INDEX_NONE && index_bag_is_full(bag))
			continue;
		if (term == INDEX_NONE &&
		    !index_class_term(&w->file, &w->taken, words[i], &term))
			return false;
		index_bag_add(bag, term);
	}
	index_bag_close(bag);
	return true;
}

bool
index_write_put(struct index_writer *w, int64_t id, const struct str *words,
    int n)
{
	struct index_bag bag;
	uint32_t was, is;

	begin(w);
	if (!gather_words(w, words, n, &bag) ||
	    !index_class_get(&w->classes, &w->file, &w->taken, bag.terms,
	    bag.n, &is))
		return false;
	was = class_now(w, id);
	if (was == is)
		return true;
	if (!take_page(w, id) || !take_ids(w, is))
		return false;
	move(w, id, was, is);
	return true;
}

void
index_write_remove(struct index_writer *w, int64_t id)
{
	uint32_t was;

	begin(w);
	was = class_now(w, id);
	if (was != INDEX_NONE)
		move(w, id, was, INDEX_NONE);
}

bool
index_write_tag(struct index_writer *w, struct str name)
{
	uint32_t term;

	if (name.n == 0 || name.n > INDEX_NAME)
		return true;
	if (!index_class_term(&w->file, &w->taken, name, &term))
		return false;
	index_names_mark(&w->file, term);
	return true;
}

/* --- A flip ------------------------------------------------------------ */

/* The terms of the batch, each once, without those that stay. */
static void
gather_terms(struct index_writer *w)
{
	uint32_t i, n = 0, term;

	for (i = 0; i < w->terms_n; i++) {
		term = w->terms[i].term;
		if (w->df_change[term] == 0)
			continue;
		w->terms[n++] = (struct df){ term, w->file.term_df[term] +
		    (uint32_t)w->df_change[term] };
		w->df_change[term] = 0;
	}
	w->terms_n = n;
}

/* Bounds that hold for the old state and the new one. */
static void
lower_bounds(struct index_writer *w)
{
	struct index_file *f = &w->file;
	uint32_t i;
	int c;

	for (i = 0; i < w->terms_n; i++)
		index_bound_term_grows(f, w->terms[i].term,
		    index_bound_term(f, w->terms[i].df));
	index_bound_docs_change(f, index_bound_docs(f,
	    f->head->docs + (uint64_t)w->docs_change));
	for (c = 0; c < w->n; c++)
		if (w->changes[c].is != INDEX_NONE)
			f->class_bound[w->changes[c].is] =
			    index_bound_of(f, w->changes[c].is);
}

/* Readers of the old state are asked to have finished; those who have not find
 * out at their end. */
static void
show(struct index_writer *w)
{
	struct index_file *f = &w->file;
	struct index_head *h = f->head;
	uint32_t i;
	int c;

	index_hold_obey(&w->hold);
	atomic_fetch_add_explicit(&h->seq, 1, memory_order_acq_rel);
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < w->terms_n; i++) {
		atomic_store_explicit(&f->term_df[w->terms[i].term],
		    w->terms[i].df, memory_order_relaxed);
		atomic_store_explicit(&f->term_log[w->terms[i].term],
		    index_bound_term(f, w->terms[i].df),
		    memory_order_relaxed);
	}
	h->docs += (uint64_t)w->docs_change;
	h->log_docs = index_bound_docs(f, h->docs);
	for (c = 0; c < w->n; c++)
		index_ids_move(f, w->changes[c].id, w->changes[c].was,
		    w->changes[c].is);
	atomic_thread_fence(memory_order_seq_cst);
	atomic_fetch_add_explicit(&h->seq, 1, memory_order_acq_rel);
}

/* Classes that nobody is in any more drop out of every scan. */
static void
clear(struct index_writer *w)
{
	struct index_file *f = &w->file;
	uint32_t class, n;
	int c;

	for (c = 0; c < w->n; c++) {
		if (w->changes[c].is != INDEX_NONE)
			w->joining[w->changes[c].is] = 0;
		class = w->changes[c].was;
		if (class == INDEX_NONE)
			continue;
		index_ids_of(f, class, &n);
		if (n == 0)
			f->class_bound[class] = 0;
	}
	w->n = 0;
	w->terms_n = 0;
	w->docs_change = 0;
}

void
index_write_flip(struct index_writer *w)
{
	if (w->building)
		return;
	gather_terms(w);
	if (w->n > 0) {
		lower_bounds(w);
		show(w);
		clear(w);
		w->file.head->flips++;
		index_bound_tighten(&w->file);
	}
	index_file_seal(&w->file);
}

/* --- A new file -------------------------------------------------------- */

bool
index_write_publish(struct index_writer *w)
{
	struct index_file *f = &w->file;
	int old = open(w->path, O_RDWR | O_CLOEXEC);
	char name[PATH_MAX + 8];
	bool renamed;
	uint32_t term;

	for (term = 0; term < f->head->terms; term++)
		f->term_log[term] = index_bound_term(f, f->term_df[term]);
	f->head->log_docs = index_bound_docs(f, f->head->docs);
	index_bound_all(f);
	index_file_seal(f);
	snprintf(name, sizeof(name), "%s.new", w->path);
	renamed = rename(name, w->path) == 0;
	if (!renamed)
		log_error("index file=%s reason=%s", w->path, strerror(errno));
	else
		w->building = false;
	if (renamed && old >= 0)
		index_file_supersede(old);
	if (old >= 0)
		close(old);
	return renamed;
}

void
index_write_progress(struct index_writer *w, uint64_t done, uint64_t of)
{
	atomic_store(&w->file.head->progress_of, of);
	atomic_store(&w->file.head->progress, done);
}

const struct index_file *
index_write_file(const struct index_writer *w)
{
	return &w->file;
}

uint64_t
index_write_wants(const struct index_writer *w)
{
	const struct index_head *h = w->file.head;
	const struct index_room *r = &h->room;

	if (h->classes > 65536 && h->inhabited_n < h->classes / 3 * 2)
		return r->classes;
	return h->classes > r->classes / 5 * 4 || h->terms > r->terms / 5 * 4 ||
	    h->records_n > r->records / 5 * 4 ||
	    h->postings_n > r->postings / 5 * 4 ||
	    h->ids_n > r->ids / 5 * 4 || h->names_n > r->names / 5 * 4 ||
	    h->pages_n * INDEX_PAGE > r->pages / 5 * 4 ? 2 * r->classes : 0;
}
