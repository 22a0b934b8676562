/* Ids and classes.  See index_ids.h. */
#include "index_ids.h"

#define FIRST_LOG 8 /* of the first table */

/* The finaliser of MurmurHash3. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* The slot of a page in a table, or of where it would be; room.page_slots:
 * none. */
static uint64_t
page_slot(const struct index_file *f, uint64_t table, uint64_t page)
{
	uint64_t mask = (UINT64_C(1) << table % 64) - 1, start = table / 64;
	uint64_t i = mix(page), tries, key;

	if (table == 0 || start + mask >= f->head->room.page_slots)
		return f->head->room.page_slots;
	for (tries = 0; tries <= mask; tries++, i++) {
		key = atomic_load_explicit(&f->page_key[start + (i & mask)],
		    memory_order_acquire);
		if (key == 0 || key == page + 1)
			return start + (i & mask);
	}
	return f->head->room.page_slots;
}

/* Where the class + 1 of an id stands, or NULL. */
static _Atomic uint32_t *
place_of(const struct index_file *f, int64_t id)
{
	uint64_t page = (uint64_t)id / INDEX_PAGE, at;
	uint64_t slot = page_slot(f, atomic_load_explicit(&f->head->pages_at,
	    memory_order_acquire), page);

	if (slot >= f->head->room.page_slots || f->page_key[slot] == 0)
		return NULL;
	at = (uint64_t)f->page_at[slot] * INDEX_PAGE;
	return at < f->head->room.pages ?
	    &f->pages[at + (uint64_t)id % INDEX_PAGE] : NULL;
}

uint32_t
index_ids_class(const struct index_file *f, int64_t id)
{
	const _Atomic uint32_t *place = id > 0 ? place_of(f, id) : NULL;
	uint32_t class = place == NULL ? 0 :
	    atomic_load_explicit(place, memory_order_acquire);

	return class - 1 < f->head->room.classes ? class - 1 : INDEX_NONE;
}

static uint64_t *
ids_at(const struct index_file *f, uint32_t class)
{
	return f->ids + 1 + atomic_load_explicit(&f->class_ids[class],
	    memory_order_acquire);
}

const uint64_t *
index_ids_of(const struct index_file *f, uint32_t class, uint32_t *n)
{
	uint64_t at = atomic_load_explicit(&f->class_ids[class],
	    memory_order_relaxed);

	*n = atomic_load_explicit(&f->class_ids_n[class],
	    memory_order_relaxed);
	if (*n == 1)
		return (const uint64_t *)&f->class_ids[class];
	if (at >= f->head->room.ids || *n >= f->head->room.ids - at) {
		*n = 0;
		return NULL;
	}
	return f->ids + at + 1;
}

uint64_t
index_ids_slots_wanted(const struct index_file *f)
{
	const struct index_head *h = f->head;
	uint64_t log = h->pages_at % 64;

	if (h->pages_at == 0)
		return UINT64_C(1) << FIRST_LOG;
	return (h->pages_n + 1) * 2 > UINT64_C(1) << log ?
	    UINT64_C(1) << (log + 1) : 0;
}

/* A table of n slots, with the pages of the one before. */
static void
make_table(struct index_file *f, uint64_t n)
{
	struct index_head *h = f->head;
	uint64_t old = h->pages_at, i, slot;
	uint64_t end = old == 0 ? 0 : old / 64 + (UINT64_C(1) << old % 64);
	uint64_t table = h->page_slots_n * 64 + (uint64_t)__builtin_ctzll(n);

	for (i = old / 64; i < end; i++) {
		if (f->page_key[i] == 0)
			continue;
		slot = page_slot(f, table, f->page_key[i] - 1);
		f->page_at[slot] = f->page_at[i];
		f->page_key[slot] = f->page_key[i];
	}
	h->page_slots_n += n;
	atomic_store_explicit(&h->pages_at, table, memory_order_release);
}

bool
index_ids_has_page(const struct index_file *f, int64_t id)
{
	return place_of(f, id) != NULL;
}

void
index_ids_add_page(struct index_file *f, int64_t id)
{
	uint64_t page = (uint64_t)id / INDEX_PAGE, slot;
	uint64_t more = index_ids_slots_wanted(f);

	if (more > 0)
		make_table(f, more);
	slot = page_slot(f, f->head->pages_at, page);
	f->page_at[slot] = (uint32_t)f->head->pages_n++;
	atomic_store_explicit(&f->page_key[slot], page + 1,
	    memory_order_release);
}

uint64_t
index_ids_wanted(const struct index_file *f, uint32_t class, uint32_t n)
{
	uint32_t has;
	const uint64_t *ids = index_ids_of(f, class, &has);

	return has < 2 || ids[-1] >= n ? 0 : 1 + 2 * (uint64_t)n;
}

void
index_ids_widen(struct index_file *f, uint32_t class, uint32_t n)
{
	uint64_t at = f->head->ids_n, room = 2 * (uint64_t)n;
	uint32_t has;
	const uint64_t *ids = index_ids_of(f, class, &has);

	f->ids[at] = room;
	memcpy(f->ids + at + 1, ids, has * sizeof(*ids));
	f->head->ids_n += 1 + room;
	atomic_store_explicit(&f->class_ids[class], at, memory_order_release);
}

static void
add(struct index_file *f, uint32_t class, uint64_t id)
{
	uint32_t n, i;
	uint64_t *ids = (uint64_t *)index_ids_of(f, class, &n);

	if (n == 0) {
		f->head->inhabited_n++;
		atomic_store_explicit(&f->class_ids[class], id,
		    memory_order_relaxed);
	} else {
		if (n == 1 || ids[-1] == n)
			index_ids_widen(f, class, n);
		ids = (uint64_t *)ids_at(f, class);
		for (i = n; i > 0 && ids[i - 1] > id; i--)
			ids[i] = ids[i - 1];
		ids[i] = id;
	}
	atomic_store_explicit(&f->class_ids_n[class], n + 1,
	    memory_order_relaxed);
}

static void
drop(struct index_file *f, uint32_t class, uint64_t id)
{
	uint32_t n, i = 0;
	uint64_t *ids = (uint64_t *)index_ids_of(f, class, &n);

	while (n > 1 && i < n - 1 && ids[i] != id)
		i++;
	if (n > 1) {
		memmove(ids + i, ids + i + 1, (n - 1 - i) * sizeof(*ids));
		if (n == 2)
			atomic_store_explicit(&f->class_ids[class], ids[0],
			    memory_order_relaxed);
	}
	f->head->inhabited_n -= n == 1;
	atomic_store_explicit(&f->class_ids_n[class], n - 1,
	    memory_order_relaxed);
}

void
index_ids_move(struct index_file *f, int64_t id, uint32_t from, uint32_t to)
{
	_Atomic uint32_t *place = place_of(f, id);

	if (from != INDEX_NONE)
		drop(f, from, (uint64_t)id);
	if (to != INDEX_NONE)
		add(f, to, (uint64_t)id);
	atomic_store_explicit(place, to + 1, memory_order_release);
}
