/* Taking addresses apart and putting them together. */
#include "webpage_url.h"

#include <ctype.h>

struct parts {
	struct str scheme, host, path, query; /* query with its '?' */
};

/* Bytes of the scheme of an address, or 0. */
static size_t
scheme_of(struct str s)
{
	size_t i;

	for (i = 0; i < s.n && (isalnum((unsigned char)s.p[i]) ||
	    (i > 0 && strchr("+-.", s.p[i]) != NULL)); i++)
		continue;
	return i > 0 && i < s.n && s.p[i] == ':' &&
	    isalpha((unsigned char)s.p[0]) ? i : 0;
}

static bool
is_web(struct str scheme)
{
	return str_eq_nocase(scheme, STR("http")) ||
	    str_eq_nocase(scheme, STR("https"));
}

/* The path and the query of what stands after the host. */
static void
split_rest(struct str rest, struct parts *p)
{
	size_t at = str_find(rest, '?', 0);

	p->path = str_sub(rest, 0, at);
	p->query = str_sub(rest, at, rest.n);
}

/* "//host/path?query" */
static bool
split_host(struct str s, struct parts *p)
{
	size_t n;

	if (!str_starts(s, STR("//")))
		return false;
	for (n = 2; n < s.n && s.p[n] != '/' && s.p[n] != '?'; n++)
		continue;
	p->host = str_sub(s, 2, n);
	split_rest(str_sub(s, n, s.n), p);
	return p->host.n > 0;
}

static bool
split(struct str s, struct parts *p)
{
	size_t n = scheme_of(s);

	p->scheme = str_sub(s, 0, n);
	return n > 0 && is_web(p->scheme) &&
	    split_host(str_sub(s, n + 1, s.n), p);
}

/* Without the fragment, white space at the ends and line ends inside, and
 * with slashes the right way round, as browsers read it. */
static struct str
tidy(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.n + 1);
	bool in_query = false;
	size_t i, n = 0;

	s = str_trim(s);
	for (i = 0; i < s.n && s.p[i] != '#'; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t')
			continue;
		in_query = in_query || s.p[i] == '?';
		to[n++] = s.p[i] == '\\' && !in_query ? '/' : s.p[i];
	}
	return (struct str){ to, n };
}

/* A path without "." and "..", into to, which has room for it. */
static size_t
straighten(struct str path, char *to)
{
	size_t from = 0, end, n = 0;
	struct str part;

	while (from < path.n) {
		end = str_find(path, '/', from + 1);
		part = str_sub(path, from, end);
		from = end;
		if (str_eq(part, STR("/..")) || str_eq(part, STR("/."))) {
			while (part.n == 3 && n > 0 && to[--n] != '/')
				continue;
			if (from < path.n)
				continue;
			part = STR("/");
		}
		memcpy(to + n, part.p, part.n);
		n += part.n;
	}
	return n;
}

/* The path of ref on the page at base. */
static struct str
path_on(struct arena *a, const struct parts *base, struct str path)
{
	size_t keep = base->path.n;
	char *whole, *to;
	size_t n;

	if (str_starts(path, STR("/")) || path.n == 0)
		keep = 0;
	while (keep > 0 && base->path.p[keep - 1] != '/')
		keep--;
	whole = arena_alloc(a, keep + path.n + 2);
	whole[0] = '/'; /* where the base has no path */
	n = keep == 0 && !str_starts(path, STR("/")) ? 1 : 0;
	if (keep > 0)
		memcpy(whole, base->path.p, keep);
	if (path.n > 0)
		memcpy(whole + keep + n, path.p, path.n);
	n += keep + path.n;
	to = arena_alloc(a, n + 1);
	return (struct str){ to, straighten((struct str){ whole, n }, to) };
}

/* What an address cannot hold as it is becomes %XX. */
static void
add_escaped(struct buf *b, struct str s)
{
	unsigned char c;
	size_t i;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL)
			buf_printf(b, "%%%02X", c);
		else
			buf_byte(b, (char)c);
	}
}

static struct str
put_together(struct arena *a, const struct parts *p)
{
	struct str whole = STR_NONE;
	struct buf b;

	buf_open(&b, WEBPAGE_URL_MAX + 1);
	buf_str(&b, str_eq_nocase(p->scheme, STR("https")) ?
	    STR("https://") : STR("http://"));
	buf_str(&b, p->host);
	add_escaped(&b, p->path);
	add_escaped(&b, p->query);
	if (buf_ok(&b) && buf_view(&b).n <= WEBPAGE_URL_MAX)
		whole = arena_dup(a, buf_view(&b));
	buf_close(&b);
	return whole;
}

static bool
is_host(struct str host)
{
	size_t i;

	for (i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] <= ' ' || host.p[i] == 0x7f ||
		    strchr("\"<>^`{|}", host.p[i]) != NULL)
			return false;
	return host.n > 0;
}

struct str
webpage_url_join(struct arena *a, struct str base, struct str ref)
{
	struct parts on = { 0 }, p = { 0 };

	ref = tidy(a, ref);
	if (ref.n == 0 || ref.n > 4 * WEBPAGE_URL_MAX ||
	    !split(tidy(a, base), &on))
		return STR_NONE;
	if (scheme_of(ref) > 0) {
		if (!split(ref, &p))
			return STR_NONE;
	} else if (str_starts(ref, STR("//"))) {
		p.scheme = on.scheme;
		if (!split_host(ref, &p))
			return STR_NONE;
	} else {
		p = on;
		split_rest(ref, &p);
		if (p.path.n == 0)
			p.path = on.path;
	}
	if (!is_host(p.host))
		return STR_NONE;
	p.path = path_on(a, &on, p.path);
	return put_together(a, &p);
}
