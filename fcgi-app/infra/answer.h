/*
 * Answers made of rows.  The names and types of the columns are the JSON.
 */
#ifndef INFRA_ANSWER_H
#define INFRA_ANSWER_H

#include "pg.h"
#include "reply.h"

/* One object. */
enum err reply_row(struct req *rq, int status, const struct row *row)
    MUST_CHECK;
/* {name: n}. */
enum err reply_number(struct req *rq, const char *name, int64_t n) MUST_CHECK;
/* The object a query finds; 404 when there is none. */
enum err reply_one(struct req *rq, struct query q) MUST_CHECK;
/* A bare list, with a Link header to its next page.  q's `page` argument was
 * made of *page; columns _at and _id are the key. */
enum err reply_array(struct req *rq, struct query q, const struct page *page)
    MUST_CHECK;
/* A bare list of all that the query finds. */
enum err reply_rows(struct req *rq, struct query q) MUST_CHECK;
/* {"next", "previous", "results"}; as reply_array. */
enum err reply_page(struct req *rq, struct query q, const struct page *page)
    MUST_CHECK;

/* One row as an object, appended: for answers that hold rows inside. */
void row_json(struct buf *b, const struct row *row);

#endif
