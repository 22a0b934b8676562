/*
 * What an answer depends on, and what it is called: tags of a route's .reads
 * and of what was asked.
 */
#ifndef INFRA_CACHE_TAGS_H
#define INFRA_CACHE_TAGS_H

#include "ftc.h"
#include "req.h"

/* Fills tags, each with "t:" and with its tag of changes in bulk; returns how
 * many; 0: too many, or it reads nothing.  reads: at most ROUTE_TAGS, or NULL
 * after the last. */
size_t cache_tags_of(struct req *rq, const char *const *reads,
    struct str tags[FTC_TAGS]);
/* What makes this answer, and for whom: FTC_KEY characters. */
void cache_tags_key(struct req *rq, int64_t viewer, char *out);

/* Whether the viewer has something that others may not see. */
void cache_tags_scope(struct req *rq, struct str tags[2]);
void cache_tags_scope_key(struct req *rq, char *out);
/* A part of answers; about: which one. */
void cache_tags_part_key(const char *name, struct str about, char *out);

#endif
