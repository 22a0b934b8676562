/*
 * Making, changing and deleting pins.
 *
 * A pin has a picture: a file, or an address that it is fetched from.  The
 * picture is decoded and stored before the transaction begins, so a pin whose
 * picture fails never existed, and no row waits for the network.
 */
#include "pins/pins.h"

#include "media.h"
#include "tags/tags.h"
#include "throttle.h"

struct pin_new {
	int64_t pin; /* of an edit */
	struct str title, alt, image_url;
	struct upload image;
	int64_t board;
};

static const struct field new_fields[] = {
	BODY_TEXT(struct pin_new, title, 1, 100, NULL),
	BODY_TEXT_OPT(struct pin_new, alt, 0, 500, NULL),
	BODY_TEXT_OPT(struct pin_new, image_url, 0, 400, NULL),
	BODY_FILE_OPT(struct pin_new, image),
	BODY_ID_OPT(struct pin_new, board),
	FIELD_END,
};
static const struct field put_fields[] = {
	PATH_ID(struct pin_new, pin),
	BODY_TEXT(struct pin_new, title, 1, 100, NULL),
	BODY_TEXT_OPT(struct pin_new, alt, 0, 500, NULL),
	BODY_TEXT_OPT(struct pin_new, image_url, 0, 400, NULL),
	BODY_FILE_OPT(struct pin_new, image),
	BODY_ID_OPT(struct pin_new, board),
	FIELD_END,
};
static const struct field patch_fields[] = {
	PATH_ID(struct pin_new, pin),
	BODY_TEXT_OPT(struct pin_new, title, 1, 100, NULL),
	BODY_TEXT_OPT(struct pin_new, alt, 0, 500, NULL),
	BODY_TEXT_OPT(struct pin_new, image_url, 0, 400, NULL),
	BODY_FILE_OPT(struct pin_new, image),
	BODY_ID_OPT(struct pin_new, board),
	FIELD_END,
};
static const struct field which_fields[] = {
	PATH_ID(struct pin_new, pin),
	FIELD_END,
};

/* Fetching has a limit of its own. */
static enum err
take_picture(struct req *rq, const struct pin_new *in, struct media *out)
{
	char who[24];
	enum err e;

	if (in->image_url.n == 0)
		return media_prepare(rq, "image", in->image.fd, out);
	snprintf(who, sizeof(who), "%" PRId64, rq->user);
	e = throttle(rq, LIMIT_FETCH, str_of(who));
	return e == OK ? media_fetch(rq, "image_url", in->image_url, out) : e;
}

enum err
pins_tell_duplicate(struct req *rq, const unsigned char sha256[32],
    struct buf *note)
{
	struct row row;
	struct str board;
	enum err e = pg_row(rq, q_media_duplicate(rq->user, (struct str){
	    (const char *)sha256, 32 }), &row);

	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	json_key(note, "duplicate_of");
	buf_byte(note, '{');
	json_key(note, "id");
	buf_int(note, row_int(&row, "pin"));
	json_key(note, "title");
	json_str(note, row_text(&row, "title"));
	json_key(note, "board");
	board = row_text(&row, "board");
	if (board.p == NULL)
		buf_add(note, "null", 4);
	else
		json_str(note, board);
	buf_byte(note, '}');
	return OK;
}

/* The pin, and what there is to say beside it. */
static enum err
reply_pin(struct req *rq, int status, int64_t pin, struct str note)
{
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_pins_one(pin, rq->user), &row);

	if (e != OK)
		return e;
	b = reply_json(rq, status);
	row_json(b, &row);
	if (note.n > 0) {
		b->n--; /* the closing brace */
		buf_byte(b, ',');
		buf_str(b, note);
		buf_byte(b, '}');
	}
	return OK;
}

static enum err
put_on_board(struct req *rq, int64_t board, int64_t pin)
{
	struct row row;
	enum err e;

	if (board == 0)
		return OK;
	e = pg_row(rq, q_boards_add_item(board, rq->user, pin, true),
	    &row);
	return e == ERR_NOT_FOUND ?
	    fail_field(rq, "board", "you have no such board") : e;
}

static enum err
add_rows(struct req *rq, const struct pin_new *in, const struct media *media,
    int64_t *pin)
{
	struct row row;
	int64_t id;
	enum err e = media_add(rq, rq->user, media, &id);

	if (e == OK)
		e = pg_row(rq, q_pins_add(rq->user, in->title, id,
		    in->image_url, in->alt), &row);
	if (e != OK)
		return e;
	*pin = row_int(&row, "id");
	e = tags_of_item(rq, *pin, in->title);
	return e == OK ? put_on_board(rq, in->board, *pin) : e;
}

/* 201 the pin, with duplicate_of if this picture is there already; 400 no
 * picture, or none that can be used; 413; 429. */
