/*
 * The multipart reader.
 *
 * A window of the body is kept so large that a delimiter always fits into it
 * twice.  A part's bytes are handed out up to the next delimiter, or, when
 * none is in sight, all but the last ones that might begin one.
 */
#include "multipart.h"

#define HEADERS_MAX 4096

/* The value of name= in a header's parameters; quotes taken off. */
static bool
parameter(struct arena *a, struct str s, struct str name, struct str *out)
{
	size_t at = str_find(s, ';', 0), i;
	struct str key;
	char *p = arena_alloc(a, s.n + 1);
	bool found = false, quoted;

	while (at < s.n) {
		size_t n = 0, eq = str_find(s, '=', at + 1);

		key = str_trim(str_sub(s, at + 1, eq));
		i = eq + 1;
		quoted = i < s.n && s.p[i] == '"';
		if (quoted)
			i++;
		while (i < s.n && (quoted ? s.p[i] != '"' : s.p[i] != ';')) {
			if (quoted && s.p[i] == '\\' && i + 1 < s.n &&
			    (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
				i++;
			p[n++] = s.p[i++];
		}
		if (quoted && i == s.n)
			return false;
		if (str_eq_nocase(key, name)) {
			if (found)
				return false;
			found = true;
			p[n] = '\0';
			*out = arena_dup(a, (struct str){ p, n });
		}
		at = str_find(s, ';', i);
	}
	return found;
}

bool
multipart_open(struct multipart *m, struct arena *a, struct body *body,
    struct str content_type)
{
	struct str boundary;
	size_t i;

	if (!parameter(a, content_type, STR("boundary"), &boundary))
		return false;
	boundary = str_trim(boundary);
	if (boundary.n == 0 || boundary.n > 70)
		return false;
	for (i = 0; i < boundary.n; i++)
		if (boundary.p[i] < 32 || boundary.p[i] == 127)
			return false;
	*m = (struct multipart){ .mem = a, .body = body };
	m->window = arena_alloc(a, MULTIPART_WINDOW);
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.p, boundary.n);
	m->delimiter_n = boundary.n + 4;
	/* The first delimiter may stand without the line end before it. */
	memcpy(m->window, "\r\n", 2);
	m->n = 2;
	return true;
}

/* More of the body, if there is room for it. */
static void
fill(struct multipart *m)
{
	ssize_t got;

	if (m->at > 0) {
		memmove(m->window, m->window + m->at, m->n - m->at);
		m->n -= m->at;
		m->at = 0;
	}
	while (!m->body_ended && m->n < MULTIPART_WINDOW) {
		got = m->body->read(m->body->from, m->window + m->n,
		    MULTIPART_WINDOW - m->n);
		if (got <= 0) {
			m->body_ended = true;
			m->body_cut = got < 0;
		} else {
			m->n += (size_t)got;
		}
	}
}

static char *
find_delimiter(const struct multipart *m)
{
	return memmem(m->window + m->at, m->n - m->at, m->delimiter,
	    m->delimiter_n);
}

ssize_t
multipart_read(struct multipart *m, char *p, size_t n)
{
	char *end;
	size_t have;

	if (!m->in_part)
		return 0;
	if (m->n - m->at < MULTIPART_WINDOW / 2)
		fill(m);
	end = find_delimiter(m);
	if (end == NULL && m->body_ended)
		return -1;
	have = end != NULL ? (size_t)(end - m->window) - m->at :
	    m->n - m->at - (m->delimiter_n - 1);
	if (have == 0 && end != NULL) {
		m->in_part = false;
		return 0;
	}
	if (n > have)
		n = have;
	memcpy(p, m->window + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

/* Passes over the rest of a part, or over what comes before the first. */
static bool
skip_to_delimiter(struct multipart *m)
{
	char chunk[4096];
	ssize_t n;

	m->in_part = true;
	do
		n = multipart_read(m, chunk, sizeof(chunk));
	while (n > 0);
	return n == 0;
}

/* One header line without its end; false when there is none within bounds. */
static bool
header_line(struct multipart *m, struct str *line)
{
	char *end = memmem(m->window + m->at, m->n - m->at, "\r\n", 2);

	if (end == NULL || (size_t)(end - m->window) - m->at > HEADERS_MAX)
		return false;
	*line = (struct str){ m->window + m->at,
		(size_t)(end - m->window) - m->at };
	m->at += line->n + 2;
	return true;
}

static bool
read_headers(struct multipart *m, struct part *part)
{
	struct str line, value, file;
	bool named = false;
	size_t colon;
	int lines;

	*part = (struct part){ STR_NONE, false };
	for (lines = 0; lines < 16; lines++) {
		if (!header_line(m, &line))
			return false;
		if (line.n == 0)
			return named;
		colon = str_find(line, ':', 0);
		value = str_sub(line, colon + 1, line.n);
		if (!str_eq_nocase(str_sub(line, 0, colon),
		    STR("content-disposition")))
			continue;
		if (named || !str_starts(str_trim(value), STR("form-data")))
			return false;
		named = parameter(m->mem, value, STR("name"), &part->name);
		part->is_file = parameter(m->mem, value, STR("filename"),
		    &file);
	}
	return false;
}

enum multipart_step
multipart_next(struct multipart *m, struct part *part)
{
	if (!skip_to_delimiter(m))
		return m->body_cut ? MULTIPART_CUT : MULTIPART_BAD;
	m->at += m->delimiter_n;
	fill(m);
	if (m->n - m->at >= 2 && memcmp(m->window + m->at, "--", 2) == 0)
		return MULTIPART_END;
	/* RFC 2046 allows blanks after a boundary. */
	while (m->at < m->n &&
	    (m->window[m->at] == ' ' || m->window[m->at] == '\t'))
		m->at++;
	if (m->n - m->at < 2 || memcmp(m->window + m->at, "\r\n", 2) != 0)
		return m->body_cut ? MULTIPART_CUT : MULTIPART_BAD;
	m->at += 2;
	if (!read_headers(m, part))
		return m->body_cut ? MULTIPART_CUT : MULTIPART_BAD;
	m->in_part = true;
	return MULTIPART_PART;
}
