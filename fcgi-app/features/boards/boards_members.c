/*
 * Who keeps a board beside its owner: viewers, adders and editors.
 *
 * They are invited by name, and come when they accept it, or by a link, which
 * is good for a week and for whoever has it.  Editors invite those who may not
 * change the board; all else about roles is its owner's.  Only the hash of a
 * link's token is kept, so it is shown once, to whom makes it.
 */
#include "boards/boards.h"
#include "token.h"

struct member {
	int64_t board;
	struct str username, role;
};

const char *
boards_check_role(struct arena *a, struct str *role)
{
	(void)a;
	return str_eq(*role, STR("viewer")) || str_eq(*role, STR("adder")) ||
	    str_eq(*role, STR("editor")) ? NULL :
	    "use viewer, adder or editor";
}

static const struct field board_fields[] = {
	PATH_ID(struct member, board),
	FIELD_END,
};
static const struct field invite_fields[] = {
	PATH_ID(struct member, board),
	BODY_TEXT(struct member, username, 1, 20, NULL),
	BODY_TEXT(struct member, role, 1, 10, boards_check_role),
	FIELD_END,
};
static const struct field role_fields[] = {
	PATH_ID(struct member, board),
	PATH_TEXT(struct member, username, 20, NULL),
	BODY_TEXT(struct member, role, 1, 10, boards_check_role),
	FIELD_END,
};
static const struct field member_fields[] = {
	PATH_ID(struct member, board),
	PATH_TEXT(struct member, username, 20, NULL),
	FIELD_END,
};
static const struct field link_fields[] = {
	PATH_ID(struct member, board),
	BODY_TEXT(struct member, role, 1, 10, boards_check_role),
	FIELD_END,
};

struct link {
	int64_t board, link;
	struct str token;
};

static const struct field drop_link_fields[] = {
	PATH_ID(struct link, board),
	PATH_ID(struct link, link),
	FIELD_END,
};
static const struct field token_fields[] = {
	BODY_SECRET(struct link, token, 1, 100),
	FIELD_END,
};

/* Editors let nobody change a board. */
static struct str
right_for(struct str role)
{
	return str_eq(role, STR("editor")) ? STR("own") : STR("edit");
}

/* 200 a list; 404 no such board for this viewer. */
static enum err
members(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_boards_visible(in->board, rq->user), &row);

	return e == OK ?
	    reply_rows(rq, q_boards_members(in->board, rq->user)) : e;
}

/* 201 {"detail"}; 400 nobody of this name, or invited already; 403 one may not
 * invite to it; 404 no such board. */
static enum err
invite(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, right_for(in->role), &row);

	if (e != OK)
		return e;
	e = pg_row(rq, q_boards_invite(in->board, rq->user, in->username,
	    in->role), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "username",
		    "nobody of this name can be invited");
	return e == OK ? reply_detail(rq, 201,
	    words_in(rq->lang, "this person is invited")) : e;
}

/* 204; 403 not one's own board; 404 no such board, or this is no member. */
static enum err
set_role(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("own"), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_set_role(in->board, rq->user,
		    in->username, in->role), &row);
	return e == OK ? reply_empty(rq) : e;
}

/* 204; 403 neither one's own board nor oneself; 404 no such board, or this is
 * no member. */
static enum err
drop(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	int64_t n;
	enum err e = pg_run(rq, q_boards_drop_member(in->board, rq->user,
	    in->username), &n);

	if (e != OK || n > 0)
		return e == OK ? reply_empty(rq) : e;
	e = boards_allow(rq, in->board, STR("own"), &row);
	return e == OK ? ERR_NOT_FOUND : e;
}

/* 200 the board; 404 one is not invited to it. */
static enum err
accept(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	enum err e = pg_row(rq, q_boards_accept(in->board, rq->user), &row);

	return e == OK ?
	    reply_one(rq, q_boards_one(in->board, rq->user)) : e;
}

/* 200 a list. */
static enum err
invitations(struct req *rq)
{
	return reply_rows(rq, q_boards_invitations(rq->user));
}

static struct str
hash_text(const struct token_hash *h)
{
	return (struct str){ (const char *)h->p, sizeof(h->p) };
}

/* 201 the link with its token; 403 one may not invite to it; 404. */
static enum err
add_link(struct req *rq)
{
	const struct member *in = rq->in;
	struct token_hash hash;
	struct str token = token_opaque(rq->mem, &hash);
	struct row row;
	struct buf *b;
	enum err e = boards_allow(rq, in->board, right_for(in->role), &row);

	if (e == OK)
		e = pg_row(rq, q_boards_link_add(in->board, rq->user,
		    in->role, hash_text(&hash)), &row);
	if (e != OK)
		return e;
	b = reply_json(rq, 201);
	row_json(b, &row);
	b->n--; /* the closing brace */
	buf_byte(b, ',');
	json_key(b, "token");
	json_str(b, token);
	buf_byte(b, '}');
	return OK;
}

