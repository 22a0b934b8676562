/*
 * What is on boards: putting pins there, taking them off, their order.
 *
 * Whoever may add to a board takes off again what he put there; whoever may
 * change it takes off anything, and moves it.  Many at once are done all or
 * not at all; what is not there to be done is left out, and the answer tells
 * how many it was.  Items are held before boards, and boards by id
 * (0002_lists.sql).
 */
#include "boards/boards.h"

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

static const struct field move_pin_fields[] = {
	PATH_ID(struct move, board),
	BODY_ID(struct move, id),
	BODY_ID_OPT(struct move, before),
	FIELD_END,
};

struct many {
	int64_t board, to, section;
	struct int8s ids;
	struct str action;
};

static const char *
check_action(struct arena *a, struct str *action)
{
	(void)a;
	return str_eq(*action, STR("add")) || str_eq(*action, STR("remove")) ||
	    str_eq(*action, STR("move")) ? NULL : "use add, remove or move";
}

static const struct field many_fields[] = {
	PATH_ID(struct many, board),
	BODY_IDS(struct many, ids, 200),
	BODY_TEXT(struct many, action, 1, 10, check_action),
	BODY_ID_OPT(struct many, to),
	BODY_ID_OPT(struct many, section),
	FIELD_END,
};

struct of_pin {
	int64_t pin;
};

static const struct field of_pin_fields[] = {
	PATH_ID(struct of_pin, pin),
	FIELD_END,
};

/* 201 {"success": ...}; 400 no such pin, or on the board already; 403 one may
 * not add to it; 404 no such board. */
