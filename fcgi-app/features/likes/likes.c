/*
 * Likes and bookmarks of items, whatever their kind.
 *
 * Both are there or not: PUT and DELETE say which, and saying it twice is
 * saying it once.  The published PATCH turns a like into its opposite; two at
 * once by one person go one after the other.  Nobody likes or saves a pin of
 * their own; other things of one's own may be liked.
 */
#include "app.h"

struct about {
	int64_t item;
};

static const struct field item_fields[] = {
	PATH_ID(struct about, item),
	FIELD_END,
};

struct list {
	int64_t item;
	struct page page;
};

static const struct field list_fields[] = {
	PATH_ID(struct list, item),
	QUERY_PAGE(struct list, page, 40, 200),
	FIELD_END,
};
/* Of one's own pages of pins. */
static const struct field saved_fields[] = {
	QUERY_PAGE(struct list, page, 52, 200),
	FIELD_END,
};

static bool
is_kind(const struct row *item, const char *kind)
{
	return str_eq(row_text(item, "kind"), str_of(kind));
}

/* OK, and the item is held; kind, if not NULL: the one that it must be of. */
static enum err
hold(struct req *rq, int64_t item, const char *kind, struct row *out)
{
	enum err e = pg_row(rq, q_items_reach_held(item, rq->user), out);

	if (e == OK && kind != NULL && !is_kind(out, kind))
		return ERR_NOT_FOUND;
	return e;
}

static bool
is_own_pin(const struct row *item)
{
	return row_bool(item, "mine") && is_kind(item, "pin");
}

static enum err
social_of(struct req *rq, int64_t item)
{
	return reply_one(rq, q_likes_social(item, rq->user));
}

/* 200 the counts; 404 no such item for this viewer, or a comment, which is
 * told of with its list. */
static enum err
social(struct req *rq)
{
	const struct about *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_likes_social(in->item, rq->user), &row);

	if (e == OK && row_bool(&row, "_comment"))
		return ERR_NOT_FOUND;
	return e == OK ? reply_row(rq, 200, &row) : e;
}

/* 200 the counts, also if it was so; 404; 409 one's own pin. */
static enum err
like(struct req *rq)
{
	const struct about *in = rq->in;
	struct row row;
	enum err e = hold(rq, in->item, NULL, &row);

	if (e == OK && is_own_pin(&row))
		return fail(rq, ERR_CONFLICT, "you cannot like your own pin");
	if (e == OK)
		e = pg_run(rq, q_likes_add(in->item, rq->user), NULL);
	return e == OK ? social_of(rq, in->item) : e;
}

/* 200 the counts, also if it was so; 404. */
static enum err
unlike(struct req *rq)
{
	const struct about *in = rq->in;
	struct row row;
	enum err e = hold(rq, in->item, NULL, &row);

	if (e == OK)
		e = pg_run(rq, q_likes_remove(in->item, rq->user), NULL);
	return e == OK ? social_of(rq, in->item) : e;
}

/* 200 the counts, also if it was so; 404; 409 one's own pin, a comment. */
static enum err
save(struct req *rq)
{
	const struct about *in = rq->in;
	struct row row;
	enum err e = hold(rq, in->item, NULL, &row);

	if (e != OK)
		return e;
	if (is_own_pin(&row))
		return fail(rq, ERR_CONFLICT,
		    "you cannot save your own pin for later");
	if (is_kind(&row, "comment") || is_kind(&row, "reply"))
		return fail(rq, ERR_CONFLICT,
		    "comments cannot be saved for later");
	e = pg_run(rq, q_likes_save(in->item, rq->user), NULL);
	return e == OK ? social_of(rq, in->item) : e;
}

/* 200 the counts, also if it was so; 404. */
static enum err
unsave(struct req *rq)
{
	const struct about *in = rq->in;
	struct row row;
	enum err e = hold(rq, in->item, NULL, &row);

	if (e == OK)
		e = pg_run(rq, q_likes_unsave(in->item, rq->user), NULL);
	return e == OK ? social_of(rq, in->item) : e;
}

/* 200 a page of pins. */
static enum err
saved(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_page(rq, q_likes_saved(rq->user, &in->page), &in->page);
}

/* 200 a page of pins. */
static enum err
liked(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_page(rq, q_likes_liked(rq->user, &in->page), &in->page);
}

