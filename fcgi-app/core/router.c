/* Finding a route: a tree of segments, made once. */
#include "router.h"

#include "input.h"

#include <stdio.h>
#include <stdlib.h>

#define FIELDS_MAX 63 /* bits of what was seen, in input.c */

struct node {
	struct str segment; /* a literal; of a {name}: p == NULL */
	struct node *next, *children;
	const struct route *routes[METHOD_COUNT];
};

static struct node root;

static const char *const names[METHOD_COUNT] = {
	[METHOD_OTHER] = "?", [GET] = "GET", [POST] = "POST", [PUT] = "PUT",
	[PATCH] = "PATCH", [DELETE] = "DELETE", [OPTIONS] = "OPTIONS",
};

const char *
method_name(enum method m)
{
	return names[m];
}

enum method
method_of(struct str name)
{
	enum method m;

	if (str_eq(name, STR("HEAD")))
		return GET; /* Nginx leaves the body out */
	for (m = GET; m < METHOD_COUNT; m++)
		if (str_eq(name, str_of(names[m])))
			return m;
	return METHOD_OTHER;
}

/* Takes the next segment off *path; false at its end. */
static bool
next_segment(struct str *path, struct str *segment)
{
	size_t slash;

	if (path->n == 0)
		return false;
	slash = str_find(*path, '/', 1);
	*segment = str_sub(*path, 1, slash);
	*path = str_sub(*path, slash, path->n);
	return true;
}

static bool
is_name(struct str segment)
{
	return segment.n > 2 && segment.p[0] == '{';
}

static struct node *
child(struct node *n, struct str segment)
{
	struct node *c, **end = &n->children;

	for (c = n->children; c != NULL; end = &c->next, c = c->next)
		if (is_name(segment) ? c->segment.p == NULL :
		    c->segment.p != NULL && str_eq(c->segment, segment))
			return c;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	if (!is_name(segment)) {
		/* literals stand before the name */
		c->segment = segment;
		c->next = n->children;
		n->children = c;
	} else {
		*end = c;
	}
	return c;
}

static bool
wrong(const struct route *r, const char *why)
{
	fprintf(stderr, "route %s %s: %s\n", method_name(r->method), r->path,
	    why);
	return false;
}

/* The field of that name; from 0: wherever it comes from. */
static const struct field *
field_of(const struct route *r, struct str name, enum field_from from)
{
	const struct field *f;

	for (f = r->fields; f != NULL && f->name != NULL; f++)
		if ((from == 0 || f->from == from) &&
		    str_eq(name, str_of(f->name)))
			return f;
	return NULL;
}

static bool
check_row(const struct route *r)
{
	bool good = true, write = r->method != GET;

	if (r->auth == AUTH_FORGOTTEN)
		good = wrong(r, "has no AUTH_");
	if (r->method == METHOD_OTHER || r->handler == NULL || r->doc == NULL)
		good = wrong(r, "lacks its method, handler or doc");
	if (!write && (r->touches[0] != NULL || r->touches_nothing))
		good = wrong(r, "a read touches nothing");
	if (write && r->reads[0] != NULL)
		good = wrong(r, "a write is not cached");
	if (r->reads[0] == NULL && (r->shared || r->expensive))
		good = wrong(r, "says how to keep what is never kept");
	if (r->shared && r->auth != AUTH_OPT)
		good = wrong(r, "is shared by viewers, and has none");
	if (write && (r->touches[0] != NULL) == r->touches_nothing)
		good = wrong(r, "a write says what it touches, or nothing");
	return good;
}

/* The place of {name} in the path, counted from 0; -1: it is not there. */
static int
place_of(const struct route *r, struct str name)
{
	struct str path = str_of(r->path), segment;
	int i = 0;

	while (next_segment(&path, &segment)) {
		if (!is_name(segment))
			continue;
		if (str_eq(str_sub(segment, 1, segment.n - 1), name))
			return i;
		i++;
	}
	return -1;
}

