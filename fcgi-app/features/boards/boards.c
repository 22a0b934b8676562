/*
 * Boards: named places where people put pins, their own and others'.
 *
 * A person has one board of each title (without regard to case).  Only its
 * owner changes a board or what is on it; deleting one leaves the pins alone.
 * A secret board is there for its owner alone: everybody else gets 404, and no
 * list, pin or filter tells of it.
 *
 * What is new comes first, unless its owner moves it.  A move is two
 * statements: one that locks, and one that sees where everything is by then.
 */
#include "app.h"

struct board {
	int64_t board;
	struct str title;
	int64_t secret;
};

static const struct field new_fields[] = {
	BODY_TEXT(struct board, title, 1, 100, NULL),
	BODY_BOOL_OPT(struct board, secret),
	FIELD_END,
};
static const struct field put_fields[] = {
	PATH_ID(struct board, board),
	BODY_TEXT(struct board, title, 1, 100, NULL),
	BODY_BOOL_OPT(struct board, secret),
	FIELD_END,
};
static const struct field patch_fields[] = {
	PATH_ID(struct board, board),
	BODY_TEXT_OPT(struct board, title, 1, 100, NULL),
	BODY_BOOL_OPT(struct board, secret),
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

struct entry {
	int64_t board, id;
};

static const struct field add_fields[] = {
	PATH_ID(struct entry, board),
	BODY_ID(struct entry, id),
	FIELD_END,
};
static const struct field entry_fields[] = {
	PATH_ID(struct entry, board),
	PATH_ID(struct entry, id),
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
static const struct field move_pin_fields[] = {
	PATH_ID(struct move, board),
	BODY_ID(struct move, id),
	BODY_ID_OPT(struct move, before),
	FIELD_END,
};

struct of_pin {
	int64_t pin;
};

static const struct field of_pin_fields[] = {
	PATH_ID(struct of_pin, pin),
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
	    in->secret > 0), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_one(row_int(&row, "id"), rq->user),
		    &row);
	return e == OK ? reply_row(rq, 201, &row) : e;
}

/* 403 for somebody else's board that the viewer may see, else 404. */
static enum err
not_mine(struct req *rq, int64_t board)
{
	struct row row;
	enum err e = pg_row(rq, q_boards_visible(board, rq->user), &row);

	return e == OK ? ERR_FORBIDDEN : e;
}

/* 200 the board; 400 one has another of this title; 403 not one's own; 404. */
static enum err
edit(struct req *rq)
{
	const struct board *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_boards_edit(in->board, rq->user, in->title,
	    in->secret), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->board);
	return e == OK ? one(rq) : e;
}

/* 204; 403 not one's own; 404. */
static enum err
drop(struct req *rq)
{
	const struct board *in = rq->in;
	int64_t n;
	enum err e = pg_run(rq, q_boards_remove(in->board, rq->user), &n);

	if (e == OK && n == 0)
		return not_mine(rq, in->board);
	return e == OK ? reply_empty(rq) : e;
}

/* 201 {"success": ...}; 400 no such pin, or on the board already; 403 not
 * one's own board; 404 no such board. */
static enum err
add_pin(struct req *rq)
{
	const struct entry *in = rq->in;
	struct row row, board;
	struct buf *b;
	enum err e = pg_row(rq, q_boards_mine(in->board, rq->user), &board);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->board);
	if (e == OK)
		e = pg_row(rq, q_boards_add_item(in->board, rq->user, in->id),
		    &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "id", "there is no such pin");
	if (e != OK)
		return e;
	b = reply_json(rq, 201);
	buf_byte(b, '{');
	json_key(b, "success");
	json_str(b, arena_printf(rq->mem, words_in(rq->lang,
	    "pin %lld is on the board '%.*s' now"), (long long)in->id,
	    STR_ARG(row_text(&board, "title"))));
	buf_byte(b, '}');
	return OK;
}