/* 200 {"detail": which of both}; 404 no such item of this kind. */
static enum err
turn(struct req *rq, const char *kind)
{
	const struct about *in = rq->in;
	struct row row;
	int64_t n = 0;
	enum err e = pg_run(rq, q_likes_turn(in->item, rq->user), NULL);

	if (e == OK)
		e = hold(rq, in->item, kind, &row);
	if (e == OK)
		e = pg_run(rq, q_likes_remove(in->item, rq->user), &n);
	if (e == OK && n == 0)
		e = pg_run(rq, q_likes_add(in->item, rq->user), NULL);
	return e == OK ? reply_detail(rq, 200, n > 0 ?
	    "unliked successfully" : "liked successfully") : e;
}

static enum err
turn_style(struct req *rq)
{
	return turn(rq, "style");
}

static enum err
turn_comment(struct req *rq)
{
	return turn(rq, "comment");
}

static enum err
turn_reply(struct req *rq)
{
	return turn(rq, "reply");
}

/* 200 a page; 404 no such item of this kind for this viewer. */
static enum err
list_of(struct req *rq, const char *kind)
{
	const struct list *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_items_reach(in->item, rq->user), &row);

	if (e == OK && kind != NULL && !is_kind(&row, kind))
		return ERR_NOT_FOUND;
	return e == OK ? reply_page(rq, q_likes_page(in->item, rq->user,
	    &in->page), &in->page) : e;
}

static enum err
list(struct req *rq)
{
	return list_of(rq, NULL);
}

static enum err
list_style(struct req *rq)
{
	return list_of(rq, "style");
}

static enum err
list_comment(struct req *rq)
{
	return list_of(rq, "comment");
}

static enum err
list_reply(struct req *rq)
{
	return list_of(rq, "reply");
}

/* A comment that is liked stands otherwise in the list that it is in. */
#define LIKE_TOUCHES { "counts", "talk" }

#define TURN(path, handler, touched, what) \
	{ PATCH, path, handler, item_fields, AUTH_USER, \
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL, \
	    .touches = touched, \
	    .doc = "Like " what ", or no longer if one does." }
#define LIKES(path, handler, what) \
	{ GET, path, handler, list_fields, AUTH_OPT, .shape = SHAPE_PAGE, \
	    .columns = q_likes_page_columns, \
	    .doc = "Who likes " what ", the latest first." }
#define NO_TALK { "counts" }

static const struct route routes[] = {
	{ GET, "/items/{item}/social", social, item_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_likes_social_columns,
	    .reads = { "counts:{item}", "item:{item}", "names" },
	    .doc = "How many like, comment on and save an item, and whether "
	    "one does oneself (null without a login)." },
	{ PUT, "/items/{item}/like", like, item_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_likes_social_columns, .touches = LIKE_TOUCHES,
	    .doc = "Like an item; nobody likes a pin of their own." },
	{ DELETE, "/items/{item}/like", unlike, item_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_likes_social_columns, .touches = LIKE_TOUCHES,
	    .doc = "Like an item no longer." },
	LIKES("/items/{item}/likes", list, "an item"),
	{ PUT, "/items/{item}/bookmark", save, item_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_likes_social_columns,
	    .touches = { "counts", "bookmarks" },
	    .doc = "Save an item for later; nobody saves a pin of their own." },
	{ DELETE, "/items/{item}/bookmark", unsave, item_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_likes_social_columns,
	    .touches = { "counts", "bookmarks" },
	    .doc = "Save an item for later no longer." },
	{ GET, "/bookmarks", saved, saved_fields, AUTH_USER,
	    .shape = SHAPE_PAGE, .columns = q_likes_saved_columns,
	    .reads = { "bookmarks:{viewer}", "pins", "names" },
	    .doc = "Pins that one saved for later, the latest first." },
	{ GET, "/likes", liked, saved_fields, AUTH_USER,
	    .shape = SHAPE_PAGE, .columns = q_likes_liked_columns,
	    .doc = "Pins that one likes, the latest liked first; other things "
	    "that one likes are not in it." },
	TURN("/styles/posts/{item}/like", turn_style, NO_TALK, "a post"),
	LIKES("/styles/posts/{item}/likes", list_style, "a post"),
	TURN("/styles/comments/{item}/like", turn_comment, LIKE_TOUCHES,
	    "a comment"),
	LIKES("/styles/comments/{item}/likes", list_comment, "a comment"),
	TURN("/styles/replies/{item}/like", turn_reply, LIKE_TOUCHES,
	    "a reply"),
	LIKES("/styles/replies/{item}/likes", list_reply, "a reply"),
	ROUTE_END,
};

const struct feature feature_likes = { "likes", routes };
