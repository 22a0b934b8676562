/* What the cache counts.  See cache_count.h. */
#include "cache_count.h"

#include "shared.h"

_Static_assert(CACHE_READS <= SHARED_TALLY && CACHE_WRITES <= SHARED_TALLY &&
    CACHE_GUARDS <= SHARED_TALLY, "a row holds them");

const char *const cache_read_names[CACHE_READS] = { "hit", "stale", "miss",
	"fenced", "bypass" };
const char *const cache_write_names[CACHE_WRITES] = { "fenced", "no-server",
	"asked", "off", "refused" };

static void
add(struct str name, int i, uint64_t n)
{
	_Atomic uint64_t *row = shared_tally(name);

	if (row != NULL)
		atomic_fetch_add_explicit(&row[i], n, memory_order_relaxed);
}

static uint64_t
number(struct str name, int i)
{
	_Atomic uint64_t *row = shared_tally(name);

	return row != NULL ? row[i] : 0;
}

void
cache_count_read(struct str name, enum cache_read how)
{
	add(name, how, 1);
}

void
cache_count_write(enum cache_write how)
{
	add(STR("cache writes"), how, 1);
}

void
cache_count_guard(enum cache_guard what, uint64_t n)
{
	add(STR("cache guardian"), what, n);
}

uint64_t
cache_reads(struct str name, enum cache_read how)
{
	return number(name, how);
}

uint64_t
cache_writes(enum cache_write how)
{
	return number(STR("cache writes"), how);
}

uint64_t
cache_guards(enum cache_guard what)
{
	return number(STR("cache guardian"), what);
}
