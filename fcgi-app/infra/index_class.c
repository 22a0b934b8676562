/* Terms and classes.  See index_class.h. */
#include "index_class.h"

#include "index_bound.h"
#include "index_names.h"

#define TERMS_MOST (UINT32_C(1) << 26) /* a record has 26 bits for a term */

/* --- Finding a class --------------------------------------------------- */

static uint64_t
hash(const struct index_term *terms, int n)
{
	uint64_t h = (uint64_t)n;
	int i;

	for (i = 0; i < n; i++) {
		h = h * 31 + ((uint64_t)terms[i].term << 16 | terms[i].count);
		h ^= h >> 33;
		h *= UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 29;
	}
	return h;
}

static bool
is_class(const struct index_file *f, uint32_t class,
    const struct index_term *terms, int n)
{
	const uint32_t *at;
	struct index_term one;
	int i, has;

	at = index_record_of(f, class, &has);
	if (has != n)
		return false;
	for (i = 0; i < n; i++) {
		one = index_record_next(&at);
		if (one.term != terms[i].term || one.count != terms[i].count)
			return false;
	}
	return true;
}

/* The slot of a bag, or where it would be. */
static uint32_t *
slot_of(const struct index_classes *c, const struct index_file *f,
    const struct index_term *terms, int n)
{
	uint64_t i = hash(terms, n);

	for (;; i++) {
		uint32_t *slot = &c->slots[i & (c->room - 1)];

		if (*slot == 0 || is_class(f, *slot - 1, terms, n))
			return slot;
	}
}

/* All classes of the file, in slots for at least twice as many. */
static void
fill(struct index_classes *c, const struct index_file *f, uint64_t room)
{
	struct index_term terms[INDEX_TERMS];
	uint32_t class, classes = f->head->classes;
	int n;

	free(c->slots);
	c->slots = calloc(room, sizeof(*c->slots));
	c->room = room;
	if (c->slots == NULL)
		abort();
	for (class = 0; class < classes; class++) {
		n = index_record_read(f, class, terms);
		*slot_of(c, f, terms, n) = class + 1;
	}
}

void
index_classes_open(struct index_classes *c, const struct index_file *f)
{
	uint64_t room = 4096;

	while (room < f->head->classes * UINT64_C(2))
		room *= 2;
	memset(c, 0, sizeof(*c));
	fill(c, f, room);
}

void
index_classes_close(struct index_classes *c)
{
	free(c->slots);
	memset(c, 0, sizeof(*c));
}

/* --- Making terms and classes ------------------------------------------ */

bool
index_class_term(struct index_file *f, struct index_taken *t, struct str name,
    uint32_t *term)
{
	const struct index_head *h = f->head;
	uint64_t next = (uint64_t)h->terms + 1;

	*term = index_names_find(f, name);
	if (*term != INDEX_NONE)
		return true;
	if (next > TERMS_MOST ||
	    !index_room_take(t, f, INDEX_AT_names,
	    h->names_n + 3 + name.n) ||
	    !index_room_take(t, f, INDEX_AT_name_slots,
	    h->name_slots_n + index_names_slots_wanted(f)) ||
	    !index_room_take(t, f, INDEX_AT_term_name, next) ||
	    !index_room_take(t, f, INDEX_AT_term_log, next) ||
	    !index_room_take(t, f, INDEX_AT_term_df, next) ||
	    !index_room_take(t, f, INDEX_AT_term_floor, next) ||
	    !index_room_take(t, f, INDEX_AT_term_list, next))
		return false;
	index_bound_term_new(f, h->terms);
	*term = index_names_add(f, name);
	return true;
}

/* Classes that the next extent of a list gets room for, or 0: the last one has
 * room. */
static uint32_t
extent_wanted(const struct index_file *f, const struct index_list *list)
{
	uint32_t n = list->n;

	if (list->last != 0 &&
	    list->last_n < f->postings[list->last + EXTENT_ROOM])
		return 0;
	return n < 2 ? 2 : n < 16 ? 2 * n : n / 2 + 8;
}

static uint64_t
postings_wanted(const struct index_file *f, const struct index_term *terms,
    int n)
{
	uint64_t sum = 0;
	uint32_t room;
	int i;

	for (i = 0; i < n; i++) {
		room = extent_wanted(f, &f->term_list[terms[i].term]);
		sum += room > 0 ? room + EXTENT_HEAD : 0;
	}
	return sum;
}

static void
append(struct index_file *f, struct index_list *list, uint32_t class)
{
	uint32_t room = extent_wanted(f, list), n = list->n;
	uint64_t at = f->head->postings_n;
	uint32_t *before = f->postings + list->last;

	if (room > 0) {
		f->postings[at + EXTENT_ROOM] = room;
		f->head->postings_n += EXTENT_HEAD + room;
		if (list->last == 0) {
			__atomic_store_n(&list->first, at, __ATOMIC_RELEASE);
		} else {
			before[EXTENT_NEXT_LOW] = (uint32_t)at;
			before[EXTENT_NEXT_HIGH] = (uint32_t)(at >> 32);
		}
		list->last = at;
		list->last_n = 0;
	}
	f->postings[list->last + EXTENT_HEAD + list->last_n++] = class;
	atomic_store_explicit(&list->n, n + 1, memory_order_release);
}

static bool
take(const struct index_file *f, struct index_taken *t,
    const struct index_term *terms, int n)
{
	const struct index_head *h = f->head;
	uint64_t next = (uint64_t)h->classes + 1;

	return index_room_take(t, f, INDEX_AT_records,
	    h->records_n + index_record_words(terms, n) + 16) &&
	    h->records_n < UINT32_MAX - 1024 &&
	    index_room_take(t, f, INDEX_AT_postings,
	    h->postings_n + postings_wanted(f, terms, n)) &&
	    index_room_take(t, f, INDEX_AT_class_bound, next) &&
	    index_room_take(t, f, INDEX_AT_class_record, next) &&
	    index_room_take(t, f, INDEX_AT_class_ids_n, next) &&
	    index_room_take(t, f, INDEX_AT_class_ids, next);
}

bool
index_class_get(struct index_classes *c, struct index_file *f,
    struct index_taken *t, const struct index_term *terms, int n,
    uint32_t *class)
{
	uint32_t *slot = slot_of(c, f, terms, n);
	int i;

	*class = *slot - 1;
	if (*slot != 0)
		return true;
	if (!take(f, t, terms, n))
		return false;
	*class = f->head->classes;
	f->class_record[*class] = index_record_add(f, terms, n);
	for (i = 0; i < n; i++)
		append(f, &f->term_list[terms[i].term], *class);
	atomic_store_explicit(&f->head->classes, *class + 1,
	    memory_order_release);
	*slot = *class + 1;
	if (f->head->classes > c->room / 2)
		fill(c, f, c->room * 2);
	return true;
}
