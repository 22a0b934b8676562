/* Entity tags.  See etag.h. */
#include "etag.h"

bool
etag_is_among(struct str list, struct str etag)
{
	struct str rest = str_trim(list);
	size_t end;

	if (str_eq(rest, STR("*")))
		return true;
	while (rest.n > 0) {
		if (str_starts(rest, STR("W/")))
			rest = str_sub(rest, 2, rest.n);
		/* a comma may stand within the quotes */
		end = rest.n > 0 && rest.p[0] == '"' ?
		    str_find(rest, '"', 1) : rest.n;
		if (end == rest.n)
			return false;
		if (str_eq(str_sub(rest, 0, end + 1), etag))
			return true;
		rest = str_trim(str_sub(rest, end + 1, rest.n));
		if (rest.n > 0 && rest.p[0] != ',')
			return false;
		rest = str_trim(str_sub(rest, rest.n > 0, rest.n));
	}
	return false;
}
