/*
 * Pins like a pin.
 *
 * The index says which and how much; the rows are read by their ids, so what
 * was deleted, hidden or edited a moment ago never shows as it was.  Some more
 * are asked for than are wanted, for those that fall away.  A viewer who has
 * just changed something waits until the index has it, not for long.
 *
 * A pin whose title has no words gets those of its tags, then the newest; so
 * does every pin while there is no index.
 */
#include "app.h"
#include "similar.h"

#define SPARE 16
#define PATIENCE (SECOND_US / 20)
#define LOOK (SECOND_US / 500)

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
		e = pg_row(rq, q_similar_waiting(change, pin, rq->user), &row);
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

static enum err
find(struct req *rq, const struct wanted *in, const struct similar *s,
    struct found *found)
{
	struct index_hit hits[SIMILAR_MOST];
	bool enough = false;
	struct buf b;
	int i, n;
	enum err e = similar_find(s, (int)in->limit + SPARE, hits, &n, &enough);

	buf_open(&b, 1 << 16);
	for (i = 0; e == OK && i < n; i++) {
		buf_reset(&b, 1 << 16);
		similar_json(&b, s, &hits[i], in->why == 1);
		found->ids[i] = hits[i].id;
		found->how[i] = arena_dup(rq->mem, buf_view(&b));
	}
	buf_close(&b);
	found->n = i;
	return (e == OK && !enough) || e == ERR_BUSY ?
	    add_beside(rq, in, found) : e;
}

/* 200 pins, the most similar first; 404 no such pin for this viewer. */
static enum err
list(struct req *rq)
{
	struct found *found = arena_alloc(rq->mem, sizeof(*found));
	const struct wanted *in = rq->in;
	uint64_t state = similar_state();
	struct similar s;
	struct row row;
	enum err e = pg_row(rq, q_similar_of(in->pin, rq->user), &row);

	if (e != OK)
		return e;
	s = (struct similar){ in->pin, row_text(&row, "title"),
		row_text(&row, "tags") };
	e = wait_for_own(rq, in->pin, row_int(&row, "pending"), state);
	if (e == OK)
		e = find(rq, in, &s, found);
	return e == OK ? reply_rows(rq, q_similar_list(rq->user,
	    (struct int8s){ found->ids, found->n },
	    (struct texts){ found->how, found->n }, in->limit)) : e;
}

static const struct route routes[] = {
	{ GET, "/pins/{pin}/similar_pin", list, wanted_fields, AUTH_OPT,
	    .shape = SHAPE_ARRAY, .columns = q_similar_list_columns,
	    .reads = { "pin:{pin}", "pins", "names" },
	    .doc = "Pins most like one, by the words of their titles and their "
	    "tags; why=1 says which words." },
	{ GET, "/pins/{pin}/sim_pin_list", list, wanted_fields, AUTH_OPT,
	    .shape = SHAPE_ARRAY, .columns = q_similar_list_columns,
	    .reads = { "pin:{pin}", "pins", "names" },
	    .doc = "The same as similar_pin." },
	ROUTE_END,
};

const struct feature feature_similar = { "similar", routes };
