/* Names in routes.  See cache_routes.h. */
#include "cache_routes.h"

#include "route.h"
#include "schemes.h"

#include <stdio.h>

static bool
is_scheme(struct str name)
{
	const struct scheme *s;

	for (s = schemes; s->name != NULL; s++)
		if (str_eq(name, str_of(s->name)))
			return true;
	return false;
}

static bool
check_name(const struct route *r, struct str name)
{
	if (is_scheme(name))
		return true;
	fprintf(stderr, "route %s %s: there is no scheme %.*s\n",
	    method_name(r->method), r->path, STR_ARG(name));
	return false;
}

/* The name of each of several between |; what follows : or ? is the router's
 * to check.  The last may be empty. */
static bool
check_reads(const struct route *r, struct str line)
{
	struct str part;
	size_t from, to;
	bool good = true;

	for (from = 0; from <= line.n; from = to + 1) {
		to = str_find(line, '|', from);
		part = str_sub(line, from, to);
		part = str_sub(part, 0, str_find(part, ':', 0));
		part = str_sub(part, 0, str_find(part, '?', 0));
		if (part.n > 0 || from == 0 || to < line.n)
			good = check_name(r, part) && good;
	}
	return good;
}

bool
cache_route_check(const struct route *r)
{
	bool good = true;
	int i;

	for (i = 0; i < ROUTE_TAGS && r->reads[i] != NULL; i++)
		good = check_reads(r, str_of(r->reads[i])) && good;
	for (i = 0; i < ROUTE_TAGS && r->touches[i] != NULL; i++)
		good = check_name(r, str_of(r->touches[i])) && good;
	return good;
}

bool
cache_routes_check(void)
{
	const struct feature *const *f;
	const struct route *r;
	bool good = true;

	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			good = cache_route_check(r) && good;
	return good;
}
