/*
 * Pins like a pin.
 *
 * The index says which and how much; the rows are read by their ids, so what
 * was deleted, hidden or edited a moment ago never shows as it was.  Some more
 * are asked for than are wanted, for those that fall away.  Ids and scores are
 * kept in the cache, in its soft class.  A viewer who has
 * just changed something waits until the index has it, not for long.
 *
 * A pin whose title has no words gets those of its tags, then the newest; so
 * does every pin while there is no index.
 *
 * One that was deleted has similar pins for whoever comes too late, and does
 * not say which words it had.
 */
#include "app.h"
#include "cache.h"
#include "similar.h"

#define SPARE 16
#define PATIENCE (SECOND_US / 4)
#define LOOK (SECOND_US / 500)
#define KEPT_S 60

struct wanted {
	int64_t pin, limit, why;
};

static const struct field wanted_fields[] = {
	PATH_ID(struct wanted, pin),
	QUERY_INT_OPT(struct wanted, limit, 1, 200, 47),
	QUERY_BOOL_OPT(struct wanted, why),
	FIELD_END,
};

/* What the viewer changed a moment ago is in the index, or time is up.  state:
 * the index's, from before the change was seen to be missing there.  A change
 * leaves the outbox a moment after the index shows it, so the outbox is looked
 * at again soon in any case. */
static enum err
wait_for_own(struct req *rq, int64_t pin, int64_t change, uint64_t state)
{
	int64_t until = clock_mono() + PATIENCE;
	bool waiting = change > 0;
	struct row row;
	enum err e;

	while (waiting && state != 0 && clock_mono() < until) {
		similar_wait(state, clock_mono() + LOOK);
		state = similar_state();
		e = pg_row(rq, q_similar_waiting(change, pin, rq->user,
		    str_of(conf.host)), &row);
		if (e != OK)
			return e;
		waiting = row_bool(&row, "waiting");
	}
	return OK;
}

struct found {
	int64_t ids[2 * SIMILAR_MOST];
	struct str how[2 * SIMILAR_MOST]; /* it is like the pin: JSON, or "" */
	int n;
	bool enough; /* nothing is to be added to these */
};

/* Those of its tags and the newest, after what is found. */
static enum err
add_beside(struct req *rq, const struct wanted *in, struct found *found)
{
	int i, j, before = found->n;
	struct rows rows;
	struct row row;
	int64_t id;
	enum err e = pg_rows(rq, q_similar_tagged(in->pin, rq->user,
	    in->limit + before), &rows);

	for (i = 0; e == OK && i < rows.n && found->n < 2 * SIMILAR_MOST;
	    i++) {
		row = rows_at(&rows, i);
		id = row_int(&row, "id");
		for (j = 0; j < before && found->ids[j] != id; j++)
			continue;
		if (j < before)
			continue;
		found->ids[found->n] = id;
		found->how[found->n++] = STR("");
	}
	return e;
}

/* What is asked of the index. */
struct asked {
	const struct wanted *in;
	struct similar of;
	int64_t why;
};

/* What the index says: a line each, the id and how it is like the pin; then,
 * if these are enough, a line "enough". */
static enum err
ask(struct req *rq, void *arg, struct buf *out, bool *keep)
{
	const struct asked *asked = arg;
	struct index_hit hits[SIMILAR_MOST];
	bool enough = false;
	int i, n;
	enum err e = similar_find(&asked->of, (int)asked->in->limit + SPARE,
	    hits, &n, &enough);

	(void)rq;
	*keep = e == OK;
	for (i = 0; e == OK && i < n; i++) {
		buf_int(out, hits[i].id);
		buf_byte(out, ' ');
		similar_json(out, &asked->of, &hits[i], asked->why == 1);
		buf_byte(out, '\n');
	}
	if (e == OK && enough)
		buf_str(out, STR("enough\n"));
	return e == ERR_BUSY ? OK : e;
}

static void
take(struct str lines, struct found *found)
{
	size_t from, to, space;
	struct str line;

	for (from = 0; from < lines.n; from = to + 1) {
		to = str_find(lines, '\n', from);
		line = str_sub(lines, from, to);
		space = str_find(line, ' ', 0);
		if (str_eq(line, STR("enough")))
			found->enough = true;
		else if (found->n < 2 * SIMILAR_MOST &&
		    str_int(str_sub(line, 0, space), &found->ids[found->n]))
			found->how[found->n++] = str_sub(line, space + 1,
			    line.n);
	}
}

/* Ids and scores are kept for a minute, and may be shown old for as long: a
 * viewer who has made a pin since then gets new ones. */
static enum err
find(struct req *rq, struct asked *asked, bool fresh, struct found *found)
{
	static const char *const reads[ROUTE_TAGS] = { "pins" };
	struct cache_part part = { .name = "similar", .reads = reads,
		.ttl_s = KEPT_S, .stale_s = KEPT_S, .expensive = true,
		.make = ask, .arg = asked };
	struct str lines = STR_NONE;
	enum err e;

	part.about = arena_printf(rq->mem, "%lld %lld %lld %.*s\n%.*s",
	    (long long)asked->in->pin, (long long)asked->in->limit,
	    (long long)asked->why, STR_ARG(asked->of.title),
	    STR_ARG(asked->of.tags));
	e = fresh ? cache_part_now(rq, &part, &lines) :
	    cache_part(rq, &part, &lines);
	take(lines, found);
	return e == OK && !found->enough ?
	    add_beside(rq, asked->in, found) : e;
}

/* 200 pins, the most similar first; 404 no such pin for this viewer. */
static enum err
list(struct req *rq)
{
	struct found *found = arena_zalloc(rq->mem, sizeof(*found));
	struct asked asked = { .in = rq->in };
	const struct wanted *in = rq->in;
	uint64_t state = similar_state();
	struct row row;
	enum err e = pg_row(rq, q_similar_of(in->pin, rq->user,
	    str_of(conf.host)), &row);

	if (e != OK)
		return e;
	asked.why = row_bool(&row, "gone") ? 0 : in->why;
	asked.of = (struct similar){ in->pin, row_text(&row, "title"),
		row_text(&row, "tags") };
	e = wait_for_own(rq, in->pin, row_int(&row, "pending"), state);
	if (e == OK)
		e = find(rq, &asked, row_bool(&row, "fresh"), found);
	return e == OK ? reply_rows(rq, q_similar_list(rq->user,
	    (struct int8s){ found->ids, found->n },
	    (struct texts){ found->how, found->n }, in->limit)) : e;
}

static const struct route routes[] = {
	{ GET, "/pins/{pin}/similar_pin", list, wanted_fields, AUTH_OPT,
	    .shape = SHAPE_ARRAY, .columns = q_similar_list_columns,
	    .doc = "Pins most like one, by the words of their titles and their "
	    "tags; why=1 says which words." },
	{ GET, "/pins/{pin}/sim_pin_list", list, wanted_fields, AUTH_OPT,
	    .shape = SHAPE_ARRAY, .columns = q_similar_list_columns,
	    .doc = "The same as similar_pin." },
	ROUTE_END,
};

const struct feature feature_similar = { "similar", routes };
