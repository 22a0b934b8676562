/*
 * Reading pins: one, lists, the feed of what one follows.
 *
 * The published filters may be combined.  Each has a query, and so an index, of
 * its own, which takes those that are tried after it as well.
 */
#include "pins/pins.h"

struct list {
	struct str author__username, author__follower__username;
	struct str boards__title;
	int64_t board, tag, section;
	struct page page;
};

static const struct field list_fields[] = {
	QUERY_TEXT_OPT(struct list, author__username, 20, NULL),
	QUERY_TEXT_OPT(struct list, author__follower__username, 20, NULL),
	QUERY_TEXT_OPT(struct list, boards__title, 100, NULL),
	QUERY_ID_OPT(struct list, board),
	QUERY_ID_OPT(struct list, section),
	QUERY_ID_OPT(struct list, tag),
	QUERY_PAGE(struct list, page, 52, 200),
	FIELD_END,
};

struct feed {
	struct page page;
};

static const struct field feed_fields[] = {
	QUERY_PAGE(struct feed, page, 52, 200),
	FIELD_END,
};

struct which {
	int64_t pin;
};

static const struct field which_fields[] = {
	PATH_ID(struct which, pin),
	FIELD_END,
};

/* board and tag name one place each, and go with no other filter. */
static enum err
list_of_place(struct req *rq, const struct list *in)
{
	struct row row;
	enum err e;

	if (in->author__username.p != NULL || in->boards__title.p != NULL ||
	    in->author__follower__username.p != NULL ||
	    (in->board > 0 && in->tag > 0))
		return fail_field(rq, in->board > 0 ? "board" : "tag",
		    "this filter goes with no other");
	if (in->board > 0) {
		e = pg_row(rq, q_boards_visible(in->board, rq->user), &row);
		if (e == OK && in->section > 0)
			return reply_page(rq, q_pins_page_of_section(rq->user,
			    in->board, in->section, &in->page), &in->page);
		return e == OK ? reply_page(rq, q_pins_page_of_board(rq->user,
		    in->board, &in->page), &in->page) : e;
	}
	return reply_page(rq, q_pins_page_of_tag(rq->user, in->tag,
	    &in->page), &in->page);
}

/* 200 a page; 404 no such board for this viewer. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;
	const struct page *page = &in->page;

	if (in->section > 0 && in->board == 0)
		return fail_field(rq, "section", "it goes with its board");
	if (in->board > 0 || in->tag > 0)
		return list_of_place(rq, in);
	if (in->boards__title.p != NULL)
		return reply_page(rq, q_pins_page_of_title(rq->user,
		    in->author__username, in->author__follower__username,
		    in->boards__title, page), page);
	if (in->author__follower__username.p != NULL)
		return reply_page(rq, q_pins_page_by_follower(rq->user,
		    in->author__username, in->author__follower__username,
		    page), page);
	if (in->author__username.p != NULL)
		return reply_page(rq, q_pins_page_by_author(rq->user,
		    in->author__username, page), page);
	return reply_page(rq, q_pins_page(rq->user, page), page);
}

/* 200 a page. */
static enum err
feed(struct req *rq)
{
	const struct feed *in = rq->in;

	return reply_page(rq, q_pins_following(rq->user, &in->page),
	    &in->page);
}

enum err
pins_gone(struct req *rq, int64_t pin)
{
	struct row row;
	enum err e = pg_row(rq, q_pins_gone(pin, rq->user), &row);

	return e == OK ? fail(rq, ERR_GONE, "this pin was deleted") : e;
}

/* 200 the pin; 404 no such pin for this viewer; 410 it was deleted. */
static enum err
one(struct req *rq)
{
	const struct which *in = rq->in;
	enum err e = reply_one(rq, q_pins_one(in->pin, rq->user));

	return e == ERR_NOT_FOUND ? pins_gone(rq, in->pin) : e;
}

static const struct route routes[] = {
	{ GET, "/pins", list, list_fields, AUTH_OPT, .shape = SHAPE_PAGE,
	    .columns = q_pins_page_columns, .shared = true,
	    .reads = { "board:{board}|tag_pins:{tag}|"
	    "pins_by:{author__username}|pins", "names",
	    "boards?{boards__title}|", "follows_of:"
	    "{author__follower__username}|" },
	    .doc = "Pins, newest first, with filters by author, by whom "
	    "somebody follows, by the title of a board, by board and its "
	    "section, or by tag." },
	{ GET, "/pins/following_pin", feed, feed_fields, AUTH_USER,
	    .shape = SHAPE_PAGE, .columns = q_pins_following_columns,
	    .reads = { "follows:{viewer}", "tag_follows:{viewer}",
	    "pins", "names" },
	    .doc = "Pins of people and tags that the viewer follows, newest "
	    "first." },
	{ GET, "/pins/{pin}", one, which_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_pins_one_columns,
	    .shared = true,
	    .reads = { "pin:{pin}", "names" },
	    .doc = "One pin." },
	ROUTE_END,
};

const struct feature feature_pins = { "pins", routes };
