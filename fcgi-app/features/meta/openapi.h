/*
 * The OpenAPI 3.1 document of the API, made of the route table: paths, fields
 * with their bounds, answers with the columns of their queries.
 */
#ifndef FEATURES_OPENAPI_H
#define FEATURES_OPENAPI_H

#include "app.h"

void openapi_write(struct buf *b);

/* Of openapi_write: the schema of a row of these columns, with what may stand
 * beside them (NULL: nothing), */
void openapi_row(struct buf *b, const struct column *columns,
    const char *beside);
/* and the answers of a route. */
void openapi_answers(struct buf *b, const struct route *r);

#endif
