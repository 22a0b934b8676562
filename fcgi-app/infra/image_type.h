/*
 * What kind of file it is: libmagic's opinion, our own first bytes, and the
 * name under which a file is refused.
 *
 * A picture is accepted only if both readers call it the same.  libmagic's
 * database is read before the first child is forked; a child needs no file.
 */
#ifndef INFRA_IMAGE_TYPE_H
#define INFRA_IMAGE_TYPE_H

#include "image_walk.h"

/* Reads the database.  False: logged. */
bool image_type_open(void);
/* IMAGE_FINE: both agree on one of ours; or what it is instead. */
enum image_why image_type_check(struct image_bytes b);

#endif
