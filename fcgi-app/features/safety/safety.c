/*
 * What people keep away from themselves.
 *
 * Who blocks somebody and who is blocked see nothing of one another, and follow
 * each other no longer.  Who mutes a person, a tag or a word, or hides an item,
 * does not find it in lists any more; it can still be opened.  What follows
 * from either is the rule of visibility's (sql/migrations/0008_rule.sql): here
 * they are only made and ended.
 */
#include "app.h"

struct whom {
	struct str username;
};

static const struct field whom_fields[] = {
	PATH_TEXT(struct whom, username, 20, NULL),
	FIELD_END,
};

struct mute_new {
	struct str person, word;
	int64_t tag, item;
};

static const struct field mute_fields[] = {
	BODY_TEXT_OPT(struct mute_new, person, 1, 20, NULL),
	BODY_TEXT_OPT(struct mute_new, word, 1, 50, NULL),
	BODY_ID_OPT(struct mute_new, tag),
	BODY_ID_OPT(struct mute_new, item),
	FIELD_END,
};

/* 200 a page. */
static enum err
blocks(struct req *rq)
{
	const struct fields_page *in = rq->in;

	return reply_page(rq, q_safety_blocks(rq->user, &in->page),
	    &in->page);
}

/* 200 blocked, also if it was so; 404 nobody has this name; 409 oneself. */
static enum err
block(struct req *rq)
{
	const struct whom *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_safety_block(rq->user, in->username), &row);

	return e == OK ? reply_detail(rq, 200, "you block this person") : e;
}

/* 200 not blocked, also if it was so; 404 nobody has this name. */
static enum err
unblock(struct req *rq)
{
	const struct whom *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_safety_unblock(rq->user, in->username),
	    &row);

	return e == OK ? reply_detail(rq, 200,
	    "you no longer block this person") : e;
}

/* 200 a page. */
static enum err
mutes(struct req *rq)
{
	const struct fields_page *in = rq->in;

	return reply_page(rq, q_safety_mutes(rq->user, &in->page), &in->page);
}

/* What is given; NULL: none, or more than one. */
static const char *
given(const struct mute_new *in)
{
	const char *one = NULL;
	int n = 0;

	if (in->person.p != NULL && ++n > 0)
		one = "person";
	if (in->word.p != NULL && ++n > 0)
		one = "word";
	if (in->tag > 0 && ++n > 0)
		one = "tag";
	if (in->item > 0 && ++n > 0)
		one = "item";
	return n == 1 ? one : NULL;
}

/* 201 what is muted, also if it was so; 400 not one thing, or none that the
 * viewer sees; 409 oneself, or one too many. */
static enum err
mute(struct req *rq)
{
	const struct mute_new *in = rq->in;
	const char *what = given(in);
	struct row row, made;
	enum err e;

	if (what == NULL)
		return fail_field(rq, "person",
		    "give one of person, tag, item and word");
	e = pg_run(rq, q_safety_turn(rq->user), NULL);
	if (e == OK)
		e = pg_row(rq, q_safety_mute(rq->user, in->person, in->tag,
		    in->item, in->word), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, what, "there is no such thing");
	if (e == OK)
		e = pg_row(rq, q_safety_muted(rq->user, in->person, in->tag,
		    in->item, in->word), &made);
	if (e == ERR_NOT_FOUND && row_bool(&row, "full"))
		return fail(rq, ERR_CONFLICT, "you cannot mute any more");
	return e == OK ? reply_row(rq, 201, &made) : e;
}

/* 204; 404 nothing that one muted. */
static enum err
unmute(struct req *rq)
{
	const struct fields_id *in = rq->in;
	int64_t n;
	enum err e = pg_run(rq, q_safety_unmute(in->id, rq->user), &n);

	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

static const struct route routes[] = {
	{ GET, "/blocks", blocks, fields_page, AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_safety_blocks_columns,
	    .doc = "Whom one blocked, the last first." },
	{ PUT, "/users/{username}/block", block, whom_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches = { "hidden_of", "person", "follows", "follows_of" },
	    .doc = "Block somebody: both see nothing of one another." },
	{ DELETE, "/users/{username}/block", unblock, whom_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_DETAIL,
	    .touches = { "hidden_of" }, .doc = "Block somebody no longer." },
	{ GET, "/mutes", mutes, fields_page, AUTH_USER, .shape = SHAPE_PAGE,
	    .columns = q_safety_mutes_columns,
	    .doc = "What one muted, the last first." },
	{ POST, "/mutes", mute, mute_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .status = 201, .shape = SHAPE_ROW,
	    .columns = q_safety_muted_columns, .touches = { "hidden_of" },
	    .doc = "Keep a person (by name), a tag, an item or a word out of "
	    "one's lists." },
	{ DELETE, "/mutes/{id}", unmute, fields_id, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = { "hidden_of" }, .doc = "Mute something no longer." },
	ROUTE_END,
};

const struct feature feature_safety = { "safety", routes };
