/* Fences that are asked for at Postgres.  See cache_request.h. */
#include "cache_request.h"

#include "pg_side.h"

static PGconn *second;

static PGconn *
connected(void)
{
	if (second == NULL || PQstatus(second) != CONNECTION_OK) {
		PQfinish(second);
		second = pg_side_open("pinwall-fence", 1000);
	}
	return second;
}

/* Tags, a line each. */
static struct str
list(struct arena *mem, const struct str *tags, size_t n)
{
	struct str all = STR("");
	struct buf b;
	size_t i;

	buf_open(&b, 1 << 16);
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&b, '\n');
		buf_str(&b, tags[i]);
	}
	if (buf_ok(&b))
		all = arena_dup(mem, buf_view(&b));
	buf_close(&b);
	return all;
}

bool
cache_request_make(struct arena *mem, uint64_t xid, const struct str *tags,
    size_t n, int64_t *id)
{
	struct str all = list(mem, tags, n);

	return all.n > 0 && pg_side_number(connected(), mem,
	    q_guard_ask((int64_t)xid, all), id);
}

bool
cache_request_is_fenced(struct arena *mem, int64_t id, int64_t *fenced)
{
	return pg_side_number(connected(), mem, q_guard_asked(id), fenced);
}

bool
cache_request_is_off(struct arena *mem, int64_t *turns, bool *anew)
{
	*anew = second == NULL;
	if (!*anew && pg_side_number(second, mem, q_guard_is_off(), turns))
		return true;
	/* it may have ended long ago */
	cache_request_end();
	*anew = true;
	return pg_side_number(connected(), mem, q_guard_is_off(), turns);
}

bool
cache_request_switch_off(struct arena *mem, int64_t *turns)
{
	return pg_side_number(connected(), mem, q_guard_switch_off(), turns);
}

void
cache_request_end(void)
{
	PQfinish(second);
	second = NULL;
}
