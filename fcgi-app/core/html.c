/* HTML.  See html.h. */
#include "html.h"

static struct str
entity_of(char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	default:
		return STR_NONE;
	}
}

void
html_text(struct buf *b, struct str text)
{
	struct str entity;
	size_t i, from = 0;

	for (i = 0; i < text.n; i++) {
		entity = entity_of(text.p[i]);
		if (entity.p == NULL)
			continue;
		buf_add(b, text.p + from, i - from);
		buf_str(b, entity);
		from = i + 1;
	}
	buf_add(b, text.p + from, text.n - from);
}

void
html_meta(struct buf *b, const char *attribute, const char *name,
    struct str content)
{
	buf_printf(b, "<meta %s=\"%s\" content=\"", attribute, name);
	html_text(b, content);
	buf_str(b, STR("\">\n"));
}