static enum err
add_pin(struct req *rq)
{
	const struct entry *in = rq->in;
	struct row row, board;
	struct buf *b;
	enum err e = boards_allow(rq, in->board, STR("add"), &board);

	if (e != OK)
		return e;
	e = pg_row(rq, q_boards_add_item(in->board, rq->user, in->id, false),
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

/* 204; 403 one may not, or somebody else put it there; 404 no such board, or
 * it is not on it. */
static enum err
remove_pin(struct req *rq)
{
	const struct entry *in = rq->in;
	struct row row;
	int64_t n = 0;
	enum err e = boards_allow(rq, in->board, STR("add"), &row);

	if (e == OK)
		e = pg_run(rq, q_boards_remove_item(in->board, rq->user,
		    in->id), &n);
	if (e == OK && n == 0) {
		e = pg_row(rq, q_boards_entry(in->board, rq->user, in->id),
		    &row);
		return e == OK ? ERR_FORBIDDEN : e;
	}
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 400 no such pin to stand before; 403 one may not change the board;
 * 404 no such board, or it is not on it. */
static enum err
move_pin(struct req *rq)
{
	const struct move *in = rq->in;
	struct row row;
	int64_t n = 1;
	enum err e = pg_row(rq, q_boards_hold(in->board, rq->user, in->id),
	    &row);

	if (e == ERR_NOT_FOUND)
		return boards_refuse(rq, in->board);
	if (e == OK && !row_bool(&row, "there"))
		return ERR_NOT_FOUND;
	if (e == OK && in->before != in->id)
		e = pg_run(rq, q_boards_move_item(in->board, rq->user, in->id,
		    in->before), &n);
	if (e == OK && n == 0)
		return fail_field(rq, "before", "there is no such pin");
	return e == OK ? reply_empty(rq) : e;
}

/* May the viewer take all of these off the board? */
static enum err
may_take(struct req *rq, const struct many *in)
{
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("add"), &row);

	if (e != OK)
		return e;
	e = pg_row(rq, q_boards_foreign_items(in->board, rq->user, in->ids),
	    &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	return e == OK ? ERR_FORBIDDEN : e;
}

/* Is the section one of the board where they go? */
static enum err
check_section(struct req *rq, int64_t board, int64_t section)
{
	struct row row;
	enum err e;

	if (section == 0)
		return OK;
	e = pg_row(rq, q_boards_section(board, section), &row);
	return e == ERR_NOT_FOUND ?
	    fail_field(rq, "section", "there is no such section") : e;
}

/* Items first, then boards. */
static enum err
hold(struct req *rq, const struct many *in, int64_t other)
{
	enum err e = pg_run(rq, q_boards_hold_items(in->ids), NULL);

	return e == OK ?
	    pg_run(rq, q_boards_hold_two(in->board, other), NULL) : e;
}

static enum err
add_many(struct req *rq, const struct many *in, int64_t *n)
{
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("add"), &row);

	if (e == OK)
		e = check_section(rq, in->board, in->section);
	if (e == OK)
		e = hold(rq, in, in->board);
	return e == OK ? pg_run(rq, q_boards_add_items(in->board, rq->user,
	    in->ids, in->section), n) : e;
}

static enum err
remove_many(struct req *rq, const struct many *in, int64_t *n)
{
	enum err e = may_take(rq, in);

	if (e == OK)
		e = hold(rq, in, in->board);
	return e == OK ? pg_run(rq, q_boards_remove_items(in->board, rq->user,
	    in->ids), n) : e;
}

/* Into a section of the same board. */
static enum err
sort_many(struct req *rq, const struct many *in, int64_t *n)
{
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = check_section(rq, in->board, in->section);
	if (e == OK)
		e = hold(rq, in, in->board);
	return e == OK ? pg_run(rq, q_boards_section_items(in->board, rq->user,
	    in->ids, in->section), n) : e;
}

static enum err
move_many(struct req *rq, const struct many *in, int64_t *n)
{
	struct row row;
	enum err e;

	if (in->to == 0 || in->to == in->board)
		return sort_many(rq, in, n);
	e = may_take(rq, in);
	if (e != OK)
		return e;
	e = pg_row(rq, q_boards_allowed(in->to, rq->user, STR("add")), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "to",
		    "there is no such board where you may put pins");
	if (e == OK)
		e = check_section(rq, in->to, in->section);
	if (e == OK)
		e = hold(rq, in, in->to);
	return e == OK ? pg_run(rq, q_boards_move_items(in->board, rq->user,
	    in->ids, in->to, in->section), n) : e;
}

/* 200 {"changed": how many}; 400 no such section, or board to move them to; 403
 * one may not, or somebody else put one of them there; 404 no such board. */
static enum err
many(struct req *rq)
{
	const struct many *in = rq->in;
	int64_t n = 0;
	enum err e;

	if (str_eq(in->action, STR("add")))
		e = add_many(rq, in, &n);
	else if (str_eq(in->action, STR("remove")))
		e = remove_many(rq, in, &n);
	else
		e = move_many(rq, in, &n);
	return e == OK ? reply_number(rq, "changed", n) : e;
}

/* 200 a list; 404 no such pin for this viewer. */
static enum err
of_pin(struct req *rq)
{
	const struct of_pin *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_pins_visible(in->pin, rq->user), &row);

	return e == OK ?
	    reply_rows(rq, q_boards_of_item(rq->user, in->pin)) : e;
}

static const struct route routes[] = {
	{ POST, "/boards/{board}/add_pin", add_pin, add_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_OTHER,
	    .touches = BOARDS_TOUCHES,
	    .doc = "Put a pin on a board; answers {\"success\": text}." },
	{ DELETE, "/boards/{board}/pins/{id}", remove_pin, entry_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARDS_TOUCHES,
	    .doc = "Take a pin off a board." },
	{ POST, "/boards/{board}/remove_pin", remove_pin, add_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARDS_TOUCHES,
	    .doc = "Take a pin off a board; the twin of add_pin." },
	{ POST, "/boards/{board}/move_pin", move_pin, move_pin_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARDS_MOVE_TOUCHES,
	    .doc = "Move a pin on a board before another one there, or "
	    "to the end." },
	{ POST, "/boards/{board}/items", many, many_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_OTHER,
	    .touches = BOARDS_TOUCHES,
	    .doc = "Many at once: add pins to a board, remove them, or move "
	    "them to another one, or within it to a section (none: out of "
	    "theirs); answers {\"changed\": how many}." },
	{ GET, "/pins/{pin}/boards", of_pin, of_pin_fields, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_of_item_columns,
	    .doc = "On which of the boards where one may put pins a pin is, "
	    "the secret ones included; a pin's own list has public ones "
	    "alone." },
	ROUTE_END,
};

const struct feature feature_boards_items = { "boards_items", routes };
