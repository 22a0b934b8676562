/* Tags and keys of answers.  See cache_tags.h. */
#include "cache_tags.h"

#include "ftc_key.h"
#include "route.h"
#include "utf8.h"

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

/* One alternative: "name", "name:{field}" or "name?{field}".  False: its field
 * was not given. */
static bool
take(struct req *rq, struct str part, struct str *name, struct str *tag)
{
	size_t mark = str_find(part, '{', 0);
	struct str value;

	*name = *tag = part;
	if (mark == part.n)
		return true;
	*name = str_sub(part, 0, mark - 1);
	value = value_of(rq, str_sub(part, mark + 1, part.n - 1));
	if (value.p == NULL)
		return false;
	*tag = part.p[mark - 1] == '?' ? *name : arena_printf(rq->mem,
	    "%.*s:%.*s", STR_ARG(*name), STR_ARG(value));
	return true;
}

size_t
cache_tags_of(struct req *rq, struct str tags[FTC_TAGS])
{
	const char *const *line = rq->route->reads;
	struct str whole, part, name, tag;
	size_t n = 0, from, to;
	int i;

	for (i = 0; i < ROUTE_TAGS && line[i] != NULL; i++) {
		whole = str_of(line[i]);
		for (from = 0; from <= whole.n; from = to + 1) {
			to = str_find(whole, '|', from);
			part = str_sub(whole, from, to);
			if (part.n == 0 || !take(rq, part, &name, &tag))
				continue;
			if (n + 2 > FTC_TAGS)
				return 0;
			tags[n++] = arena_printf(rq->mem, "t:%.*s",
			    STR_ARG(tag));
			tags[n++] = arena_printf(rq->mem, "t:%.*s!",
			    STR_ARG(name));
			break;
		}
	}
	return n;
}

/* All that was asked, in the order of the fields. */
static size_t
parts_of(struct req *rq, struct ftc_part parts[3 * FIELDS])
{
	const char *in = rq->in;
	const struct field *f;
	const struct page *page;
	const void *at;
	size_t n = 0;

	for (f = rq->route->fields; f != NULL && f->name != NULL &&
	    n + 4 < 3 * FIELDS; f++) {
		at = in + f->offset;
		if (f->type == TYPE_TEXT) {
			parts[n].kind = ((const struct str *)at)->p == NULL ?
			    'n' : 's';
			parts[n++].value = *(const struct str *)at;
		} else if (f->type == TYPE_PAGE) {
			page = at;
			parts[n++] = (struct ftc_part){ 'b', arena_printf(
			    rq->mem, "%lld %lld %lld %d %d",
			    (long long)page->at, (long long)page->id,
			    (long long)page->limit, page->back,
			    page->first) };
		} else {
			parts[n++] = (struct ftc_part){ 'i', arena_printf(
			    rq->mem, "%lld", (long long)
			    *(const int64_t *)at) };
		}
	}
	return n;
}

void
cache_tags_key(struct req *rq, uint64_t build, char *out)
{
	struct ftc_part parts[3 * FIELDS];
	size_t n = parts_of(rq, parts);
	struct str scope = arena_printf(rq->mem, "%lld",
	    (long long)rq->user);

	/* links of a page carry the address as it was asked for */
	parts[n++] = (struct ftc_part){ 's', rq->path };
	parts[n++] = (struct ftc_part){ 's', rq->query };
	ftc_key(build, str_of(rq->route->path), scope, parts, n, out);
}
