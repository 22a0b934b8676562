/*
 * The sentences that people read, in their language.
 *
 * English is written where a sentence arises; words.def has the Korean for
 * each, and a test finds sentences that it lacks.  A sentence may be a printf
 * format; both languages take the same arguments.
 */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include "req.h"

/* english in the language asked for, or itself where words.def lacks it. */
const char *words_in(enum lang lang, const char *english)
    __attribute__((format_arg(2)));
/* The language that an Accept-Language header prefers (RFC 9110 12.5.4). */
enum lang words_lang(struct str accept_language);
/* Calls fn for each pair; for tests. */
void words_each(void (*fn)(const char *en, const char *ko, void *arg),
    void *arg);

#endif
