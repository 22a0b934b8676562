/*
 * Tags: the words that people put on things, and following them.
 *
 * A tag is made by whoever uses it first and keeps that spelling; names that
 * differ only in case are one tag.  Renaming and removing is for staff.
 */
#include "tags/tags.h"
#include "hashtags.h"
#include "utf8.h"

/* A title has 100 characters: no more than 50 tags. */
#define TAGS_MAX 50

enum err
tags_of_item(struct req *rq, int64_t item, struct str text)
{
	struct str names[TAGS_MAX];
	struct texts list = { names, hashtags_of(rq->mem, text, names,
	    TAGS_MAX) };
	enum err e = OK;

	if (list.n > 0)
		e = pg_run(rq, q_tags_make(list), NULL);
	return e == OK ? pg_run(rq, q_items_tag(item, list), NULL) : e;
}

/* A tag's name is one that a hashtag can have. */
const char *
tags_check_name(struct arena *a, struct str *value)
{
	struct str whole = arena_printf(a, "#%.*s", STR_ARG(*value)), found;

	if (value->n > 0 && value->p[0] == '#')
		whole = *value;
	if (hashtags_of(a, whole, &found, 1) != 1 || found.n + 1 != whole.n)
		return "use Hangul, letters and digits, without spaces";
	*value = found;
	return NULL;
}

struct tag {
	int64_t tag;
	struct str tag_name;
};

static const struct field new_fields[] = {
	BODY_TEXT(struct tag, tag_name, 1, 100, tags_check_name),
	FIELD_END,
};
static const struct field edit_fields[] = {
	PATH_ID(struct tag, tag),
	BODY_TEXT(struct tag, tag_name, 1, 100, tags_check_name),
	FIELD_END,
};
static const struct field which_fields[] = {
	PATH_ID(struct tag, tag),
	FIELD_END,
};

struct list {
	struct str users__username, prefix;
	struct page page;
};

static const struct field list_fields[] = {
	QUERY_TEXT_OPT(struct list, users__username, 20, NULL),
	QUERY_TEXT_OPT(struct list, prefix, 100, NULL),
	QUERY_PAGE(struct list, page, 1000, 1000),
	FIELD_END,
};

/* 200 a list, at most 1,000; the next ones by its Link header.  400 two
 * filters. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;

	if (in->prefix.p != NULL && in->users__username.p != NULL)
		return fail_field(rq, "prefix",
		    "this filter goes with no other");
	if (in->prefix.p != NULL)
		return reply_rows(rq, q_tags_beginning(in->prefix));
	if (in->users__username.p != NULL)
		return reply_array(rq, q_tags_page_of_user(
		    in->users__username, rq->user, &in->page), &in->page);
	return reply_array(rq, q_tags_page(&in->page), &in->page);
}

/* 200 the tag; 404. */
static enum err
one(struct req *rq)
{
	const struct tag *in = rq->in;

	return reply_one(rq, q_tags_one(in->tag, rq->user));
}

/* 201 the tag, which may have been there before. */
static enum err
add(struct req *rq)
{
	const struct tag *in = rq->in;
	struct row row;
	enum err e = pg_run(rq, q_tags_make((struct texts){ &in->tag_name, 1 }),
	    NULL);

	if (e == OK)
		e = pg_row(rq, q_tags_by_name(in->tag_name), &row);
	return e == OK ? reply_row(rq, 201, &row) : e;
}

/* 200 the tag; 400 another has this name; 403; 404. */
static enum err
edit(struct req *rq)
{
	const struct tag *in = rq->in;

	return reply_one(rq, q_tags_rename(in->tag, in->tag_name));
}

/* 204; 403; 404. */
static enum err
drop(struct req *rq)
{
	const struct tag *in = rq->in;
	int64_t n;
	enum err e = pg_run(rq, q_tags_remove(in->tag), &n);

	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

/* 201 followed, also if it was so; 404. */
static enum err
follow(struct req *rq)
{
	const struct tag *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_tags_follow(rq->user, in->tag), &row);

	return e == OK ? reply_detail(rq, rq->route->status,
	    "you follow this tag") : e;
}

/* 202 not followed, also if it was so; 404. */
static enum err
unfollow(struct req *rq)
{
	const struct tag *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_tags_unfollow(rq->user, in->tag), &row);

	return e == OK ? reply_detail(rq, rq->route->status,
	    "you no longer follow this tag") : e;
}

/* Pins are shown with their tags. */
#define TAG_TOUCHES "tag", "tags", "tag_pins", "pin", "pins", "pins_by", \
	"board"
#define FOLLOW_TOUCHES { "tag_follows", "tag_follows_of" }

static const struct route routes[] = {
	{ GET, "/tags", list, list_fields, AUTH_OPT, .shape = SHAPE_ARRAY,
	    .shared = true,
	    .columns = q_tags_page_columns, .reads = {
	    "tags", "tag_follows_of:{users__username}|",
	    "names?{users__username}|" },
	    .doc = "Tags, newest first; users__username: those that somebody "
	    "follows; prefix: the ten most used that begin so." },
	{ POST, "/tags", add, new_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .status = 201, .shape = SHAPE_ROW,
	    .columns = q_tags_by_name_columns, .touches = {
	    "tag", "tags" },
	    .doc = "Make a tag; one that exists is answered as it is." },
	{ GET, "/tags/{tag}", one, which_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_tags_one_columns,
	    .reads = { "tag:{tag}", "tag_follows:{viewer}" },
	    .doc = "One tag." },
	{ PUT, "/tags/{tag}", edit, edit_fields, AUTH_STAFF,
	    .shape = SHAPE_ROW, .columns = q_tags_rename_columns,
	    .touches = { TAG_TOUCHES },
	    .doc = "Rename a tag (staff)." },
	{ PATCH, "/tags/{tag}", edit, edit_fields, AUTH_STAFF,
	    .shape = SHAPE_ROW, .columns = q_tags_rename_columns,
	    .touches = { TAG_TOUCHES },
	    .doc = "Rename a tag (staff)." },
	{ DELETE, "/tags/{tag}", drop, which_fields, AUTH_STAFF,
	    .status = 204, .shape = SHAPE_EMPTY,
	    .touches = { TAG_TOUCHES, "tag_follows", "tag_follows_of" },
	    .doc = "Remove a tag from everything (staff)." },
	{ POST, "/tags/{tag}/follow_tag", follow, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_DETAIL,
	    .touches = FOLLOW_TOUCHES, .doc = "Follow a tag." },
	{ POST, "/tags/{tag}/unfollow_tag", unfollow, which_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 202,
	    .shape = SHAPE_DETAIL, .touches = FOLLOW_TOUCHES,
	    .doc = "Follow a tag no longer." },
	{ PUT, "/tags/{tag}/follow", follow, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 200, .shape = SHAPE_DETAIL,
	    .touches = FOLLOW_TOUCHES, .doc = "Follow a tag." },
	{ DELETE, "/tags/{tag}/follow", unfollow, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 200, .shape = SHAPE_DETAIL,
	    .touches = FOLLOW_TOUCHES, .doc = "Follow a tag no longer." },
	ROUTE_END,
};

const struct feature feature_tags = { "tags", routes };
