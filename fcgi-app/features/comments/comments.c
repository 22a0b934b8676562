/*
 * Comments on items, and replies to comments.
 *
 * A comment is an item itself: it is liked, reported and hidden as others
 * are.  One level is shown: a reply to a reply stands beside it and says whom
 * it answers.  Who wrote something may change it; who owns what it is on may
 * remove it as well, and who removed it may bring it back.  What was replied to
 * leaves a stub without text and author, so that no list ever breaks.
 *
 * The published calls of the third system (styles/) share these handlers: one
 * takes comments alone, one replies alone.  Its list of comments is bare, and
 * it says of who is not logged in that `liked` is "login required".
 */
#include "app.h"

struct what {
	int64_t comment;
	struct str content;
	int64_t to_profile;
};

#define CONTENT(T, required) \
	FIELD_STR(T, content, FROM_BODY, TYPE_PROSE, required, 1, 1000, NULL)

static const struct field which_fields[] = {
	PATH_ID(struct what, comment),
	FIELD_END,
};
static const struct field put_fields[] = {
	PATH_ID(struct what, comment),
	CONTENT(struct what, true),
	FIELD_END,
};
static const struct field patch_fields[] = {
	PATH_ID(struct what, comment),
	CONTENT(struct what, false),
	FIELD_END,
};
static const struct field reply_fields[] = {
	PATH_ID(struct what, comment),
	CONTENT(struct what, true),
	BODY_ID_OPT(struct what, to_profile),
	FIELD_END,
};

struct list {
	int64_t item, comment;
	struct str content, order;
	struct page page;
};

static const char *
check_order(struct arena *a, struct str *value)
{
	(void)a;
	return str_eq(*value, STR("newest")) || str_eq(*value, STR("top")) ?
	    NULL : "newest or top is needed";
}

static const struct field list_fields[] = {
	PATH_ID(struct list, item),
	QUERY_TEXT_OPT(struct list, order, 10, check_order),
	QUERY_PAGE(struct list, page, 20, 100),
	FIELD_END,
};
static const struct field bare_fields[] = {
	PATH_ID(struct list, item),
	QUERY_PAGE(struct list, page, 100, 100),
	FIELD_END,
};
static const struct field new_fields[] = {
	PATH_ID(struct list, item),
	CONTENT(struct list, true),
	FIELD_END,
};
static const struct field replies_fields[] = {
	PATH_ID(struct list, comment),
	QUERY_PAGE(struct list, page, 40, 100),
	FIELD_END,
};

/* Comments and replies have one table: which of them a route is about. */
enum level { ANY, COMMENT, REPLY };

static enum level
level_of(const struct req *rq)
{
	struct str path = str_of(rq->route->path);

	if (!str_starts(path, STR("/styles/")))
		return ANY;
	return str_starts(path, STR("/styles/replies/")) ? REPLY : COMMENT;
}

static bool
is_level(enum level level, bool reply)
{
	return level == ANY || reply == (level == REPLY);
}

/* The item that comments are on; the published calls know posts alone. */
static bool
takes_comments(const struct req *rq, const struct row *item)
{
	struct str kind = row_text(item, "kind");

	if (level_of(rq) == ANY)
		return !str_eq(kind, STR("comment")) &&
		    !str_eq(kind, STR("reply"));
	return str_eq(kind, STR("style"));
}

static enum err
reach(struct req *rq, int64_t item)
{
	struct row row;
	enum err e = pg_row(rq, rq->writes ?
	    q_items_reach_held(item, rq->user) :
	    q_items_reach(item, rq->user), &row);

	return e == OK && !takes_comments(rq, &row) ? ERR_NOT_FOUND : e;
}

/* 200 a page; 404 no such item for this viewer. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;
	const struct page *page = &in->page;
	enum err e = reach(rq, in->item);

	if (e != OK)
		return e;
	if (str_eq(in->order, STR("top")))
		return reply_page(rq, q_comments_top(in->item, rq->user,
		    page), page);
	return reply_page(rq, q_comments_page(in->item, rq->user, page),
	    page);
}

/* 200 a bare list, the next ones by its Link header; 404 no such post. */
static enum err
bare(struct req *rq)
{
	const struct list *in = rq->in;
	enum err e = reach(rq, in->item);

	return e == OK ? reply_array(rq, q_comments_page(in->item, rq->user,
	    &in->page), &in->page) : e;
}

