/*
 * Paths, by the program's own table of routes: what the tree of segments finds
 * is what a walk over all rows finds, a literal before a name.
 */
#include "../unit/fake.h"
#include "router.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The segment at *p of a path, and *p moved to the next. */
static struct str
segment_at(struct str path, size_t *p)
{
	size_t end = str_find(path, '/', *p + 1);
	struct str s = str_sub(path, *p + 1, end);

	*p = end;
	return s;
}

/* Does a row's path match?  literal: which segments are, as bits, the first
 * one highest. */
static bool
matches(const char *row, struct str path, uint32_t *literal)
{
	struct str want = str_of(row), a, b;
	size_t i = 0, k = 0;

	*literal = 0;
	while (i < want.n && k < path.n) {
		a = segment_at(want, &i);
		b = segment_at(path, &k);
		*literal = *literal << 1 | (a.p[0] != '{');
		if (a.p[0] == '{' ? b.n == 0 : !str_eq(a, b))
			return false;
	}
	return i == want.n && k == path.n;
}

/* The path of the best row; sets the methods it has. */
static const char *
best_row(struct str path, const struct route *by[METHOD_COUNT])
{
	const struct feature *const *f;
	const struct route *r;
	const char *best = NULL;
	uint32_t most = 0, literal;

	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (matches(r->path, path, &literal) &&
			    (best == NULL || literal > most)) {
				best = r->path;
				most = literal;
			}
	for (f = features; best != NULL && *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++)
			if (matches(r->path, path, &literal) && literal == most)
				by[r->method] = r;
	return best;
}

static void
check_values(struct req *rq, struct str path)
{
	struct str row = str_of(rq->route->path), a, b;
	size_t i = 0, k = 0;

	while (i < row.n) {
		a = segment_at(row, &i);
		b = segment_at(path, &k);
		if (a.p[0] != '{')
			continue;
		assert(str_eq(b, router_value(rq, arena_dup(rq->mem,
		    str_sub(a, 1, a.n - 1)).p)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct fake f;
	const struct route *by[METHOD_COUNT] = { NULL };
	struct str all = { (const char *)data, n }, path, allow = STR_NONE;
	size_t line = str_find(all, '\n', 0);
	const char *best;
	enum err e;

	if (f.rq.mem == NULL) {
		assert(router_open());
		fake_open(&f, 64 << 20);
	}
	fake_again(&f);
	f.rq.method = method_of(str_sub(all, 0, line));
	f.rq.path = str_sub(all, line + 1, n);
	f.rq.route = NULL;
	e = router_find(&f.rq, &allow);
	path = str_sub(f.rq.path, 4, f.rq.path.n);
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	best = str_starts(f.rq.path, STR("/api/")) ? best_row(path, by) : NULL;
	if (best == NULL) {
		assert(e == ERR_NOT_FOUND && allow.p == NULL);
	} else if (by[f.rq.method] == NULL) {
		assert(e == ERR_METHOD && allow.n > 0);
	} else {
		assert(e == OK && f.rq.route == by[f.rq.method]);
		check_values(&f.rq, path);
	}
	return 0;
}
