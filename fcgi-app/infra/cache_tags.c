/* Tags and keys of answers.  See cache_tags.h. */
#include "cache_tags.h"

#include "cache_build.h"
#include "ftc_key.h"
#include "route.h"
#include "utf8.h"

#include <assert.h>

#define FIELDS 16

/* The value of a field of what was asked, or of the viewer; NONE: it was not
 * given. */
static struct str
value_of(struct req *rq, struct str name)
{
	const char *in = rq->in;
	const struct str *text;
	const struct field *f;
	int64_t n;

	if (str_eq(name, STR("viewer")))
		return arena_printf(rq->mem, "%lld", (long long)rq->user);
	for (f = rq->route->fields; f != NULL && f->name != NULL; f++) {
		if (!str_eq(name, str_of(f->name)))
			continue;
		if (f->type == TYPE_TEXT) {
			text = (const struct str *)(const void *)(in +
			    f->offset);
			return text->p == NULL ? STR_NONE :
			    utf8_fold(rq->mem, *text);
		}
		n = *(const int64_t *)(const void *)(in + f->offset);
		return n > 0 ? arena_printf(rq->mem, "%lld", (long long)n) :
		    STR_NONE;
	}
	return STR_NONE;
}

/* "t:NAME:KEY", or "t:NAME" and an end. */
static struct str
tag_of(struct req *rq, struct str name, const char *between, struct str key)
{
	size_t n = strlen(between);
	char *p = arena_alloc(rq->mem, 2 + name.n + n + key.n + 1);

	memcpy(p, "t:", 2);
	memcpy(p + 2, name.p, name.n);
	memcpy(p + 2 + name.n, between, n);
	if (key.n > 0)
		memcpy(p + 2 + name.n + n, key.p, key.n);
	return (struct str){ p, 2 + name.n + n + key.n };
}

/* One alternative: "name", "name:{field}" or "name?{field}".  False: its field
 * was not given. */
static bool
take(struct req *rq, struct str part, struct str *tag, struct str *bulk)
{
	size_t mark = str_find(part, '{', 0);
	struct str name = part, value = STR_NONE;
	bool keyed = false;

	if (mark < part.n) {
		name = str_sub(part, 0, mark - 1);
		keyed = part.p[mark - 1] == ':';
		value = value_of(rq, str_sub(part, mark + 1, part.n - 1));
		if (value.p == NULL)
			return false;
	}
	*tag = tag_of(rq, name, keyed ? ":" : "", keyed ? value : STR_NONE);
	*bulk = tag_of(rq, name, "!", STR_NONE);
	return true;
}

size_t
cache_tags_of(struct req *rq, const char *const *reads,
    struct str tags[FTC_TAGS])
{
	struct str whole, part, tag, bulk;
	size_t n = 0, from, to;
	int i;

	for (i = 0; i < ROUTE_TAGS && reads[i] != NULL; i++) {
		whole = str_of(reads[i]);
		for (from = 0; from <= whole.n; from = to + 1) {
			to = str_find(whole, '|', from);
			part = str_sub(whole, from, to);
			if (part.n == 0 || !take(rq, part, &tag, &bulk))
				continue;
			if (n + 2 > FTC_TAGS)
				return 0;
			tags[n++] = tag;
			tags[n++] = bulk;
			break;
		}
	}
	return n;
}

/* Links of a list carry the address as it was asked for. */
static bool
has_links(const struct route *r)
{
	const struct field *f;

	for (f = r->fields; f != NULL && f->name != NULL; f++)
		if (f->type == TYPE_PAGE)
			return true;
	return false;
}

/* All that was asked, in the order of the fields. */
static size_t
parts_of(struct req *rq, struct ftc_part parts[FIELDS])
{
	const char *in = rq->in;
	const struct field *f;
	const void *at;
	size_t n = 0;

	for (f = rq->route->fields; f != NULL && f->name != NULL; f++) {
		assert(n < FIELDS);
		at = in + f->offset;
		if (f->type == TYPE_TEXT) {
			parts[n].kind = ((const struct str *)at)->p == NULL ?
			    'n' : 's';
			parts[n++].value = *(const struct str *)at;
		} else {
			parts[n++] = (struct ftc_part){ 'i', arena_printf(
			    rq->mem, "%lld", (long long)
			    *(const int64_t *)at) };
		}
	}
	return n;
}

static void
make_key(const char *what, int64_t viewer, const struct ftc_part *parts,
    size_t n, char *out)
{
	char scope[24];
	int length = snprintf(scope, sizeof(scope), "%lld", (long long)viewer);

	ftc_key(cache_build(), str_of(what),
	    (struct str){ scope, (size_t)length }, parts, n, out);
}

void
cache_tags_key(struct req *rq, int64_t viewer, char *out)
{
	struct ftc_part parts[FIELDS];
	size_t n = 0;

	if (has_links(rq->route)) {
		parts[n++] = (struct ftc_part){ 's', rq->path };
		parts[n++] = (struct ftc_part){ 's', rq->query };
	} else {
		n = parts_of(rq, parts);
	}
	make_key(rq->route->path, viewer, parts, n, out);
}

void
cache_tags_scope(struct req *rq, struct str tags[2])
{
	char key[24];
	int n = snprintf(key, sizeof(key), "%lld", (long long)rq->user);

	tags[0] = tag_of(rq, STR("hidden_of"), ":",
	    (struct str){ key, (size_t)n });
	tags[1] = tag_of(rq, STR("hidden_of"), "!", STR_NONE);
}

void
cache_tags_scope_key(struct req *rq, char *out)
{
	make_key("scope", rq->user, NULL, 0, out);
}

void
cache_tags_part_key(const char *name, struct str about, char *out)
{
	struct ftc_part part = { 'b', about };

	make_key(name, 0, &part, 1, out);
}
