/*
 * Style posts: reading one and lists of them.
 *
 * Answers are not kept: a post is shown with counters that change all the time
 * and with what the viewer likes and follows, so a kept answer would serve one
 * viewer until the next like.  Each list is one statement over as many posts as
 * a page holds.
 */
#include "app.h"

struct list {
	struct str type;
	int64_t user_id;
	struct page page;
};

static const char *
check_type(struct arena *a, struct str *value)
{
	(void)a;
	if (str_eq(*value, STR("popular")) || str_eq(*value, STR("latest")) ||
	    str_eq(*value, STR("following")) || str_eq(*value, STR("default")))
		return NULL;
	return "use popular, latest, following or default";
}

static const struct field list_fields[] = {
	QUERY_TEXT(struct list, type, 20, check_type),
	QUERY_ID_OPT(struct list, user_id),
	QUERY_PAGE(struct list, page, 20, 50),
	FIELD_END,
};

struct which {
	int64_t post;
};

static const struct field which_fields[] = {
	PATH_ID(struct which, post),
	FIELD_END,
};

static enum err
of_person(struct req *rq, const struct list *in)
{
	struct row row;
	enum err e;

	if (in->user_id == 0)
		return fail_field(rq, "user_id", "this field is required");
	e = pg_row(rq, q_styles_person(in->user_id, rq->user), &row);
	return e == OK ? reply_page(rq, q_styles_of_person(rq->user,
	    in->user_id, &in->page), &in->page) : e;
}

/* 200 a page; 400 no such type, or no user_id with default, or one without;
 * 401 following is for who is logged in; 404 nobody has this user_id. */
static enum err
list(struct req *rq)
{
	const struct list *in = rq->in;

	if (str_eq(in->type, STR("default")))
		return of_person(rq, in);
	if (in->user_id > 0)
		return fail_field(rq, "user_id",
		    "this goes with the type default alone");
	if (str_eq(in->type, STR("latest")))
		return reply_page(rq, q_styles_latest(rq->user, &in->page),
		    &in->page);
	if (str_eq(in->type, STR("popular")))
		return reply_page(rq, q_styles_popular(rq->user, &in->page),
		    &in->page);
	if (rq->user == 0)
		return fail(rq, ERR_AUTH, "login required");
	return reply_page(rq, q_styles_following(rq->user, &in->page),
	    &in->page);
}

/* 200 the post; 404 no such post for this viewer. */
static enum err
one(struct req *rq)
{
	const struct which *in = rq->in;

	return reply_one(rq, q_styles_one(in->post, rq->user));
}

static const struct route routes[] = {
	{ GET, "/styles/posts", list, list_fields, AUTH_OPT,
	    .shape = SHAPE_PAGE, .columns = q_styles_latest_columns,
	    .doc = "Style posts by type: popular; latest; following, by people "
	    "whom the viewer follows; default, those of user_id." },
	{ GET, "/styles/posts/{post}", one, which_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_styles_one_columns,
	    .doc = "One style post." },
	ROUTE_END,
};

const struct feature feature_styles = { "styles", routes };
