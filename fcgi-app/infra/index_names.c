/* The names of terms.  See index_names.h. */
#include "index_names.h"

#define FIRST_LOG 10 /* of the first table */

static uint64_t
hash(struct str s)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 29;
}

struct str
index_names_text(const struct index_file *f, uint32_t term)
{
	uint64_t at, room = f->head->room.names;
	const uint8_t *p;
	size_t n;

	if (term >= f->head->room.terms)
		return STR_NONE;
	at = f->term_name[term];
	if (at + 3 > room)
		return STR_NONE;
	p = f->names + at;
	n = (size_t)p[0] | (size_t)p[1] << 8;
	if (at + 3 + n > room)
		return STR_NONE;
	return (struct str){ (const char *)p + 3, n };
}

bool
index_names_is_tag(const struct index_file *f, uint32_t term)
{
	struct str name = index_names_text(f, term);

	return name.p != NULL && name.p[-1] & INDEX_NAME_TAG;
}

void
index_names_mark(struct index_file *f, uint32_t term)
{
	f->names[f->term_name[term] + 2] |= INDEX_NAME_TAG;
}

/* The slot that has the name, or where it would be. */
static _Atomic uint32_t *
slot_of(const struct index_file *f, uint64_t names_at, struct str name)
{
	uint64_t mask = (UINT64_C(1) << names_at % 64) - 1;
	uint64_t i, tries, start = names_at / 64;
	_Atomic uint32_t *slot;
	uint32_t term;

	if (start + mask >= f->head->room.name_slots)
		return NULL;
	for (i = hash(name), tries = 0; tries <= mask; i++, tries++) {
		slot = &f->name_slots[start + (i & mask)];
		term = atomic_load_explicit(slot, memory_order_acquire);
		if (term == 0 || str_eq(index_names_text(f, term - 1), name))
			return slot;
	}
	return NULL;
}

uint32_t
index_names_find(const struct index_file *f, struct str name)
{
	uint64_t at = atomic_load_explicit(&f->head->names_at,
	    memory_order_acquire);
	const _Atomic uint32_t *slot;

	slot = at != 0 && name.n <= INDEX_NAME ? slot_of(f, at, name) : NULL;
	return slot != NULL ? *slot - 1 : INDEX_NONE;
}

uint64_t
index_names_slots_wanted(const struct index_file *f)
{
	const struct index_head *h = f->head;
	uint64_t log = h->names_at % 64, terms = h->terms;

	if (h->names_at == 0)
		return UINT64_C(1) << FIRST_LOG;
	return (terms + 1) * 4 > UINT64_C(3) << log ?
	    UINT64_C(1) << (log + 1) : 0;
}

/* A table of n slots with all terms in it. */
static void
make_table(struct index_file *f, uint64_t n)
{
	struct index_head *h = f->head;
	uint64_t at = h->name_slots_n * 64 + (uint64_t)__builtin_ctzll(n);
	uint32_t term, terms = h->terms;

	for (term = 0; term < terms; term++)
		*slot_of(f, at, index_names_text(f, term)) = term + 1;
	h->name_slots_n += n;
	atomic_store_explicit(&h->names_at, at, memory_order_release);
}

uint32_t
index_names_add(struct index_file *f, struct str name)
{
	uint64_t more = index_names_slots_wanted(f);
	struct index_head *h = f->head;
	uint32_t term = h->terms;
	uint8_t *p = f->names + h->names_n;

	if (more > 0)
		make_table(f, more);
	p[0] = (uint8_t)(name.n & 255);
	p[1] = (uint8_t)(name.n >> 8);
	p[2] = 0;
	memcpy(p + 3, name.p, name.n);
	f->term_name[term] = (uint32_t)h->names_n;
	h->names_n += 3 + name.n;
	atomic_store_explicit(&h->terms, term + 1, memory_order_release);
	atomic_store_explicit(slot_of(f, h->names_at, name), term + 1,
	    memory_order_release);
	return term;
}
