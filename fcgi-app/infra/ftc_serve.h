/*
 * The part of the guardian that serves rows of Postgres.  See ftc_guard.h.
 */
#ifndef INFRA_FTC_SERVE_H
#define INFRA_FTC_SERVE_H

#include "ftc_guard.h"

#define STR_OF_NUMBER_(n) STR(#n)
#define STR_OF_NUMBER(n) STR_OF_NUMBER_(n)

/* Begins with reading the rows. */
void ftc_serve_begin(struct ftc_guard *g, enum ftc_guard_for serving,
    struct ftc_action *out);
/* An answer came; true: all rows have been served, and out is not set. */
bool ftc_serve_rows(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out);

/* Calls RELEASE for the tags in g->words[1..n]; of a committed one, unless
 * words[n + 2] is set otherwise. */
void ftc_serve_release(struct ftc_guard *g, const struct ftc_event *e,
    size_t n, struct str name, struct ftc_action *out);
/* The tags of a writer as F has them: "LENGTH:TAG" one after the other.  False:
 * that is something else. */
bool ftc_serve_tags(struct str text, struct str tags[FTC_TAGS], size_t *n);

#endif
