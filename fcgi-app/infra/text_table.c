/* The dictionary of Korean, mapped. */
#include "text_table.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The parts, one behind the other; false when the file's length is another. */
static bool
lay_out(struct text_table *t)
{
	const struct text_head *h = t->head;
	const char *p = (const char *)(h + 1);
	uint64_t need = sizeof(*h);

	need += (uint64_t)h->kinds * sizeof(*t->kinds);
	need += (uint64_t)h->sets * sizeof(*t->sets);
	need += (uint64_t)h->slots * sizeof(*t->slots);
	need += (uint64_t)h->pool * sizeof(*t->pool);
	if (need != t->bytes)
		return false;
	t->sets = (const void *)p;
	p += h->sets * sizeof(*t->sets);
	t->kinds = (const void *)p;
	p += h->kinds * sizeof(*t->kinds);
	t->slots = (const void *)p;
	p += h->slots * sizeof(*t->slots);
	t->pool = (const void *)p;
	return true;
}

static bool
is_sound_set(const struct text_table *t, const struct text_set *set)
{
	unsigned i;

	for (i = 0; i < set->n && i < TEXT_SET_MAX; i++)
		if (set->kind[i] >= t->head->kinds)
			return false;
	return set->n <= TEXT_SET_MAX;
}

/* What a lookup relies on, of each slot and each set. */
static bool
is_sound(const struct text_table *t)
{
	const struct text_head *h = t->head;
	uint32_t i, used = 0;

	if (h->kinds == 0 || h->kinds > TEXT_KINDS_MAX || h->slots == 0 ||
	    (h->slots & (h->slots - 1)) != 0)
		return false;
	for (i = 0; i < h->kinds; i++)
		if (t->kinds[i].to >= TEXT_STATES)
			return false;
	for (i = 0; i < h->sets; i++)
		if (!is_sound_set(t, &t->sets[i]))
			return false;
	for (i = 0; i < h->slots; i++) {
		const struct text_slot *s = &t->slots[i];

		used += s->n != 0;
		if (s->n != 0 && (s->n > TEXT_PIECE_MAX || s->set >= h->sets ||
		    s->at > h->pool || h->pool - s->at < s->n))
			return false;
	}
	return used < h->slots;
}

static const char *
check(struct text_table *t)
{
	const struct text_head *h = t->head;

	if (t->bytes < sizeof(*h) ||
	    memcmp(h->magic, TEXT_TABLE_MAGIC, sizeof(h->magic)) != 0)
		return "is no dictionary";
	if (h->form != TEXT_TABLE_FORM || h->states != TEXT_STATES)
		return "is of another version";
	if (!lay_out(t))
		return "is not whole";
	if (text_sum(h + 1, t->bytes - sizeof(*h)) != h->sum || !is_sound(t))
		return "is damaged";
	return NULL;
}

const char *
text_table_open(struct text_table *t, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *why;
	void *p;

	*t = (struct text_table){ 0 };
	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st) != 0 || st.st_size <= 0) {
		close(fd);
		return "is empty";
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return strerror(errno);
	t->head = p;
	t->bytes = (size_t)st.st_size;
	why = check(t);
	if (why != NULL)
		text_table_close(t);
	return why;
}

void
text_table_close(struct text_table *t)
{
	if (t->head != NULL)
		munmap((void *)(uintptr_t)t->head, t->bytes);
	*t = (struct text_table){ 0 };
}

const struct text_set *
text_table_find(const struct text_table *t, const uint16_t *piece, size_t n,
    uint32_t hash)
{
	uint32_t mask = t->head->slots - 1, i = text_hash_slot(hash) & mask;
	const struct text_slot *s;

	for (;; i = (i + 1) & mask) {
		s = &t->slots[i];
		if (s->n == 0)
			return NULL;
		if (s->n == n && s->tag == text_hash_tag(hash) &&
		    memcmp(t->pool + s->at, piece, n * sizeof(*piece)) == 0)
			return &t->sets[s->set];
	}
}
