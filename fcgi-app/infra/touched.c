/* What a transaction has changed.  See touched.h. */
#include "touched.h"

void
touched_clear(struct touched *t)
{
	t->xid = 0;
	t->n = 0;
	t->over = false;
	t->used = 0;
}

static void
add_tag(struct touched *t, struct str tag)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (str_eq(t->tags[i], tag))
			return;
	if (t->n == TOUCHED_MOST || tag.n > sizeof(t->room) - t->used) {
		t->over = true;
		return;
	}
	memcpy(t->room + t->used, tag.p, tag.n);
	t->tags[t->n++] = (struct str){ t->room + t->used, tag.n };
	t->used += tag.n;
}

void
touched_add(struct touched *t, struct str text)
{
	size_t end = str_find(text, '\n', 0), from;
	int64_t xid;

	if (!str_int(str_sub(text, 0, end), &xid) || xid <= 0) {
		t->over = true;
		return;
	}
	t->xid = (uint64_t)xid;
	for (from = end + 1; from <= text.n; from = end + 1) {
		end = str_find(text, '\n', from);
		if (end > from)
			add_tag(t, str_sub(text, from, end));
	}
}
