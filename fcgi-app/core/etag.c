/* Entity tags.  See etag.h. */
#include "etag.h"

/* Takes spaces, tabs and, if wished, commas off the front of *s. */
static void
skip(struct str *s, bool commas)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t' ||
	    (commas && s->p[0] == ',')))
		*s = str_sub(*s, 1, s->n);
}

/* Takes an entity tag off the front of *s, without its W/. */
static bool
take(struct str *s, struct str *tag)
{
	size_t end;

	if (str_starts(*s, STR("W/")))
		*s = str_sub(*s, 2, s->n);
	if (s->n == 0 || s->p[0] != '"')
		return false;
	end = str_find(*s, '"', 1) + 1;
	if (end > s->n)
		return false;
	*tag = str_sub(*s, 0, end);
	*s = str_sub(*s, end, s->n);
	skip(s, false);
	return s->n == 0 || s->p[0] == ',';
}

bool
etag_is_among(struct str list, struct str etag)
{
	struct str rest = list, tag;

	if (str_eq(str_trim(rest), STR("*")))
		return true;
	for (skip(&rest, true); rest.n > 0; skip(&rest, true)) {
		if (!take(&rest, &tag))
			return false;
		if (str_eq(tag, etag))
			return true;
	}
	return false;
}
