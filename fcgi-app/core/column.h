/*
 * A column of a query's rows, as its file declares it in `-- out:`.  It says
 * how the column stands in JSON, and so what the API document says of it.
 */
#ifndef CORE_COLUMN_H
#define CORE_COLUMN_H

#include "str.h"

enum column_kind {
	COL_END,
	COL_INT8,   /* a number */
	COL_INT4,
	COL_FLOAT8,
	COL_BOOL,
	COL_TEXT,   /* a string */
	COL_TIME,   /* timestamptz: an ISO 8601 string */
	COL_JSON,   /* json: stands as it is */
	COL_IMAGE,  /* media.image: the address of a picture */
	COL_FILES,  /* a media file list: every size of it */
	COL_BYTES,  /* bytea; hidden columns only */
};

/* Columns whose names begin with '_' are for handlers, and hidden.  A name
 * "a.b" is member b of the object a, which is null if its first column is;
 * members of one object stand together. */
struct column {
	const char *name;  /* "media.width" */
	struct str lead;   /* "width": */
	const char *group; /* "media", or NULL */
	enum column_kind kind;
};

#endif