/* 204; 403 not one's own board; 404 no such board, or it is not on it. */
static enum err
remove_pin(struct req *rq)
{
	const struct entry *in = rq->in;
	struct row row;
	int64_t n = 0;
	enum err e = pg_row(rq, q_boards_mine(in->board, rq->user), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->board);
	if (e == OK)
		e = pg_run(rq, q_boards_remove_item(in->board, rq->user,
		    in->id), &n);
	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 400 no such board to stand before; 403 not one's own; 404. */
static enum err
move(struct req *rq)
{
	const struct move *in = rq->in;
	struct row row;
	int64_t n = 1;
	enum err e = pg_row(rq, q_boards_mine(in->board, rq->user), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->board);
	if (e == OK)
		e = pg_run(rq, q_boards_hold_all(rq->user), NULL);
	if (e == OK && in->before != in->board)
		e = pg_run(rq, q_boards_move(in->board, rq->user, in->before),
		    &n);
	if (e == OK && n == 0)
		return fail_field(rq, "before", "you have no such board");
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 400 no such pin to stand before; 403 not one's own board; 404 no such
 * board, or it is not on it. */
static enum err
move_pin(struct req *rq)
{
	const struct move *in = rq->in;
	struct row row;
	int64_t n = 1;
	enum err e = pg_row(rq, q_boards_hold(in->board, rq->user, in->id),
	    &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->board);
	if (e == OK && !row_bool(&row, "there"))
		return ERR_NOT_FOUND;
	if (e == OK && in->before != in->id)
		e = pg_run(rq, q_boards_move_item(in->board, rq->user, in->id,
		    in->before), &n);
	if (e == OK && n == 0)
		return fail_field(rq, "before", "there is no such pin");
	return e == OK ? reply_empty(rq) : e;
}

/* 200 a list; 404 no such pin for this viewer. */
static enum err
of_pin(struct req *rq)
{
	const struct of_pin *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_items_visible(in->pin, rq->user), &row);

	return e == OK ?
	    reply_rows(rq, q_boards_of_item(rq->user, in->pin)) : e;
}

/* Pins are shown with their boards. */
#define BOARD_TOUCHES { "board", "boards", "boards_by", "pin", "pins", \
	"pins_by", "tag_pins" }
/* ... and who has something secret is answered apart. */
#define EDIT_TOUCHES { "board", "boards", "boards_by", "pin", "pins", \
	"pins_by", "tag_pins", "hidden_of" }
#define MOVE_TOUCHES { "board", "boards", "boards_by" }

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
	    .doc = "Change one's board; secret: for oneself alone." },
	{ PATCH, "/boards/{board}", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns,
	    .touches = EDIT_TOUCHES,
	    .doc = "Change parts of one's board." },
	{ DELETE, "/boards/{board}", drop, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = EDIT_TOUCHES,
	    .doc = "Delete one's board; its pins stay." },
	{ POST, "/boards/{board}/add_pin", add_pin, add_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_OTHER,
	    .touches = BOARD_TOUCHES,
	    .doc = "Put a pin on one's board; answers {\"success\": text}." },
	{ DELETE, "/boards/{board}/pins/{id}", remove_pin, entry_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARD_TOUCHES,
	    .doc = "Take a pin off one's board." },
	{ POST, "/boards/{board}/remove_pin", remove_pin, add_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARD_TOUCHES,
	    .doc = "Take a pin off one's board; the twin of add_pin." },
	{ POST, "/boards/{board}/move", move, move_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = MOVE_TOUCHES,
	    .doc = "Move one's board before another of one's own, or to the "
	    "end." },
	{ POST, "/boards/{board}/move_pin", move_pin, move_pin_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = MOVE_TOUCHES,
	    .doc = "Move a pin on one's board before another one there, or "
	    "to the end." },
	{ GET, "/pins/{pin}/boards", of_pin, of_pin_fields, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_of_item_columns,
	    .doc = "On which of one's own boards a pin is, the secret ones "
	    "included; a pin's own list has public ones alone." },
	ROUTE_END,
};

const struct feature feature_boards = { "boards", routes };
