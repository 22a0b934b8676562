/*
 * Typed input.  A route lists its fields; before the handler runs each of
 * them has been found, converted, bounded and stored in the route's input
 * struct (rq->in).  What is unknown, repeated, missing or ill-typed was
 * answered 400 with {"field": ["reason"]}: a handler never sees it.
 *
 * A field's name is the name of the struct member.  Text is UTF-8 in NFC,
 * without control characters, and cut of white space at its ends; bounds
 * count characters (code points), and a character is at most four bytes.
 * A field that is optional and absent has p == NULL (text), its default
 * (numbers), fd == -1 (a file) or n == 0 (files).
 *
 * The body is JSON (an object), multipart/form-data or
 * application/x-www-form-urlencoded.  Files come by multipart only.
 */
#ifndef CORE_INPUT_H
#define CORE_INPUT_H

#include "err.h"
#include "str.h"

struct req;
struct arena;

enum field_from { FROM_PATH = 1, FROM_QUERY, FROM_BODY };
enum field_type {
	TYPE_INT = 1, /* int64_t */
	TYPE_BOOL,    /* int64_t: 0, 1, or the default (-1) when absent */
	TYPE_TEXT,    /* struct str, one line */
	TYPE_PROSE,   /* struct str, line feeds and tabs allowed */
	TYPE_SECRET,  /* struct str, taken as it is but NFC; never trimmed */
	TYPE_NUMBER,  /* double; bounds and default are in hundredths */
	TYPE_FILE,    /* struct upload */
	TYPE_FILES,   /* struct uploads: the field may be given again */
	TYPE_PAGE,    /* struct page, from ?cursor= and ?limit= */
	TYPE_IDS,     /* struct int8s: a list of 1 to max numbers >= 1 */
};

/* A file as it came: open for reading at its start, nameless on disk. */
struct upload {
	int fd; /* -1: none */
	int64_t size;
};

/* A list of numbers. */
struct int8s {
	const int64_t *v;
	int n;
};

/* Files of one name, in the order in which they came. */
#define UPLOADS_MAX 10
struct uploads {
	int n;
	struct upload file[UPLOADS_MAX];
};

/* Which page of a list.  Made by QUERY_PAGE from an opaque, signed cursor. */
struct page {
	int64_t at, id; /* rows after this key; the largest values at first */
	int64_t limit;  /* rows wanted */
	bool back;      /* walk towards the newer rows */
	bool first;     /* no cursor was given */
};

/* NULL if value is fine (it may be put into its canonical form, in memory of
 * the arena), else the reason in English. */
typedef const char *field_check(struct arena *a, struct str *value);

struct field {
	const char *name;
	size_t offset;
	enum field_from from;
	enum field_type type;
	bool required;
	int64_t min, max, def;
	field_check *check;
	const char *doc;
};

#define FIELD_IS(T, m, want) \
	(0 * sizeof(char[_Generic(((T *)0)->m, want: 1, default: -1)]))
#define FIELD_INT(T, m, frm, req, lo, hi, dflt) \
	{ .name = #m, .offset = offsetof(T, m) + FIELD_IS(T, m, int64_t), \
	    .from = (frm), .type = TYPE_INT, .required = (req), \
	    .min = (lo), .max = (hi), .def = (dflt) }
#define FIELD_STR(T, m, frm, typ, req, lo, hi, chk) \
	{ .name = #m, .offset = offsetof(T, m) + FIELD_IS(T, m, struct str), \
	    .from = (frm), .type = (typ), .required = (req), \
	    .min = (lo), .max = (hi), .check = (chk) }

#define BOOL_OPT(T, m, frm) \
	{ .name = #m, .offset = offsetof(T, m) + FIELD_IS(T, m, int64_t), \
	    .from = (frm), .type = TYPE_BOOL, .def = -1, .max = 1 }

#define PATH_ID(T, m) FIELD_INT(T, m, FROM_PATH, true, 1, INT64_MAX, 0)
#define PATH_TEXT(T, m, hi, chk) \
	FIELD_STR(T, m, FROM_PATH, TYPE_TEXT, true, 1, hi, chk)
#define QUERY_ID_OPT(T, m) \
	FIELD_INT(T, m, FROM_QUERY, false, 1, INT64_MAX, 0)
#define QUERY_INT_OPT(T, m, lo, hi, dflt) \
	FIELD_INT(T, m, FROM_QUERY, false, lo, hi, dflt)
