/*
 * Lines of an account's file.  Fields are checked as those of requests are,
 * with the same bounds; times are numbers, so nothing is left that the database
 * would have to read.
 */
#include "accounts/accounts.h"
#include "boards/boards.h"
#include "import_rows.h"
#include "media.h"
#include "people/people.h"
#include "spool.h"
#include "tags/tags.h"

#include <unistd.h>

#define NEVER INT64_C(4102444800000000) /* 2100 */

struct line {
	int64_t at, edited, deleted, visibility, place, board, item, section;
	int64_t home, accepted, on, parent;
	struct str title, alt, image_url, content, picture, tag, by, who;
	struct str added_by, role, on_by, parent_by, to, word;
	double image_ratio;
};

#define TIME(m) BODY_INT(struct line, m, 0, NEVER)
#define NAME(m) BODY_TEXT(struct line, m, 0, 20, NULL)
#define PICTURE BODY_TEXT(struct line, picture, 1, 60, NULL)
#define SHOWN BODY_INT(struct line, visibility, 0, 2)
#define TAG BODY_TEXT(struct line, tag, 1, 100, tags_check_name)

const struct field import_profile_fields[] = {
	BODY_TEXT(struct import_profile, username, 1, 20,
	    accounts_check_username),
	BODY_TEXT(struct import_profile, email, 3, 254, accounts_check_email),
	BODY_BOOL_OPT(struct import_profile, verified),
	BODY_INT(struct import_profile, created, 0, NEVER),
	PEOPLE_NAMES(struct import_profile),
	PEOPLE_PRIVATE(struct import_profile),
	PEOPLE_SHOP(struct import_profile),
	BODY_TEXT(struct import_profile, notices_off, 0, 200, NULL),
	BODY_TEXT_OPT(struct import_profile, picture, 1, 60, NULL),
	FIELD_END,
};

static const struct field pin_fields[] = { TIME(at), TIME(edited),
	TIME(deleted), SHOWN, PICTURE,
	BODY_TEXT(struct line, title, 1, 100, NULL),
	BODY_PROSE(struct line, alt, 0, 500),
	BODY_TEXT(struct line, image_url, 0, 2000, NULL), FIELD_END };
static const struct field style_fields[] = { TIME(at), TIME(edited),
	TIME(deleted), SHOWN, BODY_PROSE(struct line, content, 1, 1000),
	BODY_NUMBER_OPT(struct line, image_ratio, 1, 10000, 100), FIELD_END };
static const struct field style_picture_fields[] = { TIME(at), PICTURE,
	BODY_INT(struct line, place, 1, 10), FIELD_END };
static const struct field pin_tag_fields[] = { TIME(at), TAG, FIELD_END };
static const struct field board_fields[] = { TIME(at), TIME(edited),
	TIME(deleted), TIME(place), SHOWN,
	BODY_TEXT(struct line, title, 1, 100, NULL),
	BODY_PROSE(struct line, content, 0, 500),
	BODY_TEXT_OPT(struct line, picture, 1, 60, NULL), FIELD_END };
static const struct field section_fields[] = { TIME(board), TIME(at),
	BODY_TEXT(struct line, title, 1, 100, NULL), FIELD_END };
static const struct field board_item_fields[] = { TIME(board), TIME(item),
	NAME(by), NAME(added_by), TIME(at), TIME(place), TIME(section),
	BODY_BOOL_OPT(struct line, home), FIELD_END };
static const struct field cover_fields[] = { TIME(board), TIME(item), NAME(by),
	FIELD_END };
static const struct field member_fields[] = { TIME(board), NAME(who), TIME(at),
	TIME(accepted), BODY_TEXT(struct line, role, 1, 10, boards_check_role),
	FIELD_END };
static const struct field comment_fields[] = { TIME(at), TIME(edited),
	TIME(deleted), NAME(on_by), TIME(on), NAME(parent_by), TIME(parent),
	NAME(to), BODY_PROSE(struct line, content, 1, 1000), FIELD_END };
static const struct field item_fields[] = { NAME(by), TIME(item), TIME(at),
	FIELD_END };
static const struct field person_fields[] = { NAME(who), TIME(at), FIELD_END };
static const struct field tag_fields[] = { TAG, TIME(at), FIELD_END };
static const struct field mute_fields[] = { NAME(who), NAME(by), TIME(item),
	TIME(at), BODY_TEXT(struct line, tag, 0, 100, NULL),
	BODY_TEXT(struct line, word, 0, 50, NULL), FIELD_END };

/* One that its member says to be larger than a picture may be is not read to
 * its end. */
enum err
import_picture(struct req *rq, struct import *im, struct str name,
    int64_t *media)
{
	struct media made;
	struct upload file;
	enum unpack_found found;
	enum err e;

	*media = 0;
	if (name.p == NULL)
		return OK;
	e = spool_open(rq, &file);
	if (e != OK)
		return e;
	if (!str_starts(name, STR("pictures/")))
		return fail(rq, ERR_INPUT, "%.*s is no picture",
		    STR_ARG(name));
	found = unpack_read(&im->zip, arena_dup(rq->mem, name).p,
	    conf.upload_max, file.fd);
	im->bytes -= lseek(file.fd, 0, SEEK_CUR);
	if (found == UNPACK_NONE)
		return fail(rq, ERR_INPUT, "%.*s is missing", STR_ARG(name));
	if (found == UNPACK_BAD || lseek(file.fd, 0, SEEK_SET) != 0)
		return fail(rq, ERR_INPUT, "%.*s is damaged", STR_ARG(name));
	if (found == UNPACK_LARGE || im->bytes < 0)
		return fail(rq, ERR_INPUT, "%.*s is too large", STR_ARG(name));
	e = media_prepare(rq, "picture", file.fd, &made);
	return e == OK ? media_add(rq, im->account, &made, media) : e;
}

