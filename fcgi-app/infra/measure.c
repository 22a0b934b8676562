/* What is measured of every request.  See measure.h. */
#include "measure.h"

#include "clock.h"
#include "conf.h"
#include "log.h"
#include "shared.h"


#define MINUTE_US (60 * SECOND_US)
#define MINUTES 6 /* kept; five of them are whole */
#define KNOWN 512 /* routes found without their name; a power of two */

const int64_t measure_bounds[MEASURE_BOUNDS] = { 20, 50, 100, 200, 500, 1000,
	2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000,
	2000000, 5000000, 10000000 };
const char *const measure_names[MEASURE_COUNT] = { "statement", "end",
	"state", "cache", "guard" };
const int measure_statuses[MEASURE_STATUSES] = { 200, 201, 204, 302, 304, 400,
	401, 403, 404, 405, 409, 410, 413, 415, 429, 500, 502, 503, 507, 0 };
const char *const measure_kind_names[MEASURE_KINDS] = { "page", "list", "one",
	"write", "heavy" };

_Static_assert(MEASURE_MORE + MEASURE_STATUSES <= SHARED_TALLY,
    "a row holds them");

static int64_t spent[MEASURE_COUNT]; /* by the request under way */

static void
add(measure_row row, int i, uint64_t n)
{
	atomic_fetch_add_explicit(&row[i], n, memory_order_relaxed);
}

static uint64_t
get(measure_row row, int i)
{
	return atomic_load_explicit(&row[i], memory_order_relaxed);
}

static void
add_duration(measure_row row, int64_t us)
{
	int i = 0;

	while (i < MEASURE_BOUNDS && us > measure_bounds[i])
		i++;
	add(row, i, 1);
	add(row, MEASURE_SUM, us > 0 ? (uint64_t)us : 0);
}

/* A row that there is no place for is the process's own: it counts, and is
 * not told. */
static measure_row
row_of(const char *what, const char *name)
{
	static _Atomic uint64_t none[SHARED_TALLY];
	char text[160];
	measure_row row;

	snprintf(text, sizeof(text), "%s %s", what, name);
	row = shared_tally(str_of(text));
	return row != NULL ? row : none;
}

/* --- Outside ------------------------------------------------------------- */

measure_row
measure_outside(enum measure of)
{
	static measure_row rows[MEASURE_COUNT];

	if (rows[of] == NULL)
		rows[of] = row_of("outside", measure_names[of]);
	return rows[of];
}

int64_t
measure_took(enum measure of, int64_t began)
{
	int64_t us = clock_mono() - began;

	add_duration(measure_outside(of), us);
	spent[of] += us;
	return us;
}

void
measure_statement(const struct req *rq, enum measure of, const char *name,
    int64_t began)
{
	int64_t us = measure_took(of, began);

	if (us >= conf.slow_ms * 1000)
		log_warn("slow-statement request=%s name=%s us=%lld", rq->id,
		    name, (long long)us);
}

void
measure_begin(void)
{
	memset(spent, 0, sizeof(spent));
}

int64_t
measure_postgres(void)
{
	return spent[MEASURE_STATEMENT] + spent[MEASURE_COMMIT];
}

int64_t
measure_redis(void)
{
	return spent[MEASURE_STATE] + spent[MEASURE_CACHE];
}

/* --- Requests ------------------------------------------------------------ */

measure_row
measure_route(const struct route *route)
{
	static struct known {
		const struct route *route;
		measure_row row;
	} known[KNOWN];
	static measure_row other;
	struct known *k;

	if (route == NULL) {
		if (other == NULL)
			other = row_of("route", "-");
		return other;
	}
	k = &known[(uintptr_t)route / sizeof(*route) % KNOWN];
	if (k->route != route)
		*k = (struct known){ route, row_of(method_name(route->method),
			route->path) };
	return k->row;
}

static int
place_of(int status)
{
	int i = 0;

	while (i < MEASURE_STATUSES - 1 && measure_statuses[i] != status)
		i++;
	return MEASURE_MORE + i;
}

