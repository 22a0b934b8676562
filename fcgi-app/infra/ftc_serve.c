/* Serving rows.  See ftc_serve.h. */
#include "ftc_serve.h"

#include <assert.h>

bool
ftc_serve_tags(struct str text, struct str tags[FTC_TAGS], size_t *n)
{
	size_t at = 0, colon;
	int64_t length;

	for (*n = 0; at < text.n; ++*n) {
		colon = str_find(text, ':', at);
		if (*n == FTC_TAGS ||
		    !str_int(str_sub(text, at, colon), &length) ||
		    length < 1 || colon == text.n ||
		    (size_t)length > text.n - colon - 1)
			return false;
		at = colon + 1 + (size_t)length;
		tags[*n] = str_sub(text, colon + 1, at);
	}
	return *n > 0;
}

void
ftc_serve_begin(struct ftc_guard *g, enum ftc_guard_for serving,
    struct ftc_action *out)
{
	g->serving = serving;
	g->at = FTC_GUARD_READS_ROWS;
	out->what = FTC_ROWS_READ;
}

void
ftc_serve_release(struct ftc_guard *g, const struct ftc_event *e, size_t n,
    struct str name, struct ftc_action *out)
{
	g->words[0] = STR("F");
	g->words[n + 1] = name;
	g->words[n + 2] = STR("1");
	g->words[n + 3] = ftc_take(e->fresh);
	g->words[n + 4] = STR_OF_NUMBER(FTC_TAG_MS);
	out->what = FTC_CALL;
	out->call = (struct ftc_call){ .command = FTC_RELEASE,
		.words = g->words, .keys = n + 1, .n = n + 5 };
}

static size_t
tags_at_once(const struct ftc_guard *g, const struct ftc_row *row)
{
	size_t left = row->n - g->from_tag;

	return left < FTC_TAGS ? left : FTC_TAGS;
}

/* Fences for the writer, or releases what it wrote: at most FTC_TAGS tags. */
static void
serve_row(struct ftc_guard *g, const struct ftc_event *e,
    const struct ftc_row *row, struct ftc_action *out)
{
	size_t n = tags_at_once(g, row);
	struct str name;

	name = (struct str){ g->name, (size_t)snprintf(g->name,
	    sizeof(g->name), "%llu.%016llx", (unsigned long long)row->xid,
	    (unsigned long long)row->id) };
	memcpy(&g->words[1], row->tags + g->from_tag, n * sizeof(*row->tags));
	g->at = FTC_GUARD_SERVES;
	ftc_serve_release(g, e, n, name, out);
	if (row->xid == 0)
		return;
	if (row->state == FTC_WAS_ABORTED)
		g->words[n + 2] = STR("0");
	if (row->state != FTC_IN_PROGRESS)
		return;
	g->words[n + 2] = g->words[n + 3];
	out->call.command = FTC_FENCE;
	out->call.n = n + 3;
}

/* The next row that is to be served; true: there is none. */
static bool
next_row(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	const struct ftc_row *row;

	for (; g->row < g->rows_n; g->row++, g->from_tag = 0) {
		row = &g->rows[g->row];
		if (g->from_tag >= row->n || (row->fenced && row->xid != 0 &&
		    row->state == FTC_IN_PROGRESS))
			continue;
		serve_row(g, e, row, out);
		return false;
	}
	if (g->rows_n == 0)
		return true;
	g->at = FTC_GUARD_MARKS;
	out->what = FTC_ROWS_DONE;
	out->rows = g->rows;
	out->n = g->rows_n;
	return false;
}

bool
ftc_serve_rows(struct ftc_guard *g, const struct ftc_event *e,
    struct ftc_action *out)
{
	switch (g->at) {
	case FTC_GUARD_READS_ROWS:
		g->rows = e->rows;
		g->rows_n = e->n;
		g->row = g->from_tag = 0;
		g->more = e->more;
		return next_row(g, e, out);
	case FTC_GUARD_SERVES:
		g->served++;
		g->from_tag += tags_at_once(g, &g->rows[g->row]);
		return next_row(g, e, out);
	case FTC_GUARD_MARKS:
		if (!g->more)
			return true;
		ftc_serve_begin(g, g->serving, out);
		return false;
	default:
		assert(!"the guardian is somewhere else");
	}
	return true;
}
