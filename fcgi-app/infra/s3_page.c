/* Lists of objects.  See s3_page.h. */
#include "s3_page.h"

#include <expat.h>
#include <time.h>

#define DEEP 8
#define TEXT_MOST 2048

struct parse {
	XML_Parser parser;
	struct arena *mem;
	struct s3_page *page;
	struct str error;
	struct s3_object object;
	char text[TEXT_MOST];
	size_t n;
	int depth;
	bool bad, is_list, is_object;
};

static void
give_up(struct parse *p)
{
	p->bad = true;
	XML_StopParser(p->parser, XML_FALSE);
}

static void
on_doctype(void *arg, const char *name, const char *outside,
    const char *id, int has_internal)
{
	(void)name;
	(void)outside;
	(void)id;
	(void)has_internal;
	give_up(arg);
}

static void
on_begin(void *arg, const char *name, const char **attributes)
{
	struct parse *p = arg;

	(void)attributes;
	if (++p->depth > DEEP)
		give_up(p);
	p->n = 0;
	if (p->depth == 1)
		p->is_list = strcmp(name, "ListBucketResult") == 0;
	if (p->depth == 2 && p->is_list && strcmp(name, "Contents") == 0) {
		p->is_object = true;
		p->object = (struct s3_object){ .changed = INT64_MAX,
			.size = -1 };
	}
}

static void
on_text(void *arg, const char *text, int n)
{
	struct parse *p = arg;

	if (n < 0 || (size_t)n > TEXT_MOST - p->n) {
		give_up(p);
		return;
	}
	memcpy(p->text + p->n, text, (size_t)n);
	p->n += (size_t)n;
}

static struct str
text_of(const struct parse *p)
{
	return arena_dup(p->mem, (struct str){ p->text, p->n });
}

static int64_t
time_of(const struct parse *p)
{
	struct tm tm = { 0 };
	const char *end = strptime(text_of(p).p, "%Y-%m-%dT%H:%M:%S", &tm);

	return end != NULL ? (int64_t)timegm(&tm) : INT64_MAX;
}

static int64_t
size_of(const struct parse *p)
{
	int64_t size;

	return str_int(text_of(p), &size) && size >= 0 ? size : -1;
}

static void
end_object(struct parse *p)
{
	p->is_object = false;
	if (p->object.key.n == 0 || p->page->n == S3_PAGE)
		give_up(p);
	else
		p->page->objects[p->page->n++] = p->object;
}

static void
on_end(void *arg, const char *name)
{
	struct parse *p = arg;
	int depth = p->depth--;

	if (depth == 2 && p->is_object)
		end_object(p);
	else if (depth == 3 && p->is_object && strcmp(name, "Key") == 0)
		p->object.key = text_of(p);
	else if (depth == 3 && p->is_object &&
	    strcmp(name, "LastModified") == 0)
		p->object.changed = time_of(p);
	else if (depth == 3 && p->is_object && strcmp(name, "Size") == 0)
		p->object.size = size_of(p);
	else if (depth == 2 && p->is_list &&
	    strcmp(name, "NextContinuationToken") == 0)
		p->page->next = text_of(p);
	else if (depth == 2 && !p->is_list && strcmp(name, "Code") == 0)
		p->error = text_of(p);
	p->n = 0;
}

static bool
run(struct parse *p, struct str xml)
{
	bool good;

	p->parser = XML_ParserCreate("UTF-8");
	if (p->parser == NULL)
		return false;
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
	good = xml.n <= INT32_MAX && XML_Parse(p->parser, xml.p, (int)xml.n,
	    1) == XML_STATUS_OK;
	XML_ParserFree(p->parser);
	return good && !p->bad;
}

bool
s3_page_read(struct arena *a, struct str xml, struct s3_page *page)
{
	struct parse p = { .mem = a, .page = page };

	page->n = 0;
	page->next = STR_NONE;
	return run(&p, xml) && p.is_list;
}

struct str
s3_page_error(struct arena *a, struct str xml)
{
	struct s3_page none = { .n = 0 };
	struct parse p = { .mem = a, .page = &none };

	return run(&p, xml) ? p.error : STR_NONE;
}
