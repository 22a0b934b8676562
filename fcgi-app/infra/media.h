/*
 * A picture from its upload to its files.
 *
 *     media_prepare    decodes it and stores the first size; no database
 *     media_add        the row, in the caller's transaction, and the job that
 *                      makes the other sizes
 *
 * Files that were stored for a request that did not commit are removed with
 * it; what a killed process leaves behind is found by a job (features/media).
 */
#ifndef INFRA_MEDIA_H
#define INFRA_MEDIA_H

#include "image.h"
#include "webpage.h"
#include "pg.h"

struct media {
	struct str key, files, image;
	struct image facts;
};

/* From an open file.  OK; ERR_INPUT and ERR_TOO_LARGE are told for field;
 * ERR_UPSTREAM, ERR_STORAGE. */
enum err media_prepare(struct req *rq, const char *field, int fd,
    struct media *out) MUST_CHECK;
/* As that, of a square of it. */
enum err media_prepare_square(struct req *rq, const char *field, int fd,
    struct image_square square, struct media *out) MUST_CHECK;
/* Fetches url first; told for field. */
enum err media_fetch(struct req *rq, const char *field, struct str url,
    struct media *out) MUST_CHECK;

/* What is at an address: a picture, or a page that shows some. */
struct media_look {
	bool is_page;
	int64_t bytes;
	struct webpage page;
	struct image facts; /* with the narrowest file, still */
};

/* Fetches url to look at it; nothing is kept.  Told for field as by
 * media_fetch. */
enum err media_look(struct req *rq, const char *field, struct str url,
    struct media_look *out) MUST_CHECK;
/* Adds the row; owner: an account. */
enum err media_add(struct req *rq, int64_t owner, const struct media *m,
    int64_t *id) MUST_CHECK;

#endif
