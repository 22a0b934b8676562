/*
 * Many of one's pins at once: to the trash, and back.
 *
 * All or none; what is not one's own, or is there already, is left out, and
 * the answer tells how many it was.  Many on boards: boards_items.c.
 */
#include "app.h"

struct bulk {
	struct int8s ids;
	struct str action;
};

static const char *
check_action(struct arena *a, struct str *action)
{
	(void)a;
	return str_eq(*action, STR("trash")) ||
	    str_eq(*action, STR("restore")) ? NULL : "use trash or restore";
}

static const struct field bulk_fields[] = {
	BODY_IDS(struct bulk, ids, 200),
	BODY_TEXT(struct bulk, action, 1, 10, check_action),
	FIELD_END,
};

/* 200 {"changed": how many}. */
static enum err
bulk(struct req *rq)
{
	const struct bulk *in = rq->in;
	int64_t n = 0;
	enum err e = pg_run(rq, str_eq(in->action, STR("trash")) ?
	    q_items_trash_many(in->ids, rq->user) :
	    q_items_restore_many(in->ids, rq->user), &n);

	return e == OK ? reply_number(rq, "changed", n) : e;
}

static const struct route routes[] = {
	{ POST, "/pins/bulk", bulk, bulk_fields, AUTH_USER,
	    .limit = LIMIT_WRITE, .shape = SHAPE_OTHER,
	    .touches = { "pin", "pins", "pins_by", "board", "boards",
	    "boards_by", "tag", "tags", "tag_pins", "person", "item" },
	    .doc = "Put many of one's pins in the trash, or restore them; "
	    "answers {\"changed\": how many}." },
	ROUTE_END,
};

const struct feature feature_pins_bulk = { "pins_bulk", routes };