static enum measure_kind
kind_of(const struct route *r)
{
	if (r == NULL)
		return MEASURE_KINDS;
	if (r->slow)
		return MEASURE_HEAVY;
	if (r->method != GET)
		return MEASURE_WRITE;
	switch (r->shape) {
	case SHAPE_HTML:
		return MEASURE_PAGE;
	case SHAPE_PAGE:
	case SHAPE_ARRAY:
		return MEASURE_LIST;
	case SHAPE_ROW:
		return MEASURE_ONE;
	default:
		return MEASURE_KINDS; /* the site about itself */
	}
}

/* --- The last minutes ---------------------------------------------------- */

enum { KEPT = MEASURE_MORE, HITS, MINUTE };

/* Of a kind, where a minute is counted: each of MINUTES in turn. */
static measure_row
row_of_minute(enum measure_kind kind, int64_t minute)
{
	static measure_row rows[MEASURE_KINDS][MINUTES];
	measure_row *row = &rows[kind][minute % MINUTES];
	char name[40];

	if (*row == NULL) {
		snprintf(name, sizeof(name), "%s %d", measure_kind_names[kind],
		    (int)(minute % MINUTES));
		*row = row_of("minute", name);
	}
	return *row;
}

/* When the first request came, monotonic microseconds. */
static int64_t
first(int64_t now)
{
	static measure_row row;
	uint64_t none = 0;

	if (row == NULL)
		row = row_of("minute", "first");
	if (atomic_compare_exchange_strong(&row[0], &none, (uint64_t)now))
		return now;
	return (int64_t)none;
}

/* Whoever comes first in a minute empties its row; what others add at that
 * moment may be lost. */
static measure_row
begin_minute(enum measure_kind kind, int64_t now)
{
	int64_t minute = now / MINUTE_US;
	measure_row row = row_of_minute(kind, minute);
	uint64_t was = get(row, MINUTE);
	int i;

	if (was == (uint64_t)minute || !atomic_compare_exchange_strong(
	    &row[MINUTE], &was, (uint64_t)minute))
		return row;
	first(now);
	for (i = 0; i < MINUTE; i++)
		atomic_store_explicit(&row[i], 0, memory_order_relaxed);
	return row;
}

static void
count_lately(const struct req *rq, int64_t us)
{
	enum measure_kind kind = kind_of(rq->route);
	measure_row row;

	if (kind == MEASURE_KINDS)
		return;
	row = begin_minute(kind, rq->started + us);
	add_duration(row, us);
	if (rq->cache == NULL)
		return;
	add(row, KEPT, 1);
	add(row, HITS, rq->cache_hit);
}

static void
add_minute(struct measure_span *span, measure_row row)
{
	int i;

	for (i = 0; i <= MEASURE_BOUNDS; i++) {
		span->counts[i] += get(row, i);
		span->requests += get(row, i);
	}
	span->kept += get(row, KEPT);
	span->hits += get(row, HITS);
}

double
measure_lately(struct measure_span *span)
{
	int64_t now = clock_mono(), from = now / MINUTE_US - MINUTES + 1;
	int64_t since = first(now), minute;
	measure_row row;
	int kind;

	memset(span, 0, MEASURE_KINDS * sizeof(*span));
	for (kind = 0; kind < MEASURE_KINDS; kind++)
		for (minute = from; minute < from + MINUTES; minute++) {
			row = row_of_minute(kind, minute);
			if (get(row, MINUTE) == (uint64_t)minute)
				add_minute(&span[kind], row);
		}
	if (since < from * MINUTE_US)
		since = from * MINUTE_US;
	return (double)(now - since > SECOND_US ? now - since : SECOND_US) /
	    (double)SECOND_US;
}

double
measure_percentile(const struct measure_span *span, double share)
{
	double wanted = share * (double)span->requests, below = 0, n;
	int64_t low = 0;
	int i;

	if (span->requests == 0)
		return -1;
	for (i = 0; i < MEASURE_BOUNDS; i++) {
		n = (double)span->counts[i];
		if (below + n >= wanted && n > 0)
			return (double)low + (wanted - below) / n *
			    (double)(measure_bounds[i] - low);
		below += n;
		low = measure_bounds[i];
	}
	return (double)low;
}

void
measure_request(const struct req *rq, int64_t us)
{
	measure_row row = measure_route(rq->route);

	add_duration(row, us);
	add(row, place_of(rq->status), 1);
	count_lately(rq, us);
}
