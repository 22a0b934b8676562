/*
 * The trash: what somebody deleted, for thirty days.
 *
 * Deleting is a mark on the item (or board) that the rule of visibility reads,
 * so it is hidden everywhere at once, and comes back as it was.  Here it is
 * listed, restored, and removed for good, which frees its pictures; what stays
 * is removed by a job when its time is over.
 *
 * What is not here: deleting, which is the thing's own call, and what boards do
 * themselves, which may find their titles taken when they come back.
 */
#include "app.h"

#define BATCH 100
#define DAY_S (24 * 3600)
#define KEPT_S (30 * DAY_S)

/* 200 a page. */
static enum err
list(struct req *rq)
{
	const struct fields_page *in = rq->in;

	return reply_page(rq, q_trash_page(rq->user, &in->page), &in->page);
}

/* 200 the item; 404 it is not in one's trash. */
static enum err
one(struct req *rq)
{
	const struct fields_id *in = rq->in;

	return reply_one(rq, q_trash_one(in->id, rq->user));
}

/* 204 it is where it was; 404 it is not in one's trash. */
static enum err
restore(struct req *rq)
{
	const struct fields_id *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_items_restore(in->id, rq->user), &row);

	return e == OK ? reply_empty(rq) : e;
}

/* One thing by a statement of its kind. */
static enum err
remove_by(struct req *rq, struct query q)
{
	int64_t n;
	enum err e = pg_run(rq, q, &n);

	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 404 it is not in one's trash. */
static enum err
drop(struct req *rq)
{
	const struct fields_id *in = rq->in;

	return remove_by(rq, q_trash_remove(in->id, rq->user));
}

/* 204; 404 it is not in one's trash. */
static enum err
drop_board(struct req *rq)
{
	const struct fields_id *in = rq->in;

	return remove_by(rq, q_trash_remove_board(in->id, rq->user));
}

/* In transactions of their own, so that none holds many rows for long; what
 * was removed before something failed stays removed. */
static enum err
in_batches(struct req *rq, struct query q)
{
	int64_t n = BATCH;
	enum err e = OK;

	while (e == OK && n == BATCH) {
		e = pg_run(rq, q, &n);
		if (e == OK)
			e = pg_commit(rq);
	}
	return e;
}

/* 204 there is nothing in it. */
static enum err
empty(struct req *rq)
{
	enum err e = in_batches(rq, q_trash_empty(rq->user, BATCH));

	if (e == OK)
		e = in_batches(rq, q_trash_empty_boards(rq->user, BATCH));
	return e == OK ? reply_empty(rq) : e;
}

/* arg: another age, in seconds; for an operator in a hurry. */
enum err
trash_purge_job(struct req *rq, const struct job_row *job)
{
	int64_t age = job->arg > 0 ? job->arg : KEPT_S;
	enum err e = in_batches(rq, q_trash_purge(age, BATCH));

	return e == OK ? in_batches(rq, q_trash_purge_boards(age, BATCH)) : e;
}

/* Its places on boards and its tags are its own. */
#define ITEM_TOUCHES "pin", "pins", "pins_by", "board", "boards", \
	"boards_by", "tag_pins"
/* For good, its likes and comments go with it. */
#define END_TOUCHES ITEM_TOUCHES, "hidden_of", "item", "counts", "talk", \
	"bookmarks"

static const struct route routes[] = {
	{ GET, "/trash", list, fields_page, AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_trash_page_columns,
	    .doc = "What one deleted, the last first; after thirty days it "
	    "goes for good." },
	{ DELETE, "/trash", empty, NULL, AUTH_USER, .limit = LIMIT_WRITE,
	    .status = 204, .shape = SHAPE_EMPTY, .slow = true,
	    .touches = { END_TOUCHES },
	    .doc = "Remove all that is in one's trash, for good." },
	{ GET, "/trash/{id}", one, fields_id, AUTH_USER,
	    .shape = SHAPE_ROW, .columns = q_trash_one_columns,
	    .doc = "An item in one's trash." },
	{ DELETE, "/trash/{id}", drop, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = { END_TOUCHES },
	    .doc = "Remove an item in one's trash, for good." },
	{ DELETE, "/trash/boards/{id}", drop_board, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .slow = true, .touches = { ITEM_TOUCHES, "hidden_of" },
	    .doc = "Remove a board in one's trash, for good; its pins "
	    "stay." },
	{ POST, "/items/{id}/restore", restore, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = { ITEM_TOUCHES, "item", "tag", "tags", "person" },
	    .doc = "Take an item out of one's trash: it is where it was." },
	ROUTE_END,
};

const struct feature feature_trash = { "trash", routes };
