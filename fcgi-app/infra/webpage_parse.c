/* From HTML to candidates, and from those to a list. */
#include "webpage_parse.h"

#include "webpage_charset.h"

#include <gumbo.h>
#include <strings.h>

/* How good a picture is by where it stands. */
enum worth {
	WORTH_GRAPH,   /* og:image */
	WORTH_TWITTER,
	WORTH_LINK,    /* rel=image_src */
	WORTH_LARGE,   /* so it says */
	WORTH_UNKNOWN,
	WORTH_SMALL,
	WORTHS,
};

#define LARGE 300
#define SMALL 100
#define ICON 40

struct found {
	struct arena *mem;
	struct str title, graph_title, base;
	struct str list[WEBPAGE_FOUND_MAX];
	enum worth worth[WEBPAGE_FOUND_MAX];
	int n;
};

static void *
take(void *arena, size_t n)
{
	return arena_alloc(arena, n);
}

static void
leave(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

/* The value of an attribute; p == NULL: it has none. */
static struct str
attribute(const GumboElement *e, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(&e->attributes, name);

	return a != NULL ? str_trim(str_of(a->value)) : STR_NONE;
}

static void
keep(struct found *f, struct str address, enum worth worth)
{
	if (address.n == 0 || address.n > WEBPAGE_TEXT_MAX ||
	    f->n == WEBPAGE_FOUND_MAX)
		return;
	f->list[f->n] = address;
	f->worth[f->n++] = worth;
}

static const struct {
	const char *name;
	enum worth worth;
} names[] = {
	{ "og:image", WORTH_GRAPH },
	{ "og:image:url", WORTH_GRAPH },
	{ "og:image:secure_url", WORTH_GRAPH },
	{ "twitter:image", WORTH_TWITTER },
	{ "twitter:image:src", WORTH_TWITTER },
};

/* <meta property= content=>, or name= as some write it. */
static void
on_meta(struct found *f, const GumboElement *e)
{
	struct str name = attribute(e, "property");
	size_t i;

	if (name.n == 0)
		name = attribute(e, "name");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(name, str_of(names[i].name)))
			keep(f, attribute(e, "content"), names[i].worth);
	if (f->graph_title.n == 0 && str_eq_nocase(name, STR("og:title")))
		f->graph_title = attribute(e, "content");
}

static void
on_link(struct found *f, const GumboElement *e)
{
	if (str_eq_nocase(attribute(e, "rel"), STR("image_src")))
		keep(f, attribute(e, "href"), WORTH_LINK);
}

/* The number that a width or a height begins with; 0: none. */
static int64_t
pixels(struct str s)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i < 6; i++)
		n = n * 10 + (s.p[i] - '0');
	return i < s.n && s.p[i] == '%' ? 0 : n;
}

/* The address of the largest picture of a srcset: "a 1x, b 2x, c 800w". */
static struct str
largest(struct str set)
{
	struct str best = STR_NONE, one, size;
	int64_t most = -1, n;
	size_t from = 0, to, gap;

	for (; from < set.n; from = to + 1) {
		for (to = from; to < set.n && (set.p[to] != ',' ||
		    (to + 1 < set.n && set.p[to + 1] != ' ' &&
		    set.p[to + 1] != '\n')); to++)
			continue;
		one = str_trim(str_sub(set, from, to));
		gap = str_find(one, ' ', 0);
		size = str_trim(str_sub(one, gap, one.n));
		n = pixels(size);
		if (one.n > 0 && n > most) {
			most = n;
			best = str_sub(one, 0, gap);
		}
	}
	return best;
}

static void
on_img(struct found *f, const GumboElement *e)
{
	int64_t width = pixels(attribute(e, "width"));
	int64_t height = pixels(attribute(e, "height"));
	struct str set = attribute(e, "srcset"), best = largest(set);
	enum worth worth = WORTH_UNKNOWN;

	if (best.n == 0)
		best = attribute(e, "data-src");
	if (best.n == 0)
		best = attribute(e, "src");
	if ((width > 0 && width <= ICON) || (height > 0 && height <= ICON))
		return;
	if (width >= LARGE || height >= LARGE || set.n > 0)
		worth = WORTH_LARGE;
	else if (width > 0 && height > 0 && width <= SMALL && height <= SMALL)
		worth = WORTH_SMALL;
	keep(f, best, worth);
}

static void
on_title(struct found *f, const GumboElement *e)
{
	const GumboNode *text;

	if (f->title.n > 0 || e->children.length == 0)
		return;
	text = e->children.data[0];
	if (text->type == GUMBO_NODE_TEXT)
		f->title = str_trim(str_of(text->v.text.text));
}

static void
on_element(struct found *f, const GumboElement *e)
{
	switch (e->tag) {
	case GUMBO_TAG_META:
		on_meta(f, e);
		break;
	case GUMBO_TAG_LINK:
		on_link(f, e);
		break;
	case GUMBO_TAG_IMG:
		on_img(f, e);
		break;
	case GUMBO_TAG_TITLE:
		if (e->tag_namespace == GUMBO_NAMESPACE_HTML)
			on_title(f, e);
		break;
	case GUMBO_TAG_BASE:
		if (f->base.p == NULL)
			f->base = attribute(e, "href");
		break;
	default:
		break;
	}
}

static const GumboVector *
children_of(const GumboNode *n)
{
	if (n->type == GUMBO_NODE_DOCUMENT)
		return &n->v.document.children;
	return n->type == GUMBO_NODE_ELEMENT ||
	    n->type == GUMBO_NODE_TEMPLATE ? &n->v.element.children : NULL;
}

/* The node after n in the order of the page. */
static const GumboNode *
next_of(const GumboNode *n)
{
	const GumboVector *list = children_of(n);
	size_t i;

	if (list != NULL && list->length > 0)
		return list->data[0];
	for (; n->parent != NULL; n = n->parent) {
		list = children_of(n->parent);
		i = n->index_within_parent + 1;
		if (list != NULL && i < list->length)
			return list->data[i];
	}
	return NULL;
}

static void
add_text(struct buf *b, struct str s)
{
	if (s.n > 0 && s.n <= WEBPAGE_TEXT_MAX)
		buf_str(b, s);
	buf_byte(b, '\0');
}

static struct str
listed(struct found *f)
{
	struct buf b;
	struct str all;
	enum worth w;
	int i;

	buf_open(&b, (WEBPAGE_FOUND_MAX + 2) * (WEBPAGE_TEXT_MAX + 1));
	add_text(&b, f->graph_title.n > 0 ? f->graph_title : f->title);
	add_text(&b, f->base);
	for (w = 0; w < WORTHS; w++)
		for (i = 0; i < f->n; i++)
			if (f->worth[i] == w)
				add_text(&b, f->list[i]);
	all = arena_dup(f->mem, buf_view(&b));
	buf_close(&b);
	return all;
}

struct str
webpage_parse(struct arena *a, struct str html)
{
	struct found *f = arena_zalloc(a, sizeof(*f));
	GumboOptions options = kGumboDefaultOptions;
	const GumboNode *n;
	GumboOutput *out;

	f->mem = a;
	html = webpage_charset_utf8(a, html);
	options.allocator = take;
	options.deallocator = leave;
	options.userdata = a;
	options.max_errors = 0;
	out = gumbo_parse_with_options(&options, html.p, html.n);
	for (n = out->document; n != NULL; n = next_of(n))
		if (n->type == GUMBO_NODE_ELEMENT)
			on_element(f, &n->v.element);
	return listed(f);
}
