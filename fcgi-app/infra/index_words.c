/* What an item is in the index.  See index_words.h. */
#include "index_words.h"

#include "hashtag.h"
#include "index_names.h"

#define TITLE 4096 /* bytes; longer ones keep their hashtags */

static void
add_tags(struct index_words *w, struct str tags)
{
	size_t from, to;

	for (from = 0; from < tags.n && w->n < INDEX_TERMS; from = to + 1) {
		to = str_find(tags, '\n', from);
		if (!text_normal(str_sub(tags, from, to), &w->room[w->n]))
			continue;
		w->words[w->n] = text_word_str(&w->room[w->n]);
		w->n++;
	}
	w->tags = w->n;
}

static bool
is_tag(void *of, struct str word)
{
	const struct index_file *site = of;
	uint32_t term = index_names_find(site, word);

	return term != INDEX_NONE && index_names_is_tag(site, term);
}

static void
add_words(struct index_words *w, struct str text,
    const struct text_more *more)
{
	size_t i, n = text_words(text, more, &w->room[w->n],
	    (size_t)(INDEX_TERMS - w->n));

	for (i = 0; i < n; i++, w->n++)
		w->words[w->n] = text_word_str(&w->room[w->n]);
}

/* A tag of several words is alike to what has these. */
static void
add_parts_of_tags(struct index_words *w)
{
	int i, before;

	for (i = 0; i < w->tags; i++) {
		before = w->n;
		add_words(w, w->words[i], NULL);
		if (w->n - before < 2)
			w->n = before;
	}
}

/* The title with spaces for its hashtags, which the tags stand for. */
static struct str
without_hashtags(struct str title, char *room, size_t most)
{
	size_t at, end;

	if (title.n > most)
		return title;
	memcpy(room, title.p, title.n);
	for (at = 0; (at = str_find(title, '#', at)) < title.n; at = end) {
		end = hashtag_end(title, at + 1);
		memset(room + at, ' ', end - at);
	}
	return (struct str){ room, title.n };
}

void
index_words_make(struct index_words *w, struct str title, struct str tags,
    const struct index_file *site)
{
	struct text_more more = { is_tag, (void *)(uintptr_t)site };
	char room[TITLE];
	int before;

	w->n = 0;
	add_tags(w, tags);
	add_parts_of_tags(w);
	before = w->n;
	add_words(w, without_hashtags(title, room, TITLE),
	    site != NULL ? &more : NULL);
	w->titled = w->n > before;
}

void
index_words_read(struct index_words *w, struct str text, struct str tags)
{
	size_t from, to;

	w->n = 0;
	add_tags(w, tags);
	w->n = 0;
	for (from = 0; from < text.n && w->n < INDEX_TERMS; from = to + 1) {
		to = str_find(text, ' ', from);
		w->words[w->n++] = str_sub(text, from, to);
	}
}

void
index_words_text(const struct index_words *w, struct buf *b)
{
	int i;

	for (i = 0; i < w->n; i++) {
		if (i > 0)
			buf_byte(b, ' ');
		buf_str(b, w->words[i]);
	}
}