static enum err
add(struct req *rq)
{
	const struct pin_new *in = rq->in;
	struct media media;
	struct buf note;
	struct str text;
	int64_t pin;
	enum err e;

	if (in->image_url.n == 0 && in->image.fd < 0)
		return fail_field(rq, "image",
		    "a picture is needed: a file, or image_url");
	e = take_picture(rq, in, &media);
	if (e != OK)
		return e;
	buf_open(&note, 2000);
	e = pins_tell_duplicate(rq, media.facts.sha256, &note);
	text = arena_dup(rq->mem, buf_view(&note));
	buf_close(&note);
	if (e == OK)
		e = add_rows(rq, in, &media, &pin);
	return e == OK ? reply_pin(rq, 201, pin, text) : e;
}

/* 403 for somebody else's pin that the viewer may see, else 404. */
static enum err
not_mine(struct req *rq, int64_t pin)
{
	struct row row;
	enum err e = pg_row(rq, q_pins_visible(pin, rq->user), &row);

	return e == OK ? ERR_FORBIDDEN : e;
}

/* An address is fetched again only when it changes.  The transaction that
 * reads the old one ends before the fetch begins. */
static enum err
new_picture(struct req *rq, const struct pin_new *in, struct media *media,
    bool *have)
{
	struct row row;
	enum err e = pg_row(rq, q_pins_mine(in->pin, rq->user), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->pin);
	if (e == OK)
		e = pg_commit(rq);
	if (e != OK)
		return e;
	*have = in->image.fd >= 0 || (in->image_url.n > 0 &&
	    !str_eq(in->image_url, row_text(&row, "image_url")));
	return *have ? take_picture(rq, in, media) : OK;
}

/* Another board is its home from now on. */
static enum err
move_home(struct req *rq, const struct pin_new *in)
{
	struct row row;
	enum err e;

	if (in->board == 0)
		return OK;
	e = pg_run(rq, q_boards_leave_home(in->board, rq->user, in->pin), NULL);
	if (e == OK)
		e = pg_row(rq, q_boards_set_home(in->board, rq->user,
		    in->pin), &row);
	return e == ERR_NOT_FOUND ?
	    fail_field(rq, "board", "you have no such board") : e;
}

/* 200 the changed pin; 400; 403 not one's own; 404.  A picture that comes as
 * a file is from no address. */
static enum err
edit(struct req *rq)
{
	const struct pin_new *in = rq->in;
	struct str from = in->image.fd >= 0 && in->image_url.p == NULL ?
	    STR("") : in->image_url;
	struct media media;
	struct row row;
	bool have = false;
	int64_t id = 0;
	enum err e = new_picture(rq, in, &media, &have);

	if (e == OK && have)
		e = media_add(rq, rq->user, &media, &id);
	if (e == OK)
		e = pg_row(rq, q_pins_edit(in->pin, rq->user, in->title, id,
		    from, in->alt), &row);
	if (e == OK && in->title.p != NULL)
		e = tags_of_item(rq, in->pin, in->title);
	if (e == OK)
		e = move_home(rq, in);
	return e == OK ? reply_pin(rq, 200, in->pin, STR("")) : e;
}

/* 204 it is in the trash; 403 not one's own; 404. */
static enum err
drop(struct req *rq)
{
	const struct pin_new *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_items_delete(in->pin, rq->user,
	    STR("pin")), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->pin);
	return e == OK ? reply_empty(rq) : e;
}

/* Where it is, it takes its tags and its boards with it; and a new one is
 * there, as one that goes takes likes and comments along. */
#define PIN_TOUCHES { "pin", "pins", "pins_by", "board", "boards", \
	"boards_by", "tag", "tags", "tag_pins" }
#define NEW_TOUCHES { "item", "pin", "pins", "pins_by", "board", "boards", \
	"boards_by", "tag", "tags", "tag_pins", "person" }

static const struct route routes[] = {
	{ POST, "/pins", add, new_fields, AUTH_USER, .limit = LIMIT_UPLOAD,
	    .status = 201, .shape = SHAPE_ROW,
	    .columns = q_pins_one_columns, .slow = true,
	    .beside = PINS_DUPLICATE,
	    .touches = NEW_TOUCHES,
	    .doc = "Make a pin of a file (image) or of an address "
	    "(image_url, which wins); #words of the title become its tags." },
	{ PUT, "/pins/{pin}", edit, put_fields, AUTH_USER,
	    .limit = LIMIT_UPLOAD, .shape = SHAPE_ROW,
	    .columns = q_pins_one_columns, .slow = true,
	    .touches = PIN_TOUCHES,
	    .doc = "Change one's pin; without a new picture it keeps its." },
	{ PATCH, "/pins/{pin}", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_UPLOAD, .shape = SHAPE_ROW,
	    .columns = q_pins_one_columns, .slow = true,
	    .touches = PIN_TOUCHES,
	    .doc = "Change parts of one's pin." },
	{ DELETE, "/pins/{pin}", drop, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = NEW_TOUCHES,
	    .doc = "Delete one's pin: it is in the trash for thirty days." },
	ROUTE_END,
};

const struct feature feature_pins_write = { "pins_write", routes };
