/*
 * What a hashtag is: `#` and the run of letters and digits after it, as
 * #([a-zA-Z\dㄱ-힣]+) with Python's re: a-z, A-Z, any Unicode decimal digit,
 * and U+3131 to U+D7A3.
 */
#ifndef CORE_HASHTAG_H
#define CORE_HASHTAG_H

#include "arena.h"

/* The end of the run of such letters that begins at byte `from`; `from`
 * itself if there is none. */
size_t hashtag_end(struct str text, size_t from);
/* text with a space for its hashtags, one where there would be several, in
 * memory of the arena; all of it if it consists of nothing else. */
struct str hashtag_plain(struct arena *a, struct str text);

#endif
