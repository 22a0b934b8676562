/* What other features may do with tags. */
#ifndef FEATURES_TAGS_H
#define FEATURES_TAGS_H

#include "app.h"

/* Gives an item the hashtags of a text, and no others. */
enum err tags_of_item(struct req *rq, int64_t item, struct str text)
    MUST_CHECK;

/* A tag's name, with or without its #. */
field_check tags_check_name;

#endif
