/*
 * The cover of a board, and its sections.
 *
 * A cover is a picture of its own, or that of a pin on it; without either the
 * first pins are.  Sections are parts of a board: a pin on it is in one of them
 * or in none, and stays on the board when its section goes.
 */
#include "boards/boards.h"
#include "media.h"

struct cover {
	int64_t board, pin;
	struct upload image;
};

static const struct field cover_fields[] = {
	PATH_ID(struct cover, board),
	BODY_ID_OPT(struct cover, pin),
	BODY_FILE_OPT(struct cover, image),
	FIELD_END,
};
static const struct field no_cover_fields[] = {
	PATH_ID(struct cover, board),
	FIELD_END,
};

struct section {
	int64_t board, section;
	struct str title;
};

static const struct field new_fields[] = {
	PATH_ID(struct section, board),
	BODY_TEXT(struct section, title, 1, 100, NULL),
	FIELD_END,
};
static const struct field edit_fields[] = {
	PATH_ID(struct section, board),
	PATH_ID(struct section, section),
	BODY_TEXT(struct section, title, 1, 100, NULL),
	FIELD_END,
};
static const struct field which_fields[] = {
	PATH_ID(struct section, board),
	PATH_ID(struct section, section),
	FIELD_END,
};

/* The picture is decoded outside of the transaction that read the board. */
static enum err
take_picture(struct req *rq, const struct cover *in, int64_t *id)
{
	struct media media;
	enum err e = pg_commit(rq);

	if (e == OK)
		e = media_prepare(rq, "image", in->image.fd, &media);
	return e == OK ? media_add(rq, rq->user, &media, id) : e;
}

/* 200 the board; 400 no picture, or no pin on it; 403 one may not change it;
 * 404. */
static enum err
set_cover(struct req *rq)
{
	const struct cover *in = rq->in;
	struct row row;
	int64_t media = 0;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK && (in->image.fd >= 0) == (in->pin > 0))
		return fail_field(rq, "image",
		    "a picture or a pin on the board is needed");
	if (e == OK && in->image.fd >= 0)
		e = take_picture(rq, in, &media);
	if (e == OK)
		e = pg_row(rq, q_boards_cover_set(in->board, rq->user, media,
		    in->pin), &row);
	return e == OK ?
	    reply_one(rq, q_boards_one(in->board, rq->user)) : e;
}

/* 200 the board; 403 one may not change it; 404. */
static enum err
drop_cover(struct req *rq)
{
	const struct cover *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_cover_set(in->board, rq->user, 0, 0),
		    &row);
	return e == OK ?
	    reply_one(rq, q_boards_one(in->board, rq->user)) : e;
}

/* 201 the section; 400 there is one of this title; 403 one may not change the
 * board; 404. */
static enum err
add(struct req *rq)
{
	const struct section *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_section_add(in->board, rq->user,
		    in->title), &row);
	return e == OK ? reply_row(rq, 201, &row) : e;
}

/* 200 the section; 400 there is another of this title; 403 one may not change
 * the board; 404. */
static enum err
edit(struct req *rq)
{
	const struct section *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_section_edit(in->board, rq->user,
		    in->section, in->title), &row);
	return e == OK ? reply_row(rq, 200, &row) : e;
}

/* 204 its pins stay on the board; 403 one may not change the board; 404. */
static enum err
drop(struct req *rq)
{
	const struct section *in = rq->in;
	struct row row;
	int64_t n = 0;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = pg_run(rq, q_boards_hold_two(in->board, in->board), NULL);
	if (e == OK)
		e = pg_run(rq, q_boards_section_drop(in->board, rq->user,
		    in->section), &n);
	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

/* A cover is a picture of whom it was given by, as those of pins are. */
#define COVER_TOUCHES { "board", "boards", "boards_by", "pins_by" }

static const struct route routes[] = {
	{ PUT, "/boards/{board}/cover", set_cover, cover_fields, AUTH_USER,
	    .limit = LIMIT_UPLOAD, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_boards_one_columns, .touches = COVER_TOUCHES,
	    .doc = "Give a board a cover: a picture (image), or that of a "
	    "pin on it." },
	{ DELETE, "/boards/{board}/cover", drop_cover, no_cover_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns, .touches = COVER_TOUCHES,
	    .doc = "Take the cover off a board: its first pins are." },
	{ POST, "/boards/{board}/sections", add, new_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_ROW,
	    .columns = q_boards_section_add_columns, .touches = { "board" },
	    .doc = "Make a section of a board." },
	{ PATCH, "/boards/{board}/sections/{section}", edit, edit_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_section_edit_columns, .touches = { "board" },
	    .doc = "Rename a section of a board." },
	{ DELETE, "/boards/{board}/sections/{section}", drop, which_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = BOARDS_MOVE_TOUCHES,
	    .doc = "Remove a section of a board; its pins stay there." },
	ROUTE_END,
};

const struct feature feature_boards_parts = { "boards_parts", routes };
