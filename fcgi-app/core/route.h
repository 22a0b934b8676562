/*
 * A route is a row: what it is called, what it takes, who may call it, what
 * it reads and writes.  Everything that a row can say is done before and
 * after its handler, in serve.c.
 */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include "err.h"
#include "str.h"

struct req;
struct field;
struct column;

enum method {
	METHOD_OTHER,
	GET,
	POST,
	PUT,
	PATCH,
	DELETE,
	OPTIONS, /* no route has it */
	METHOD_COUNT
};

enum auth {
	AUTH_FORGOTTEN, /* stops the boot */
	AUTH_NONE,      /* the viewer is never known: one answer for all */
	AUTH_OPT,       /* the viewer is known if logged in */
	AUTH_TRY,       /* as that, but a login that is not valid is none */
	AUTH_USER,      /* 401 without a login */
	AUTH_STAFF,     /* 403 unless staff */
};

enum limit {
	LIMIT_NONE,
#define LIMIT(name, subnet, subnet_s, user, user_s) LIMIT_##name,
#include "limit.def"
#undef LIMIT
	LIMIT_COUNT
};

/* What an answer looks like; for the API document and its tests. */
enum shape {
	SHAPE_EMPTY,  /* no body */
	SHAPE_ROW,    /* one object */
	SHAPE_ARRAY,  /* a list of objects */
	SHAPE_PAGE,   /* {"next", "previous", "results": [...]} */
	SHAPE_DETAIL, /* {"detail": "..."} */
	SHAPE_TOKEN,  /* tokens and the user */
	SHAPE_SESSION, /* {"user": {...} or null} */
	SHAPE_OTHER,  /* JSON of another form, told in .doc */
	SHAPE_STATE,  /* the same, also with 503 */
	SHAPE_TEXT,   /* text/plain */
	SHAPE_HTML,   /* text/html */
	SHAPE_FILE,   /* application/zip, which Nginx sends */
};

#define ROUTE_TAGS 16

struct route {
	enum method method;
	const char *path; /* below /api, with {names}; no slash at the end */
	enum err (*handler)(struct req *rq);
	const struct field *fields; /* FIELD_END last; NULL: takes nothing */
	enum auth auth;
	enum limit limit;
	const char *limit_by; /* the text field that names the account */
	int status;          /* of success, 0 means 200 */
	enum shape shape;    /* of success */
	const struct column *columns; /* of SHAPE_ROW, _ARRAY and _PAGE */
	const char *beside;  /* what may stand beside them: "name":{schema} */
	/* A viewer who has nothing hidden gets the answer that everybody gets;
	 * only with AUTH_OPT and reads. */
	bool shared;
	bool expensive;      /* what many ask for at once is made by one */
	/* What the answer depends on; nothing: it is never kept.  Names of
	 * sql/schemes: "name", or "name:{field}" with a key (or {viewer}), or
	 * "name?{field}" if the field is given; of several between | the first
	 * whose field is given, and nothing if the last is empty. */
	const char *reads[ROUTE_TAGS];
	const char *touches[ROUTE_TAGS]; /* names whose tags it may tell */
	bool touches_nothing; /* a write that no cached answer depends on */
	/* It sets or spends the cookies of a login: pages of this site alone
	 * may make a browser call it. */
	bool cookies;
	/* An answer 400 has "message" beside its fields: the first reason. */
	bool message;
	bool slow;            /* may take more than 5 ms: the slow pool */
	const char *doc;      /* one sentence; shown in the API document */
};

#define ROUTE_END { .path = NULL }

/* A feature: its name and its rows.  app.c lists them all. */
struct feature {
	const char *name;
	const struct route *routes;
};

extern const struct feature *const features[]; /* NULL at the end */

const char *method_name(enum method m);
enum method method_of(struct str name);

#endif
