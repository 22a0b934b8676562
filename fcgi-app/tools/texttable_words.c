/* Words as numbers, and the entries of the dictionary.  See texttable.h. */
#include "texttable.h"

#include <assert.h>
#include <utf8proc.h>

struct entry *entries;
unsigned entries_n;
struct text_kind kinds[TEXT_KINDS_MAX];
char kind_names[TEXT_KINDS_MAX][TEXTTABLE_NAME];
unsigned kinds_n;
const char *file_name;
unsigned line_number;

void
refuse(const char *what, const char *which)
{
	fprintf(stderr, "%s:%u: %s: %s\n", file_name, line_number, what,
	    which);
	exit(1);
}

/* Words as numbers. */

static bool
is_syllable(int32_t c)
{
	return c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST;
}

static unsigned
final_of(uint16_t syllable)
{
	return (syllable - TEXT_SYLLABLE_FIRST) % TEXT_FINALS;
}

/* False when the word has anything but Hangul syllables, or too many. */
bool
piece_read(const char *word, size_t n, struct piece *out)
{
	int32_t code[TEXT_PIECE_MAX * 4];
	utf8proc_ssize_t i, most = TEXT_PIECE_MAX * 4;
	utf8proc_ssize_t m = utf8proc_decompose((const utf8proc_uint8_t *)word,
	    (utf8proc_ssize_t)n, code, most, UTF8PROC_COMPOSE);

	out->n = 0;
	if (m <= 0 || m > most)
		return false;
	m = utf8proc_normalize_utf32(code, m, UTF8PROC_COMPOSE);
	if (m > TEXT_PIECE_MAX)
		return false;
	for (i = 0; i < m; i++) {
		if (!is_syllable(code[i]))
			return false;
		out->s[out->n++] = (uint16_t)code[i];
	}
	return out->n > 0;
}

struct piece
piece_cut(struct piece p, unsigned n)
{
	p.n -= n;
	return p;
}

struct piece
piece_with(struct piece p, uint16_t syllable)
{
	p.s[p.n++] = syllable;
	return p;
}

/* With another final consonant in its last syllable. */
struct piece
piece_with_final(struct piece p, unsigned final)
{
	uint16_t *last = &p.s[p.n - 1];

	*last = (uint16_t)(*last - final_of(*last) + final);
	return p;
}

unsigned
piece_final(const struct piece *p)
{
	return final_of(p->s[p->n - 1]);
}

bool
piece_ends_in(const struct piece *p, const struct piece *end)
{
	return p->n > end->n && memcmp(p->s + p->n - end->n, end->s,
	    end->n * sizeof(*end->s)) == 0;
}

/* The entries. */

struct entry *
entry_find(const struct piece *p)
{
	uint32_t hash = TEXT_HASH_FIRST, i;

	for (i = 0; i < p->n; i++)
		hash = text_hash_next(hash, p->s[i]);
	for (i = text_hash_slot(hash);; i++) {
		struct entry *e = &entries[i & (TEXTTABLE_ENTRIES - 1)];

		if (e->piece.n == 0) {
			e->hash = hash;
			return e;
		}
		if (e->piece.n == p->n && memcmp(e->piece.s, p->s,
		    p->n * sizeof(*p->s)) == 0)
			return e;
	}
}

BITS
entry_kind(const char *name)
{
	unsigned i;

	for (i = 0; i < kinds_n; i++)
		if (strcmp(kind_names[i], name) == 0)
			return (BITS)1 << i;
	refuse("no such kind", name);
}

void
entry_add(const struct piece *p, BITS bits)
{
	struct entry *e = entry_find(p);

	if (p->n > TEXT_PIECE_MAX)
		return;
	if (e->piece.n == 0) {
		e->piece = *p;
		e->kinds = 0;
		entries_n++;
		assert(entries_n < TEXTTABLE_ENTRIES / 2);
	}
	e->kinds |= bits;
}

void
entry_add_form(const struct piece *p, const char *group, const char *form)
{
	char name[TEXTTABLE_NAME];

	snprintf(name, sizeof(name), "%s-%s", group, form);
	entry_add(p, entry_kind(name));
}
