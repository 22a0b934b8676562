/*
 * Following people.
 *
 * The published calls are POST with a name in the body; each has an
 * idempotent twin, PUT and DELETE on users/{username}/follow.
 */
#include "app.h"

struct whom {
	struct str username;
};

static const struct field body_fields[] = {
	BODY_TEXT(struct whom, username, 1, 20, NULL),
	FIELD_END,
};
static const struct field path_fields[] = {
	PATH_TEXT(struct whom, username, 20, NULL),
	FIELD_END,
};

struct list {
	struct str username;
	struct page page;
};

static const struct field list_fields[] = {
	PATH_TEXT(struct list, username, 20, NULL),
	QUERY_PAGE(struct list, page, 40, 200),
	FIELD_END,
};
static const struct field mine_fields[] = {
	QUERY_PAGE(struct list, page, 1000, 1000),
	FIELD_END,
};

/* 202 followed, also if it was so; 404 nobody has this name; 409 oneself. */
static enum err
follow(struct req *rq)
{
	const struct whom *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_follows_add(rq->user, in->username), &row);

	return e == OK ? reply_detail(rq, rq->route->status,
	    "you follow this person") : e;
}

/* 202 not followed, also if it was so; 404 nobody has this name. */
static enum err
unfollow(struct req *rq)
{
	const struct whom *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_follows_remove(rq->user, in->username),
	    &row);

	return e == OK ? reply_detail(rq, rq->route->status,
	    "you no longer follow this person") : e;
}

/* 200 a list, at most 1,000; the next ones by its Link header. */
static enum err
my_people(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_array(rq, q_follows_mine(rq->user, &in->page),
	    &in->page);
}

/* 200 a list, at most 1,000; the next ones by its Link header. */
static enum err
my_tags(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_array(rq, q_follows_my_tags(rq->user, &in->page),
	    &in->page);
}

static enum err
exists(struct req *rq, struct str username)
{
	struct row row;

	return pg_row(rq, q_people_named(username, rq->user), &row);
}

/* 200 a page; 404 nobody has this name. */
static enum err
followers(struct req *rq)
{
	const struct list *in = rq->in;
	enum err e = exists(rq, in->username);

	return e == OK ? reply_page(rq, q_follows_followers(in->username,
	    rq->user, &in->page), &in->page) : e;
}

/* 200 a page; 404 nobody has this name. */
static enum err
followings(struct req *rq)
{
	const struct list *in = rq->in;
	enum err e = exists(rq, in->username);

	return e == OK ? reply_page(rq, q_follows_followings(in->username,
	    rq->user, &in->page), &in->page) : e;
}

#define FOLLOW_TOUCHES { "person", "follows", "follows_of" }

static const struct route routes[] = {
	{ POST, "/pinterestAccounts/follow", follow, body_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 202, .shape = SHAPE_DETAIL,
	    .touches = FOLLOW_TOUCHES, .doc = "Follow somebody." },
	{ POST, "/pinterestAccounts/unfollow", unfollow, body_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 202,
	    .shape = SHAPE_DETAIL, .touches = FOLLOW_TOUCHES,
	    .doc = "Follow somebody no longer." },
	{ PUT, "/users/{username}/follow", follow, path_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 200, .shape = SHAPE_DETAIL,
	    .touches = FOLLOW_TOUCHES, .doc = "Follow somebody." },
	{ DELETE, "/users/{username}/follow", unfollow, path_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 200,
	    .shape = SHAPE_DETAIL, .touches = FOLLOW_TOUCHES,
	    .doc = "Follow somebody no longer." },
	{ GET, "/pinterestAccounts/following-user", my_people, mine_fields,
	    AUTH_USER, .shape = SHAPE_ARRAY,
	    .columns = q_follows_mine_columns,
	    .reads = { "follows:{viewer}", "names" },
	    .doc = "People whom the viewer follows, newest first." },
	{ GET, "/pinterestAccounts/following-tag", my_tags, mine_fields,
	    AUTH_USER, .shape = SHAPE_ARRAY,
	    .columns = q_follows_my_tags_columns,
	    .reads = { "tag_follows:{viewer}", "tags" },
	    .doc = "Tags that the viewer follows, newest first." },
	{ GET, "/users/{username}/followers", followers, list_fields,
	    AUTH_OPT, .shape = SHAPE_PAGE, .shared = true,
	    .columns = q_follows_followers_columns,
	    .reads = { "follows_of:{username}", "names" },
	    .doc = "Who follows this person, newest first." },
	{ GET, "/users/{username}/followings", followings, list_fields,
	    AUTH_OPT, .shape = SHAPE_PAGE, .shared = true,
	    .columns = q_follows_followings_columns,
	    .reads = { "follows_of:{username}", "names" },
	    .doc = "Whom this person follows, newest first." },
	ROUTE_END,
};

const struct feature feature_follows = { "follows", routes };
