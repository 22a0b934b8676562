/*
 * Reading a JSON body (json-c): one object, its members in order.  Depth is
 * bounded; a member that stands there twice is an error, also when its name
 * is written with different escapes.
 */
#ifndef CORE_JSON_IN_H
#define CORE_JSON_IN_H

#include "value.h"

typedef void json_member(void *arg, struct str name, const struct value *v);

/* Calls fn for every member.  NULL, or the reason in English. */
const char *json_in_members(struct arena *a, struct str text, json_member *fn,
    void *arg);

#endif
