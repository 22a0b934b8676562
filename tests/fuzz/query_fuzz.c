/*
 * Query strings and forms: every pair is what a second and simpler reading
 * finds; and what was read can be written so that it reads the same.
 */
#include "../unit/fake.h"
#include "form.h"

#include <assert.h>
#include <ctype.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Decodes s into out; -1: a percent sign without two digits after it. */
static ssize_t
simple_decode(struct str s, char *out)
{
	char digits[3] = "";
	ssize_t n = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		if (s.n - i < 3 || !isxdigit((unsigned char)s.p[i + 1]) ||
		    !isxdigit((unsigned char)s.p[i + 2]))
			return -1;
		memcpy(digits, s.p + i + 1, 2);
		out[n++] = (char)strtol(digits, NULL, 16);
		i += 2;
	}
	return n;
}

static void
check(struct str piece, struct str got)
{
	char *want = malloc(piece.n + 1);

	assert(want != NULL);
	assert(str_eq(got, (struct str){ want,
	    (size_t)simple_decode(piece, want) }));
	assert(got.p[got.n] == '\0');
	free(want);
}

/* The next piece that is not empty. */
static struct str
next_piece(struct str *rest)
{
	struct str piece = STR("");
	size_t amp;

	while (piece.n == 0 && rest->n > 0) {
		amp = str_find(*rest, '&', 0);
		piece = str_sub(*rest, 0, amp);
		*rest = str_sub(*rest, amp + 1, rest->n);
	}
	return piece;
}

static void
check_again(struct arena *mem, struct str name, struct str value)
{
	struct str text = arena_printf(mem, "%s=%s",
	    form_encode(mem, name).p, form_encode(mem, value).p);
	struct str again, other;

	if (text.n == 1)
		return; /* "=" */
	assert(form_next(mem, &text, &again, &other) == FORM_PAIR);
	assert(str_eq(again, name) && str_eq(other, value));
	assert(form_next(mem, &text, &again, &other) == FORM_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena *mem;
	struct str rest = { (const char *)data, n }, copy = rest, piece;
	struct str name, value;
	enum form_step step;
	char *scratch;
	size_t eq;

	if (mem == NULL)
		mem = arena_open(64 << 20);
	while ((step = form_next(mem, &rest, &name, &value)) == FORM_PAIR) {
		piece = next_piece(&copy);
		eq = str_find(piece, '=', 0);
		check(str_sub(piece, 0, eq), name);
		check(str_sub(piece, eq + 1, piece.n), value);
		check_again(mem, name, value);
	}
	piece = next_piece(&copy);
	if (step == FORM_BAD) {
		eq = str_find(piece, '=', 0);
		scratch = malloc(piece.n + 1);
		assert(scratch != NULL);
		assert(simple_decode(str_sub(piece, 0, eq), scratch) < 0 ||
		    simple_decode(str_sub(piece, eq + 1, piece.n), scratch) <
		    0);
		free(scratch);
	} else {
		assert(piece.n == 0);
	}
	arena_reset(mem);
	return 0;
}
