/*
 * Making, changing and deleting style posts.
 *
 * All pictures of a post are decoded and stored before its transaction begins,
 * so a post of which one picture fails never existed.
 */
#include "app.h"
#include "media.h"
#include "tags/tags.h"

struct post {
	int64_t post; /* of an edit */
	struct str content;
	double image_ratio;
	struct uploads image;
};

/* The ratio of the frame, width by height, in hundredths. */
#define RATIO_MIN 1
#define RATIO_MAX 10000

static const struct field new_fields[] = {
	BODY_PROSE(struct post, content, 1, 1000),
	BODY_FILES(struct post, image),
	BODY_NUMBER_OPT(struct post, image_ratio, RATIO_MIN, RATIO_MAX, 100),
	FIELD_END,
};
static const struct field put_fields[] = {
	PATH_ID(struct post, post),
	BODY_PROSE(struct post, content, 1, 1000),
	BODY_NUMBER_OPT(struct post, image_ratio, RATIO_MIN, RATIO_MAX, 0),
	FIELD_END,
};
static const struct field patch_fields[] = {
	PATH_ID(struct post, post),
	BODY_PROSE_OPT(struct post, content, 1, 1000),
	BODY_NUMBER_OPT(struct post, image_ratio, RATIO_MIN, RATIO_MAX, 0),
	FIELD_END,
};
static const struct field which_fields[] = {
	PATH_ID(struct post, post),
	FIELD_END,
};

static enum err
reply_post(struct req *rq, int status, int64_t post)
{
	struct row row;
	enum err e = pg_row(rq, q_styles_one(post, rq->user), &row);

	return e == OK ? reply_row(rq, status, &row) : e;
}

static enum err
take_pictures(struct req *rq, const struct uploads *files,
    struct media *pictures)
{
	enum err e = OK;
	int i;

	for (i = 0; i < files->n && e == OK; i++)
		e = media_prepare(rq, "image", files->file[i].fd,
		    &pictures[i]);
	return e;
}

/* 201 the post; 400 no picture, too many, or one that cannot be used; 413;
 * 429. */
static enum err
add(struct req *rq)
{
	const struct post *in = rq->in;
	struct media *pictures = arena_zalloc(rq->mem,
	    sizeof(*pictures) * UPLOADS_MAX);
	int64_t ids[UPLOADS_MAX], post = 0;
	struct row row;
	enum err e = take_pictures(rq, &in->image, pictures);
	int i;

	for (i = 0; i < in->image.n && e == OK; i++)
		e = media_add(rq, rq->user, &pictures[i], &ids[i]);
	if (e == OK)
		e = pg_row(rq, q_styles_add(rq->user, in->content,
		    in->image_ratio, (struct int8s){ ids, in->image.n }),
		    &row);
	if (e == OK) {
		post = row_int(&row, "id");
		e = tags_of_item(rq, post, in->content);
	}
	return e == OK ? reply_post(rq, 201, post) : e;
}

/* 403 for somebody else's post that the viewer may see, else 404. */
static enum err
not_mine(struct req *rq, int64_t post)
{
	struct row row;
	enum err e = pg_row(rq, q_styles_visible(post, rq->user), &row);

	return e == OK ? ERR_FORBIDDEN : e;
}

/* 200 the changed post; 400; 403 not one's own; 404. */
static enum err
edit(struct req *rq)
{
	const struct post *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_styles_edit(in->post, rq->user, in->content,
	    in->image_ratio), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->post);
	if (e == OK && in->content.p != NULL)
		e = tags_of_item(rq, in->post, in->content);
	return e == OK ? reply_post(rq, 200, in->post) : e;
}

/* 204 it is in the trash; 403 not one's own; 404. */
static enum err
drop(struct req *rq)
{
	const struct post *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_items_delete(in->post, rq->user,
	    STR("style")), &row);

	if (e == ERR_NOT_FOUND)
		return not_mine(rq, in->post);
	return e == OK ? reply_empty(rq) : e;
}

static const struct route routes[] = {
	{ POST, "/styles/posts", add, new_fields, AUTH_USER,
	    .limit = LIMIT_UPLOAD, .status = 201, .shape = SHAPE_ROW,
	    .columns = q_styles_one_columns, .slow = true,
	    .touches = { "boards", "item", "person", "pin", "pins_by",
	    "tag", "tags", "tag_pins" },
	    .doc = "Make a style post of a text, whose #words become its tags, "
	    "and one to ten pictures (image, given again for each), shown in a "
	    "frame of image_ratio, width by height." },
	{ PUT, "/styles/posts/{post}", edit, put_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_styles_one_columns,
	    .touches = { "boards", "pin", "tag", "tags", "tag_pins" },
	    .doc = "Change one's style post; its pictures stay." },
	{ PATCH, "/styles/posts/{post}", edit, patch_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_styles_one_columns,
	    .touches = { "boards", "pin", "tag", "tags", "tag_pins" },
	    .doc = "Change parts of one's style post." },
	{ DELETE, "/styles/posts/{post}", drop, which_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches = { "boards", "item", "person" },
	    .doc = "Delete one's style post." },
	ROUTE_END,
};

const struct feature feature_styles_write = { "styles_write", routes };