/* The comment, if it is of the route's level. */
static enum err
find(struct req *rq, int64_t comment, struct row *out)
{
	enum err e = pg_row(rq, q_comments_one(comment, rq->user), out);

	if (e == OK && !is_level(level_of(rq), !row_is_null(out, "parent")))
		return ERR_NOT_FOUND;
	return e;
}

/* 200 the comment; 404 no such comment for this viewer. */
static enum err
one(struct req *rq)
{
	const struct what *in = rq->in;
	struct row row;
	enum err e = find(rq, in->comment, &row);

	return e == OK ? reply_row(rq, 200, &row) : e;
}

struct place {
	int64_t item, parent, to;
};

static enum err
add_row(struct req *rq, const struct place *at, struct str content)
{
	struct row row;
	int64_t id = 0;
	enum err e = pg_row(rq, q_comments_add(rq->user, at->item, at->parent,
	    at->to, content), &row);

	if (e == OK) {
		id = row_int(&row, "id");
		e = pg_run(rq, q_comments_mention(id, rq->user, content),
		    NULL);
	}
	if (e == OK)
		e = pg_row(rq, q_comments_one(id, rq->user), &row);
	return e == OK ? reply_row(rq, 201, &row) : e;
}

/* 201 the comment; 404 no such item for this viewer; 409 it went just now. */
static enum err
add(struct req *rq)
{
	const struct list *in = rq->in;
	struct place at = { .item = in->item };
	enum err e = reach(rq, in->item);

	return e == OK ? add_row(rq, &at, in->content) : e;
}

/* 201 the reply; 400 nobody is to_profile; 404 no such comment for this
 * viewer; 409 it went just now. */
static enum err
add_reply(struct req *rq)
{
	const struct what *in = rq->in;
	struct place at = { 0 };
	struct row row;
	enum err e = pg_row(rq, q_comments_place(in->comment, rq->user), &row);

	if (e != OK)
		return e;
	at.item = row_int(&row, "item");
	at.parent = row_int(&row, "parent");
	at.to = row_int(&row, "author");
	if (!is_level(level_of(rq), at.parent != in->comment))
		return ERR_NOT_FOUND;
	if (in->to_profile > 0) {
		at.to = in->to_profile;
		e = pg_row(rq, q_comments_person(at.to, rq->user), &row);
		if (e == ERR_NOT_FOUND)
			return fail_field(rq, "to_profile",
			    "there is nobody with this id");
	}
	return e == OK ? add_row(rq, &at, in->content) : e;
}

/* 200 a page, from the oldest on; 404 no such comment for this viewer. */
static enum err
replies(struct req *rq)
{
	const struct list *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_comments_thread(in->comment, rq->user),
	    &row);

	if (e == OK && row_bool(&row, "reply"))
		return ERR_NOT_FOUND;
	return e == OK ? reply_page(rq, q_comments_replies(in->comment,
	    rq->user, &in->page), &in->page) : e;
}

/* 200 the changed comment; 403 not one's own; 404. */
static enum err
edit(struct req *rq)
{
	const struct what *in = rq->in;
	struct row row;
	enum err e = find(rq, in->comment, &row);

	if (e != OK)
		return e;
	e = pg_row(rq, q_comments_edit(in->comment, rq->user, in->content),
	    &row);
	if (e == ERR_NOT_FOUND)
		return ERR_FORBIDDEN;
	if (e == OK && in->content.p != NULL)
		e = pg_run(rq, q_comments_mention(in->comment, rq->user,
		    in->content), NULL);
	return e == OK ? one(rq) : e;
}

/* 204; 403 neither one's own nor on what is one's own; 404. */
static enum err
drop(struct req *rq)
{
	const struct what *in = rq->in;
	struct row row;
	enum err e = find(rq, in->comment, &row);

	if (e != OK)
		return e;
	e = pg_row(rq, q_comments_remove(in->comment, rq->user), &row);
	if (e == ERR_NOT_FOUND)
		return ERR_FORBIDDEN;
	return e == OK ? reply_empty(rq) : e;
}

