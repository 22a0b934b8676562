/*
 * The Cookie header: the first line is the name that is looked for, the rest
 * the header.  What is found stands there exactly once and holds only what a
 * cookie may.
 */
#include "../unit/fake.h"
#include "form.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* How many cookies have the name; *value: that of the last. */
static int
count(struct str header, struct str name, struct str *value)
{
	struct str piece;
	size_t semi;
	int n = 0;

	for (;;) {
		semi = str_find(header, ';', 0);
		piece = str_trim(str_sub(header, 0, semi));
		if (str_starts(piece, name) && piece.n > name.n &&
		    piece.p[name.n] == '=') {
			*value = str_sub(piece, name.n + 1, piece.n);
			n++;
		}
		if (semi == header.n)
			return n;
		header = str_sub(header, semi + 1, header.n);
	}
}

static bool
is_allowed(struct str value)
{
	size_t i;
	char c;

	for (i = 0; i < value.n; i++) {
		c = value.p[i];
		if (c < '!' || c > '~' || c == '"' || c == ',' || c == ';' ||
		    c == '\\')
			return false;
	}
	return value.n > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str all = { (const char *)data, n };
	size_t end = str_find(all, '\n', 0);
	struct str name = str_sub(all, 0, end), value = STR_NONE;
	struct str header = str_sub(all, end + 1, n);
	struct str found = cookie_find(header, name);

	/* a name is a token: nothing else is ever asked for */
	if (str_find(name, '=', 0) < name.n || str_find(name, ';', 0) < name.n ||
	    str_trim(name).n != name.n)
		return 0;
	if (count(header, name, &value) != 1) {
		assert(found.p == NULL);
		return 0;
	}
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_sub(value, 1, value.n - 1);
	assert((found.p != NULL) == is_allowed(value));
	assert(found.p == NULL || str_eq(found, value));
	return 0;
}
