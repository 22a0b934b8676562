/*
 * Profiles as they were published under styles/profiles/: people by their ids.
 *
 * What a profile is, and who may change it, is said in people.  `following` is
 * true or false, null of oneself, "login required" for who is not logged in.
 */
#include "accounts/accounts.h"
#include "people/people.h"

struct which {
	int64_t uid;
};

static const struct field which_fields[] = {
	PATH_ID(struct which, uid),
	FIELD_END,
};

struct list {
	int64_t uid;
	struct page page;
};

static const struct field all_fields[] = {
	QUERY_PAGE(struct list, page, 1000, 1000),
	FIELD_END,
};
static const struct field list_fields[] = {
	PATH_ID(struct list, uid),
	QUERY_PAGE(struct list, page, 40, 200),
	FIELD_END,
};

struct edit {
	int64_t uid;
	struct str user_name, profile_name, introduction;
	struct upload image;
	int64_t crop_x, crop_y, crop_size;
};

static const struct field edit_fields[] = {
	PATH_ID(struct edit, uid),
	PEOPLE_NAMES(struct edit),
	BODY_FILE_OPT(struct edit, image),
	PEOPLE_CROP(struct edit),
	FIELD_END,
};

/* 200 a list of everybody, at most 1,000; the next ones by its Link header. */
static enum err
all(struct req *rq)
{
	const struct list *in = rq->in;

	return reply_array(rq, q_people_page(rq->user, &in->page), &in->page);
}

/* 200 the profile; 404 nobody whom the viewer may see. */
static enum err
one(struct req *rq)
{
	const struct which *in = rq->in;

	return reply_one(rq, q_people_published(in->uid, rq->user));
}

/* 200 the changed profile; 400 taken, no picture; 403 another's; 404. */
static enum err
edit(struct req *rq)
{
	const struct edit *in = rq->in;
	struct people_edit what = people_edit_nothing;
	struct row row;
	enum err e = pg_row(rq, q_people_visible(in->uid, rq->user), &row);

	if (e == OK && in->uid != rq->user)
		return ERR_FORBIDDEN;
	if (e == OK)
		e = pg_commit(rq); /* a picture is decoded outside of it */
	if (e != OK)
		return e;
	what.user_name = in->user_name;
	what.profile_name = in->profile_name;
	what.introduction = in->introduction;
	what.avatar = in->image;
	what.crop_x = in->crop_x;
	what.crop_y = in->crop_y;
	what.crop_size = in->crop_size;
	e = people_change(rq, &what, "image");
	return e == OK ? reply_one(rq, q_people_published(in->uid, rq->user))
	    : e;
}

/* 200 a page; 404 nobody whom the viewer may see. */
static enum err
followers(struct req *rq)
{
	const struct list *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_people_visible(in->uid, rq->user), &row);

	return e == OK ? reply_page(rq, q_compat_profiles_followers(in->uid,
	    rq->user, &in->page), &in->page) : e;
}

/* 200 a page; 404 nobody whom the viewer may see. */
static enum err
followings(struct req *rq)
{
	const struct list *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_people_visible(in->uid, rq->user), &row);

	return e == OK ? reply_page(rq, q_compat_profiles_followings(in->uid,
	    rq->user, &in->page), &in->page) : e;
}

/* 200 followed, or no longer; 400 oneself; 404 nobody whom the viewer may
 * see. */
static enum err
toggle(struct req *rq)
{
	const struct which *in = rq->in;
	struct row row;
	enum err e;

	if (in->uid == rq->user)
		return fail(rq, ERR_INPUT, "%s", words_in(rq->lang,
		    "you cannot follow yourself"));
	e = pg_row(rq, q_follows_hold(rq->user, in->uid), &row);
	if (e == OK)
		e = pg_row(rq, q_follows_toggle(rq->user, in->uid), &row);
	if (e != OK)
		return e;
	return reply_detail(rq, 200, row_bool(&row, "following") ?
	    "successfully followed" : "successfully unfollowed");
}

/* By id nothing is looked up, so these depend on all there is of its kind:
 * they are not kept. */
static const struct route routes[] = {
	{ GET, "/styles/profiles", all, all_fields, AUTH_STAFF,
	    .shape = SHAPE_ARRAY, .columns = q_people_page_columns,
	    .doc = "Everybody, newest first; for the staff." },
	{ GET, "/styles/profiles/{uid}", one, which_fields, AUTH_OPT,
	    .shape = SHAPE_ROW, .columns = q_people_published_columns,
	    .doc = "A profile." },
	{ PUT, "/styles/profiles/{uid}", edit, edit_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_published_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change one's profile; what is not given stays, the "
	    "picture too." },
	{ PATCH, "/styles/profiles/{uid}", edit, edit_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW, .slow = true,
	    .columns = q_people_published_columns,
	    .touches = PEOPLE_TOUCHES,
	    .doc = "Change parts of one's profile." },
	{ GET, "/styles/profiles/{uid}/followers", followers, list_fields,
	    AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_compat_profiles_followers_columns,
	    .doc = "Who follows this person, newest first." },
	{ GET, "/styles/profiles/{uid}/followings", followings, list_fields,
	    AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_compat_profiles_followings_columns,
	    .doc = "Whom this person follows, newest first." },
	{ PATCH, "/styles/profiles/{uid}/follow", toggle, which_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches = { "person", "follows", "follows_of" },
	    .doc = "Follow somebody, or no longer if it was so." },
	ROUTE_END,
};

const struct feature feature_compat_profiles = { "compat_profiles", routes };