/* 200 a list; 403 one may not invite to it; 404. */
static enum err
links(struct req *rq)
{
	const struct member *in = rq->in;
	struct row row;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	return e == OK ?
	    reply_rows(rq, q_boards_links(in->board, rq->user)) : e;
}

/* 204; 403 one may not invite to it; 404 no such board, or no such link that
 * is one's to remove. */
static enum err
drop_link(struct req *rq)
{
	const struct link *in = rq->in;
	struct row row;
	int64_t n = 0;
	enum err e = boards_allow(rq, in->board, STR("edit"), &row);

	if (e == OK)
		e = pg_run(rq, q_boards_link_drop(in->board, rq->user,
		    in->link), &n);
	if (e == OK && n == 0)
		return ERR_NOT_FOUND;
	return e == OK ? reply_empty(rq) : e;
}

static enum err
no_link(struct req *rq)
{
	return fail_field(rq, "token",
	    "this link is not valid or has expired");
}

/* 200 where it leads; 400 no such link. */
static enum err
look(struct req *rq)
{
	const struct link *in = rq->in;
	struct token_hash hash;
	struct row row;
	enum err e = ERR_NOT_FOUND;

	if (token_opaque_read(in->token, &hash))
		e = pg_row(rq, q_boards_link_look(hash_text(&hash), rq->user),
		    &row);
	if (e == ERR_NOT_FOUND)
		return no_link(rq);
	return e == OK ? reply_row(rq, 200, &row) : e;
}

/* 200 the board, of which one is a member now; 400 no such link. */
static enum err
join(struct req *rq)
{
	const struct link *in = rq->in;
	struct token_hash hash;
	struct row row;
	enum err e = ERR_NOT_FOUND;

	if (token_opaque_read(in->token, &hash))
		e = pg_row(rq, q_boards_join(hash_text(&hash), rq->user),
		    &row);
	if (e == ERR_NOT_FOUND)
		return no_link(rq);
	return e == OK ? reply_one(rq, q_boards_one(row_int(&row, "board"),
	    rq->user)) : e;
}

/* Who was let in has a view of his own. */
#define MEMBER_TOUCHES { "board", "boards", "boards_by", "hidden_of" }

static const struct route routes[] = {
	{ GET, "/boards/{board}/members", members, board_fields, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_members_columns,
	    .doc = "Who keeps a board beside its owner; whoever may invite "
	    "sees who is invited, too." },
	{ POST, "/boards/{board}/members", invite, invite_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_DETAIL,
	    .touches = MEMBER_TOUCHES,
	    .doc = "Invite somebody to a board, as viewer, adder or editor." },
	{ PATCH, "/boards/{board}/members/{username}", set_role, role_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = MEMBER_TOUCHES,
	    .doc = "Give a member of one's board another role." },
	{ DELETE, "/boards/{board}/members/{username}", drop, member_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches = MEMBER_TOUCHES,
	    .doc = "Remove somebody from one's board; leave a board, or "
	    "refuse an invitation, by one's own name." },
	{ POST, "/boards/{board}/accept", accept, board_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns, .touches = MEMBER_TOUCHES,
	    .doc = "Accept the invitation to a board." },
	{ GET, "/boards/invitations", invitations, NULL, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_invitations_columns,
	    .doc = "Boards that one is invited to, at most 200." },
	{ POST, "/boards/{board}/links", add_link, link_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 201, .shape = SHAPE_ROW,
	    .columns = q_boards_link_add_columns,
	    .beside = "\"token\":{\"type\":\"string\"}",
	    .touches_nothing = true,
	    .doc = "Make a link by which others become members of a board, "
	    "for a week; its token is shown here alone." },
	{ GET, "/boards/{board}/links", links, board_fields, AUTH_USER,
	    .shape = SHAPE_ARRAY, .columns = q_boards_links_columns,
	    .doc = "The links to a board that are still good." },
	{ DELETE, "/boards/{board}/links/{link}", drop_link, drop_link_fields,
	    AUTH_USER, .limit = LIMIT_WRITE, .status = 204,
	    .shape = SHAPE_EMPTY, .touches_nothing = true,
	    .doc = "End a link to a board." },
	{ POST, "/boards/invitation", look, token_fields, AUTH_USER,
	    .limit = LIMIT_TOKEN, .shape = SHAPE_ROW,
	    .columns = q_boards_link_look_columns, .touches_nothing = true,
	    .doc = "To which board a link leads." },
	{ POST, "/boards/join", join, token_fields, AUTH_USER,
	    .limit = LIMIT_TOKEN, .shape = SHAPE_ROW,
	    .columns = q_boards_one_columns, .touches = MEMBER_TOUCHES,
	    .doc = "Become a member of a board by its link." },
	ROUTE_END,
};

const struct feature feature_boards_members = { "boards_members", routes };
