/*
 * The tags that an answer depends on: of a route's .reads and what was asked.
 */
#ifndef INFRA_CACHE_TAGS_H
#define INFRA_CACHE_TAGS_H

#include "ftc.h"
#include "req.h"

/* Fills tags, of FTC_TAGS, each with "t:" and with its tag of changes in bulk;
 * returns how many; 0: too many, or the route reads nothing. */
size_t cache_tags_of(struct req *rq, struct str tags[FTC_TAGS]);
/* What makes this answer, and for whom: 24 characters. */
void cache_tags_key(struct req *rq, uint64_t build, char *out);

#endif
