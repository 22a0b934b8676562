/*
 * Asking an index of likeness, from any process.
 *
 * A process opens an index by its path and keeps it; the file is mapped when
 * something is asked and mapped anew when a newer one has taken its name, so
 * it need not be there at the start.  An answer is that of one state of the
 * collection: if the writer flips meanwhile, the question is asked again, and
 * the writer is asked to wait when that happens too often.
 *
 * All functions give ERR_BUSY when there is no index to ask just now: none was
 * made, or its writer died in a flip; who keeps the index makes it anew.
 */
#ifndef INFRA_INDEX_H
#define INFRA_INDEX_H

#include "err.h"
#include "index_hold.h"
#include "index_search.h"

struct index {
	char path[256];
	struct index_file file;
	struct index_hold hold;
	int64_t looked_at; /* when its name was looked at last */
	uint64_t stuck_at; /* seq of a flip that did not end */
	int tries;         /* of the last question: 1 if nothing disturbed it */
};

/* Nothing is read yet.  A path of 255 bytes at most. */
void index_open(struct index *x, const char *path);
void index_close(struct index *x);

/* The ids most like that of one: see index_search.h.  ERR_NOT_FOUND: it is
 * not in there.  It is left out of the hits.  Fills hits, of ask.most,
 * and *n. */
enum err index_similar(struct index *x, int64_t id, struct index_ask ask,
    struct index_hit *hits, int *n) MUST_CHECK;
/* The same for words, of which those that nobody has count for nothing. */
enum err index_query(struct index *x, const struct str *words, int words_n,
    struct index_ask ask, struct index_hit *hits, int *n) MUST_CHECK;

/* Why a hit is one: the words that both have and what each adds to the score,
 * the heaviest first.  Names live until x is asked again. */
struct index_reason {
	struct str word;
	double weight;
};
/* What was asked for: an id, or words if it is 0. */
struct index_asked {
	int64_t id;
	const struct str *words;
	int n;
};
/* hit: its id.  Fills reasons, of INDEX_TERMS, and *n. */
enum err index_reasons(struct index *x, struct index_asked asked, int64_t hit,
    struct index_reason *reasons, int *n) MUST_CHECK;

struct index_stats {
	uint64_t docs, classes, terms, flips, generation;
	uint64_t bytes; /* used of the file */
};
enum err index_stats(struct index *x, struct index_stats *stats) MUST_CHECK;

#endif
