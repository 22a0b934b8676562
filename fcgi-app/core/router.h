/*
 * From a method and a path to a route.
 *
 * At start the rows of all features become a tree of path segments; a literal
 * segment goes before a {name}.  The prefix /api and one slash at the end are
 * not part of a path.  The same call checks the table: the boot stops when a
 * row has no AUTH_, takes a place twice, names a {field} it does not declare in
 * its path or a tag, declares one of the path that is not there, has `touches`
 * on a read, `reads` on a write, or a write without either `touches` or
 * touches_nothing.
 */
#ifndef CORE_ROUTER_H
#define CORE_ROUTER_H

#include "req.h"

/* False: the table is wrong; every fault was written to stderr. */
bool router_open(void);
/* Sets rq->route and rq->values.  OK, ERR_NOT_FOUND, or ERR_METHOD with the
 * methods that the path has in *allow, as a header's value. */
enum err router_find(struct req *rq, struct str *allow) MUST_CHECK;
/* What stands in the place of {name}. */
struct str router_value(const struct req *rq, const char *name);

#endif
