/*
 * Boards: named places where people put pins, their own and others'.
 *
 * A person has one board of each title (without regard to case).  What somebody
 * may do with a board is said by can_do (0015_boards.sql): its owner all, those
 * who were let in as their role allows; deleting one leaves the pins alone, and
 * puts it in the trash for 30 days.  A secret board is there for its owner and
 * members alone: everybody else gets 404; no list, pin or filter tells of it.
 *
 * What is new comes first, unless its owner moves it.  A move is two
 * statements: one that locks, and one that sees where everything is by then.
 */
#include "boards/boards.h"

#define LIST_AT_ONCE 2000 /* items, which take some 0.1 s */

struct board {
	int64_t board;
	struct str title, content;
	int64_t secret;
};

static const struct field new_fields[] = {
	BODY_TEXT(struct board, title, 1, 100, NULL),
	BODY_PROSE_OPT(struct board, content, 0, 500),
	BODY_BOOL_OPT(struct board, secret),
	FIELD_END,
};
static const struct field put_fields[] = {
	PATH_ID(struct board, board),
	BODY_TEXT(struct board, title, 1, 100, NULL),
	BODY_PROSE_OPT(struct board, content, 0, 500),
	BODY_BOOL_OPT(struct board, secret),
	FIELD_END,
};
static const struct field patch_fields[] = {
	PATH_ID(struct board, board),
	BODY_TEXT_OPT(struct board, title, 1, 100, NULL),
	BODY_PROSE_OPT(struct board, content, 0, 500),
	BODY_BOOL_OPT(struct board, secret),
	FIELD_END,
};
/* What becomes of the pins that were made on it. */
struct end {
	int64_t board;
	struct str pins;
};

static const char *
check_pins(struct arena *a, struct str *pins)
{
	(void)a;
	return str_eq(*pins, STR("keep")) || str_eq(*pins, STR("trash")) ?
	    NULL : "use keep or trash";
}

static const struct field drop_fields[] = {
	PATH_ID(struct end, board),
	QUERY_TEXT_OPT(struct end, pins, 10, check_pins),
	FIELD_END,
};
static const struct field which_fields[] = {
	PATH_ID(struct board, board),
	FIELD_END,
};

struct list {
	struct str author__username;
	struct page page;
};

static const struct field list_fields[] = {
	QUERY_TEXT_OPT(struct list, author__username, 20, NULL),
	QUERY_PAGE(struct list, page, 100, 200),
	FIELD_END,
};

struct move {
	int64_t board, id, before;
};

static const struct field move_fields[] = {
	PATH_ID(struct move, board),
	BODY_ID_OPT(struct move, before),
	FIELD_END,
};
/* 200 a list, at most 200; the next ones by its Link header. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;
	const struct page *page = &in->page;

	if (in->author__username.p != NULL)
		return reply_array(rq, q_boards_page_by_author(rq->user,
		    in->author__username, page), page);
	if (rq->user > 0)
		return reply_array(rq, q_boards_page_of_viewer(rq->user,
		    page), page);
	return reply_array(rq, q_boards_page(rq->user, page), page);
}

/* 200 the board; 404 no such board for this viewer. */
static enum err
one(struct req *rq)
{
	const struct board *in = rq->in;

	return reply_one(rq, q_boards_one(in->board, rq->user));
}

/* 201 the board; 400 one has a board of this title. */
static enum err
add(struct req *rq)
{
	const struct board *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_boards_add(rq->user, in->title,
	    in->secret > 0, in->content), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_one(row_int(&row, "id"), rq->user),
		    &row);
	return e == OK ? reply_row(rq, 201, &row) : e;
}

enum err
boards_refuse(struct req *rq, int64_t board)
{
	struct row row;
	enum err e = pg_row(rq, q_boards_visible(board, rq->user), &row);

	return e == OK ? ERR_FORBIDDEN : e;
}

enum err
boards_allow(struct req *rq, int64_t board, struct str what, struct row *out)
{
	enum err e = pg_row(rq, q_boards_allowed(board, rq->user, what), out);

	return e == ERR_NOT_FOUND ? boards_refuse(rq, board) : e;
}

/* 200 the board; 400 its owner has another of this title; 403 not one's to
 * change; 404. */
static enum err
edit(struct req *rq)
{
	const struct board *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_boards_edit(in->board, rq->user, in->title,
	    in->secret, in->content), &row);

	if (e == ERR_NOT_FOUND)
		return boards_refuse(rq, in->board);
	return e == OK ? one(rq) : e;
}

