/*
 * Names: keys of entries, tags, ETags.
 *
 * Everything enters a key with its kind and its length, so that two different
 * lists of parts never become the same bytes: ("a", "bc") and ("ab", "c"), the
 * number 1 and the text "1", null and "" are different keys.
 */
#ifndef INFRA_FTC_KEY_H
#define INFRA_FTC_KEY_H

#include "ftc.h"

#define FTC_KEY 24  /* characters: "q:" and 16 bytes as base64url */
#define FTC_ETAG 18 /* characters, with the quotes */

/* A value with its kind: 'i' number, 's' text, 'b' bytes, 'n' null ... */
struct ftc_part {
	char kind;
	struct str value;
};

/* The key of an entry: what makes it (build, query) and for whom (scope; must
 * name every viewer that may not see the same), then its parameters in their
 * fixed order. */
void ftc_key(uint64_t build, struct str query, struct str scope,
    const struct ftc_part *parts, size_t n, char out[FTC_KEY + 1]);

/* The strong ETag of an entry: its key, the epoch and the stamps with which it
 * was valid.  In an epoch an entry with these stamps is always the same, and
 * once one of them has changed none is ever valid again; in the next one, of a
 * server that lost data, an old stamp may be back with other data. */
void ftc_key_etag(struct str key, struct str epoch, struct str stamps,
    char out[FTC_ETAG + 1]);

/*
 * Tags: "t:table:column=value" are the rows of a table with that value,
 * "t:table" all of them, and "t:table!" is the tag of changes in bulk: every
 * entry that reads the table depends on it, and nobody but a writer of too
 * many rows touches it.
 *
 * Folds a writer's tags: if there are more than FTC_TAGS, only the tags of
 * their tables in bulk are left.  Their texts, with those of out, are put into
 * room.  Returns their number; 0: there are more than FTC_TAGS tables, or no
 * room.
 */
size_t ftc_key_fold(const struct str *tags, size_t n,
    struct str out[FTC_TAGS], struct buf *room);
/* The bulk tag of the table of a tag. */
void ftc_key_bulk(struct buf *out, struct str tag);

#endif