#define QUERY_BOOL_OPT(T, m) BOOL_OPT(T, m, FROM_QUERY)
#define QUERY_TEXT(T, m, hi, chk) \
	FIELD_STR(T, m, FROM_QUERY, TYPE_TEXT, true, 1, hi, chk)
#define QUERY_TEXT_OPT(T, m, hi, chk) \
	FIELD_STR(T, m, FROM_QUERY, TYPE_TEXT, false, 1, hi, chk)
#define BODY_ID(T, m) FIELD_INT(T, m, FROM_BODY, true, 1, INT64_MAX, 0)
#define BODY_ID_OPT(T, m) FIELD_INT(T, m, FROM_BODY, false, 1, INT64_MAX, 0)
#define BODY_IDS(T, m, most) \
	{ .name = #m, \
	    .offset = offsetof(T, m) + FIELD_IS(T, m, struct int8s), \
	    .from = FROM_BODY, .type = TYPE_IDS, .required = true, \
	    .min = 1, .max = (most) }
#define BODY_INT(T, m, lo, hi) FIELD_INT(T, m, FROM_BODY, true, lo, hi, 0)
/* 0: none; -1: not given. */
#define BODY_REF_OPT(T, m) FIELD_INT(T, m, FROM_BODY, false, 0, INT64_MAX, -1)
#define BODY_BOOL_OPT(T, m) BOOL_OPT(T, m, FROM_BODY)
#define BODY_TEXT(T, m, lo, hi, chk) \
	FIELD_STR(T, m, FROM_BODY, TYPE_TEXT, true, lo, hi, chk)
#define BODY_TEXT_OPT(T, m, lo, hi, chk) \
	FIELD_STR(T, m, FROM_BODY, TYPE_TEXT, false, lo, hi, chk)
#define BODY_PROSE(T, m, lo, hi) \
	FIELD_STR(T, m, FROM_BODY, TYPE_PROSE, true, lo, hi, NULL)
#define BODY_PROSE_OPT(T, m, lo, hi) \
	FIELD_STR(T, m, FROM_BODY, TYPE_PROSE, false, lo, hi, NULL)
#define BODY_SECRET(T, m, lo, hi) \
	FIELD_STR(T, m, FROM_BODY, TYPE_SECRET, true, lo, hi, NULL)
#define BODY_SECRET_OPT(T, m, lo, hi) \
	FIELD_STR(T, m, FROM_BODY, TYPE_SECRET, false, lo, hi, NULL)
#define BODY_FILE_OPT(T, m) \
	{ .name = #m, \
	    .offset = offsetof(T, m) + FIELD_IS(T, m, struct upload), \
	    .from = FROM_BODY, .type = TYPE_FILE }
/* One file to UPLOADS_MAX of them. */
#define BODY_FILES(T, m) \
	{ .name = #m, \
	    .offset = offsetof(T, m) + FIELD_IS(T, m, struct uploads), \
	    .from = FROM_BODY, .type = TYPE_FILES, .required = true }
/* lo, hi and the default are in hundredths. */
#define BODY_NUMBER_OPT(T, m, lo, hi, dflt) \
	{ .name = #m, .offset = offsetof(T, m) + FIELD_IS(T, m, double), \
	    .from = FROM_BODY, .type = TYPE_NUMBER, .min = (lo), \
	    .max = (hi), .def = (dflt) }
/* `size` rows a page unless ?limit= says otherwise, at most most. */
#define QUERY_PAGE(T, m, size, most) \
	{ .name = "cursor", .offset = offsetof(T, m) + \
	    FIELD_IS(T, m, struct page), .from = FROM_QUERY, \
	    .type = TYPE_PAGE, .def = (size), .max = (most) }
#define FIELD_END { .name = NULL }

/* Bytes of the struct that fields describe. */
size_t input_size(const struct field *fields);
/* Fills rq->in from path, query and body.  OK, or the answer was given. */
enum err input_read(struct req *rq) MUST_CHECK;

/* The text that field `name` of rq->in holds. */
struct str input_text(const struct req *rq, const char *name);

/* The cursor of a row, as it stands in a URL; back: of the page before it. */
struct str cursor_text(struct arena *a, int64_t at, int64_t id, bool back);
/* Sets at, id, back; false if it was not made by cursor_text. */
bool cursor_read(struct str text, struct page *p);
/* key: 16 secret bytes. */
void cursor_key(const unsigned char key[16]);

#endif
