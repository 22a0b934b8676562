/*
 * What an item is in the index: the names of its tags; the words of those
 * tags that are several; the words of its title outside of its hashtags, each
 * as often as it stands there.
 */
#ifndef INFRA_INDEX_WORDS_H
#define INFRA_INDEX_WORDS_H

#include "index_file.h"
#include "text.h"

struct index_words {
	struct str words[INDEX_TERMS]; /* the first `tags` are names of tags */
	int n, tags;
	bool titled; /* the title has words beside its hashtags */
	struct text_word room[INDEX_TERMS];
};

/* tags: names, a line each; may be NONE.  site: an index whose tags are words
 * of titles too, or NULL. */
void index_words_make(struct index_words *w, struct str title, struct str tags,
    const struct index_file *site);
/* The same from what index_words_text gave once; tags as they were then. */
void index_words_read(struct index_words *w, struct str text, struct str tags);
/* All words with spaces between them, appended. */
void index_words_text(const struct index_words *w, struct buf *b);

#endif