/* 204, it is in the trash; 403 not one's own; 404. */
static enum err
drop(struct req *rq)
{
	const struct end *in = rq->in;
	int64_t n = 0;
	enum err e = OK;

	if (in->pins.p != NULL && str_eq(in->pins, STR("trash")))
		e = pg_run(rq, q_boards_trash_homes(in->board, rq->user), NULL);
	if (e == OK)
		e = pg_run(rq, q_boards_remove(in->board, rq->user), &n);
	if (e == OK && n == 0)
		return boards_refuse(rq, in->board);
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 400 no such board to stand before; 403 not one's own; 404. */
static enum err
move(struct req *rq)
{
	const struct move *in = rq->in;
	struct row row;
	int64_t n = 1;
	enum err e = boards_allow(rq, in->board, STR("own"), &row);

	if (e == OK)
		e = pg_run(rq, q_boards_hold_all(rq->user), NULL);
	if (e == OK && in->before != in->board)
		e = pg_run(rq, q_boards_move(in->board, rq->user, in->before),
		    &n);
	if (e == OK && n == 0)
		return fail_field(rq, "before", "you have no such board");
	return e == OK ? reply_empty(rq) : e;
}

/* 200 the board; 400 one has another of this title by now; 404 it is not in
 * one's trash. */
static enum err
restore(struct req *rq)
{
	const struct board *in = rq->in;
	struct row row;
	enum err e = pg_run(rq, q_boards_restore_homes(in->board, rq->user),
	    NULL);

	if (e == OK)
		e = pg_row(rq, q_boards_restore(in->board, rq->user), &row);
	return e == OK ? one(rq) : e;
}

/* 200 a list. */
static enum err
shared(struct req *rq)
{
	return reply_rows(rq, q_boards_shared(rq->user));
}

/* Links that can no longer be used go. */
enum err
boards_sweep_links_job(struct req *rq, const struct job_row *job)
{
	(void)job;
	return pg_run(rq, q_boards_sweep_links(), NULL);
}

/* The account job->arg was closed or opened, and so were its boards beside much
 * else: some of that in each transaction. */
enum err
boards_list_job(struct req *rq, const struct job_row *job)
{
	struct row row;
	int64_t after = 0;
	enum err e;

	do {
		e = pg_row(rq, q_boards_list_account(job->arg, after,
		    LIST_AT_ONCE), &row);
		if (e != OK || row_is_null(&row, "last"))
			return e;
		after = row_int(&row, "last");
		e = pg_commit(rq);
	} while (e == OK);
	return e;
}

/* Pins go and come with the board that they were made on. */
#define DROP_TOUCHES { "board", "boards", "boards_by", "pin", "pins", \
	"pins_by", "tag_pins", "tag", "tags", "person", "item" }
/* Who has something secret is answered apart. */
#define EDIT_TOUCHES { "board", "boards", "boards_by", "pin", "pins", \
	"pins_by", "tag_pins", "hidden_of" }

static const struct route routes[] = {
	{ GET, "/boards", list, list_fields, AUTH_OPT, .shape = SHAPE_ARRAY,
	    .columns = q_boards_page_columns,
	    .reads = { "boards_by:{author__username}|boards", "names" },
	    .doc = "One's own boards; author__username: somebody's; without a "
	    "login everybody's, newest first.  A person's own order else." },
	{ POST, "/boards", add, new_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .status = 201, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns,
	    .touches = { "board", "boards", "boards_by", "hidden_of" },
	    .doc = "Make a board." },
	{ GET, "/boards/{board}", one, which_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_boards_one_columns,
	    .shared = true, .expensive = true,
	    .reads = { "board:{board}", "names" },
	    .doc = "One board with its first 200 pins; all of them are "
	    "pins/?board=." },
	{ PUT, "/boards/{board}", edit, put_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns,
	    .touches = EDIT_TOUCHES,
	    .doc = "Change a board; secret: for its members alone." },
	{ PATCH, "/boards/{board}", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns,
	    .touches = EDIT_TOUCHES,
	    .doc = "Change parts of a board." },
	{ DELETE, "/boards/{board}", drop, drop_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = DROP_TOUCHES,
	    .doc = "Delete one's board; it can be restored for 30 days.  Its "
	    "pins stay; pins=trash: those of one's own that were made on it "
	    "go with it, and come back with it." },
	{ POST, "/boards/{board}/restore", restore, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns, .touches = DROP_TOUCHES,
	    .doc = "Take one's board out of the trash." },
	{ GET, "/boards/shared", shared, NULL, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_shared_columns,
	    .doc = "Boards of others that one was let in, at most 200." },
	{ POST, "/boards/{board}/move", move, move_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = BOARDS_MOVE_TOUCHES,
	    .doc = "Move one's board before another of one's own, or to the "
	    "end." },
	ROUTE_END,
};

const struct feature feature_boards = { "boards", routes };