static bool
check_path(const struct route *r)
{
	struct str path = str_of(r->path), segment, name;
	const struct field *f;
	bool good = true;
	int values = 0, fields = 0;

	while (next_segment(&path, &segment)) {
		if (!is_name(segment))
			continue;
		name = str_sub(segment, 1, segment.n - 1);
		if (field_of(r, name, FROM_PATH) == NULL)
			good = wrong(r, "a {name} of its path is no field");
		if (place_of(r, name) != values++)
			good = wrong(r, "its path has a {name} twice");
	}
	for (f = r->fields; f != NULL && f->name != NULL; f++, fields++)
		if (f->from == FROM_PATH && place_of(r, str_of(f->name)) < 0)
			good = wrong(r, "a field of the path is not in it");
	if (fields > FIELDS_MAX || values > PATH_VALUES)
		good = wrong(r, "has too many fields");
	return good;
}

/* {field}, or {viewer} where there can be one. */
static bool
check_tags(const struct route *r, const char *const tags[ROUTE_TAGS])
{
	struct str tag, name;
	size_t open;
	int i;

	for (i = 0; i < ROUTE_TAGS && tags[i] != NULL; i++) {
		tag = str_of(tags[i]);
		for (open = 0; (open = str_find(tag, '{', open)) < tag.n;
		    open++) {
			name = str_sub(tag, open + 1,
			    str_find(tag, '}', open));
			if (field_of(r, name, 0) == NULL &&
			    (!str_eq(name, STR("viewer")) ||
			    r->auth == AUTH_NONE))
				return wrong(r, "a tag names no field");
		}
	}
	return true;
}

static bool
check(const struct route *r)
{
	const struct field *by = NULL;
	bool good = check_row(r);

	good = check_path(r) && good;
	good = check_tags(r, r->reads) && good;
	if (r->limit_by != NULL)
		by = field_of(r, str_of(r->limit_by), 0);
	if (r->limit_by != NULL && (by == NULL || by->type != TYPE_TEXT))
		good = wrong(r, "limit_by names no text field");
	return good;
}

static bool
add(const struct route *r)
{
	struct str path = str_of(r->path), segment;
	struct node *n = &root;

	if (!check(r))
		return false;
	while (next_segment(&path, &segment))
		n = child(n, segment);
	if (n->routes[r->method] != NULL)
		return wrong(r, "its place is taken");
	n->routes[r->method] = r;
	return true;
}

bool
router_open(void)
{
	const struct feature *const *f;
	const struct route *r;
	bool good = true;

	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			good = add(r) && good;
	return good;
}

static const struct node *
walk(struct req *rq, const struct node *n, struct str path, int values)
{
	const struct node *c, *hit;
	struct str segment;
	enum method m;

	if (!next_segment(&path, &segment)) {
		for (m = GET; m < METHOD_COUNT; m++)
			if (n->routes[m] != NULL)
				return n;
		return NULL;
	}
	for (c = n->children; c != NULL; c = c->next) {
		if (c->segment.p != NULL && !str_eq(c->segment, segment))
			continue;
		if (c->segment.p == NULL && segment.n == 0)
			continue;
		if (c->segment.p == NULL)
			rq->values[values] = segment;
		hit = walk(rq, c, path, values + (c->segment.p == NULL));
		if (hit != NULL)
			return hit;
	}
	return NULL;
}

enum err
router_find(struct req *rq, struct str *allow)
{
	struct str path = rq->path;
	const struct node *n;
	struct buf b;
	enum method m;

	if (!str_starts(path, STR("/api/")))
		return ERR_NOT_FOUND;
	path = str_sub(path, 4, path.n);
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	n = walk(rq, &root, path, 0);
	if (n == NULL)
		return ERR_NOT_FOUND;
	rq->route = n->routes[rq->method];
	if (rq->route != NULL)
		return OK;
	buf_open(&b, 100);
	for (m = GET; m < METHOD_COUNT; m++)
		if (n->routes[m] != NULL)
			buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", names[m]);
	*allow = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
	return ERR_METHOD;
}

struct str
router_value(const struct req *rq, const char *name)
{
	int i = place_of(rq->route, str_of(name));

	return i < 0 ? STR_NONE : rq->values[i];
}