/* 200 the comment; 404 one has removed no such comment. */
static enum err
restore(struct req *rq)
{
	const struct what *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_comments_restore(in->comment, rq->user),
	    &row);

	return e == OK ? one(rq) : e;
}

#define TALK_TOUCHES { "item", "counts", "talk" }
#define LIST_READS { "talk:{item}", "item:{item}", "names", \
	"follows:{viewer}" }

/* The calls on one comment, which have a name for each level. */
#define COMMENT_ROUTES(path, what_) \
	{ GET, path, one, which_fields, AUTH_OPT, .shape = SHAPE_ROW, \
	    .columns = q_comments_one_columns, .doc = "One " what_ "." }, \
	{ PUT, path, edit, put_fields, AUTH_USER, .limit = LIMIT_TALK, \
	    .shape = SHAPE_ROW, .columns = q_comments_one_columns, \
	    .touches = { "talk" }, .doc = "Change one's " what_ "." }, \
	{ PATCH, path, edit, patch_fields, AUTH_USER, .limit = LIMIT_TALK, \
	    .shape = SHAPE_ROW, .columns = q_comments_one_columns, \
	    .touches = { "talk" }, .doc = "Change one's " what_ "." }, \
	{ DELETE, path, drop, which_fields, AUTH_USER, \
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY, \
	    .touches = TALK_TOUCHES, \
	    .doc = "Delete one's " what_ ", or one on what is one's own." }
#define REPLY_ROUTES(path) \
	{ GET, path, replies, replies_fields, AUTH_OPT, \
	    .shape = SHAPE_PAGE, .columns = q_comments_replies_columns, \
	    .doc = "The replies to a comment, from the oldest on." }, \
	{ POST, path, add_reply, reply_fields, AUTH_USER, \
	    .limit = LIMIT_TALK, .status = 201, .shape = SHAPE_ROW, \
	    .columns = q_comments_one_columns, .touches = TALK_TOUCHES, \
	    .doc = "Reply to a comment; to_profile: to whom in particular." }

static const struct route routes[] = {
	{ GET, "/items/{item}/comments", list, list_fields, AUTH_OPT,
	    .shape = SHAPE_PAGE, .columns = q_comments_page_columns,
	    .reads = LIST_READS,
	    .doc = "The comments on an item, newest first (order=top: those "
	    "liked most), each with its first ten replies." },
	{ POST, "/items/{item}/comments", add, new_fields, AUTH_USER,
	    .limit = LIMIT_TALK, .status = 201, .shape = SHAPE_ROW,
	    .columns = q_comments_one_columns, .touches = TALK_TOUCHES,
	    .doc = "Comment on an item; @names are mentions." },
	COMMENT_ROUTES("/comments/{comment}", "comment or reply"),
	REPLY_ROUTES("/comments/{comment}/replies"),
	{ POST, "/comments/{comment}/restore", restore, which_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_comments_one_columns, .touches = TALK_TOUCHES,
	    .doc = "Bring back what one has deleted." },
	{ GET, "/styles/posts/{item}/comments", bare, bare_fields, AUTH_OPT,
	    .shape = SHAPE_ARRAY, .columns = q_comments_page_columns,
	    .reads = LIST_READS,
	    .doc = "The comments on a post, newest first." },
	{ POST, "/styles/posts/{item}/comments", add, new_fields, AUTH_USER,
	    .limit = LIMIT_TALK, .status = 201, .shape = SHAPE_ROW,
	    .columns = q_comments_one_columns, .touches = TALK_TOUCHES,
	    .doc = "Comment on a post." },
	COMMENT_ROUTES("/styles/comments/{comment}", "comment"),
	REPLY_ROUTES("/styles/comments/{comment}/replies"),
	COMMENT_ROUTES("/styles/replies/{comment}", "reply"),
	ROUTE_END,
};

const struct feature feature_comments = { "comments", routes };
