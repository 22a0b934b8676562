/*
 * What happens in Postgres comes into the index.
 *
 * Who changes an item adds a row to index_outbox in the same transaction.  A
 * round takes such rows, reads the items as they are now, puts them, flips,
 * and commits: a process that dies on the way leaves the rows, and setting an
 * item to what it is may be done twice.
 *
 * Every host keeps an index of its own and has rows of its own, by its name
 * (conf.host).  One that was away for an hour begins a new index.
 *
 * A new index is read page by page, with rounds between the pages that go to
 * both, so what changes meanwhile is in the new one too; then it takes the
 * name.  The old one answers until then.
 */
#ifndef INFRA_INDEX_FEED_H
#define INFRA_INDEX_FEED_H

#include "index_words.h"
#include "index_write.h"
#include "work.h"

struct index_feed {
	char path[256];
	struct index_writer *now;  /* what readers ask; NULL: nothing yet */
	struct index_writer *next; /* being made, or NULL */
	bool stale;    /* now is full: changes go to next alone */
	int64_t after; /* last id read for next */
	int64_t items; /* that next has room for, and one larger would */
	int64_t last;  /* id, when it was begun */
	int64_t began;
	struct work work;
	struct index_words words;
};

/* The index of that path; pg and text are open. */
void index_feed_open(struct index_feed *f, const char *path);
void index_feed_close(struct index_feed *f);

/* Says that this host keeps an index; begins a new one if nobody knew that.
 * To be called every few minutes. */
enum err index_feed_host(struct index_feed *f) MUST_CHECK;
/* Tells the index what has changed.  *n: how many items. */
enum err index_feed_round(struct index_feed *f, int *n) MUST_CHECK;
/* Begins a new index. */
enum err index_feed_rebuild(struct index_feed *f) MUST_CHECK;
/* Reads a page for it; finishes it after the last. */
enum err index_feed_page(struct index_feed *f) MUST_CHECK;

#endif
