/*
 * What the files of this feature share.
 */
#ifndef FEATURES_BOARDS_H
#define FEATURES_BOARDS_H

#include "app.h"

/* 403 for a board that the viewer may see, else 404. */
enum err boards_refuse(struct req *rq, int64_t board) MUST_CHECK;
/* The board (id, title), if the viewer may do `what` with it: "add", "edit",
 * "own", as can_do says; else as boards_refuse. */
enum err boards_allow(struct req *rq, int64_t board, struct str what,
    struct row *out) MUST_CHECK;

/* Pins are shown with their boards. */
#define BOARDS_TOUCHES { "board", "boards", "boards_by", "pin", "pins", \
	"pins_by", "tag_pins" }
#define BOARDS_MOVE_TOUCHES { "board", "boards", "boards_by" }

/* What a member may be. */
field_check boards_check_role;

#endif