static enum err
one(struct req *rq, struct query q)
{
	struct row row;

	return pg_row(rq, q, &row);
}

static enum err
add_pin(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	int64_t media;
	enum err e = import_picture(rq, im, in->picture, &media);

	return e != OK ? e : one(rq, q_portable_pin(im->account, media, in->at,
	    in->edited, in->deleted, in->visibility, in->title, in->alt,
	    in->image_url));
}

static enum err
add_style(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_style(im->account, in->at, in->edited,
	    in->deleted, in->visibility, in->content, in->image_ratio));
}

static enum err
add_style_picture(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	int64_t media;
	enum err e = import_picture(rq, im, in->picture, &media);

	return e != OK ? e : one(rq, q_portable_style_picture(im->account,
	    media, in->at, in->place));
}

/* The tags that are new here are made. */
static enum err
make_tag(struct req *rq, struct str name)
{
	return pg_run(rq, q_tags_make((struct texts){ &name, 1 }), NULL);
}

static enum err
add_pin_tag(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	enum err e = make_tag(rq, in->tag);

	return e != OK ? e : one(rq, q_portable_pin_tag(im->account, in->at,
	    in->tag));
}

static enum err
add_board(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	int64_t media;
	enum err e = import_picture(rq, im, in->picture, &media);

	return e != OK ? e : one(rq, q_portable_board(im->account, media,
	    in->at, in->edited, in->deleted, in->place, in->visibility,
	    in->title, in->content));
}

static enum err
add_section(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_section(im->account, in->board, in->title,
	    in->at));
}

static enum err
add_board_item(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_board_item(im->account, in->board, in->by,
	    in->item, in->added_by, in->at, in->place, in->home == 1,
	    in->section));
}

static enum err
add_cover(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_board_cover(im->account, in->board, in->by,
	    in->item));
}

static enum err
add_member(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_member(im->account, in->board, in->who,
	    in->role, in->at, in->accepted));
}

static enum err
add_comment(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_portable_comment(im->account, in->at,
	    in->edited, in->deleted, in->on_by, in->on, in->parent_by,
	    in->parent, in->to, in->content), &row);

	return e != OK ? e : pg_run(rq, q_comments_mention(row_int(&row, "id"),
	    im->account, in->content), NULL);
}

static enum err
add_like(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_like(im->account, in->by, in->item, in->at));
}

static enum err
add_bookmark(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_bookmark(im->account, in->by, in->item,
	    in->at));
}

static enum err
add_follow(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_follow(im->account, in->who, in->at));
}

static enum err
add_tag_follow(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	enum err e = make_tag(rq, in->tag);

	return e != OK ? e : one(rq, q_portable_tag_follow(im->account,
	    in->tag, in->at));
}

static enum err
add_block(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;

	return one(rq, q_portable_block(im->account, in->who, in->at));
}

static enum err
add_mute(struct req *rq, struct import *im)
{
	const struct line *in = rq->in;
	struct str name = in->tag;
	enum err e = OK;

	if (name.n > 0 && tags_check_name(rq->mem, &name) == NULL)
		e = make_tag(rq, name);
	return e != OK ? e : one(rq, q_portable_mute(im->account, in->who,
	    in->tag, in->word, in->by, in->item, in->at));
}

const struct import_section import_own[] = {
	{ "pins.jsonl", pin_fields, add_pin, 1 },
	{ "styles.jsonl", style_fields, add_style, 100 },
	{ "style_pictures.jsonl", style_picture_fields, add_style_picture, 1 },
	{ "pin_tags.jsonl", pin_tag_fields, add_pin_tag, 100 },
	{ NULL, NULL, NULL, 0 },
};

const struct import_section import_last[] = {
	{ "boards.jsonl", board_fields, add_board, 0 },
	{ "sections.jsonl", section_fields, add_section, 0 },
	{ "board_items.jsonl", board_item_fields, add_board_item, 0 },
	{ "covers.jsonl", cover_fields, add_cover, 0 },
	{ "members.jsonl", member_fields, add_member, 0 },
	{ "comments.jsonl", comment_fields, add_comment, 0 },
	{ "likes.jsonl", item_fields, add_like, 0 },
	{ "bookmarks.jsonl", item_fields, add_bookmark, 0 },
	{ "follows.jsonl", person_fields, add_follow, 0 },
	{ "tag_follows.jsonl", tag_fields, add_tag_follow, 0 },
	{ "blocks.jsonl", person_fields, add_block, 0 },
	{ "mutes.jsonl", mute_fields, add_mute, 0 },
	{ NULL, NULL, NULL, 0 },
};
