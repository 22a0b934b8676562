/*
 * The OpenAPI 3.1 document of the API, made of the route table: paths, fields
 * with their bounds, answers with the columns of their queries.
 */
#ifndef FEATURES_OPENAPI_H
#define FEATURES_OPENAPI_H

#include "app.h"

void openapi_write(struct buf *b);

#endif
