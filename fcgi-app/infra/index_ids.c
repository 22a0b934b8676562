/* Ids and classes.  See index_ids.h. */
#include "index_ids.h"

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

/* The slot of a page, or of where it would be; room.page_slots: none. */
static uint64_t
page_slot(const struct index_file *f, uint64_t page)
{
	uint64_t mask = f->head->room.page_slots - 1, i = mix(page), tries, key;

	for (tries = 0; tries <= mask; tries++, i++) {
		key = atomic_load_explicit(&f->page_key[i & mask],
		    memory_order_acquire);
		if (key == 0 || key == page + 1)
			return i & mask;
	}
	return mask + 1;
}

/* Where the class + 1 of an id stands, or NULL. */
static _Atomic uint32_t *
place_of(const struct index_file *f, int64_t id)
{
	uint64_t page = (uint64_t)id / INDEX_PAGE, at;
	uint64_t slot = page_slot(f, page);

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

bool
index_ids_page(struct index_file *f, int64_t id)
{
	uint64_t page = (uint64_t)id / INDEX_PAGE;
	uint64_t slot = page_slot(f, page);
	struct index_head *h = f->head;

	if (slot < h->room.page_slots && f->page_key[slot] != 0)
		return true;
	/* half full at most */
	if (slot >= h->room.page_slots ||
	    (h->pages_n + 1) * INDEX_PAGE > h->room.pages)
		return false;
	f->page_at[slot] = (uint32_t)h->pages_n++;
	atomic_store_explicit(&f->page_key[slot], page + 1,
	    memory_order_release);
	return true;
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
