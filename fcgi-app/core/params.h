/*
 * From FastCGI parameters to struct req: the only list of the names that the
 * web server may pass.
 *
 *   REQUEST_METHOD DOCUMENT_URI QUERY_STRING CONTENT_TYPE CONTENT_LENGTH
 *   REMOTE_ADDR REQUEST_SCHEME REQUEST_START REQUEST_ID HTTP_AUTHORIZATION
 *   HTTP_COOKIE HTTP_ORIGIN HTTP_X_REQUESTED_WITH HTTP_SEC_FETCH_SITE
 *   HTTP_ACCEPT_LANGUAGE HTTP_IF_NONE_MATCH HTTP_USER_AGENT
 *   HTTP_IDEMPOTENCY_KEY HTTP_CONTENT_ENCODING
 *
 * Others are ignored; each costs about a microsecond, so none should come.
 * Of a name that comes twice the first counts: Nginx sends what its
 * configuration names before what the client says.  An empty value is no
 * value, but for the path and the query, which are never NULL.
 */
#ifndef CORE_PARAMS_H
#define CORE_PARAMS_H

#include "req.h"

/* Fills what came, arrived, id and body.length of a zeroed rq from the
 * "NAME=value" texts of envp, NULL at its end.  The texts are not copied.
 *
 * body.length: 0 if nothing was announced, -1 if it is not a number >= 0.
 * arrived: from REQUEST_START, seconds.milliseconds; 0 if it is not that.
 * id: the first 16 of 16..32 hexadecimal digits, else one of our own. */
void params_read(const char *const *envp, struct req *rq);

#endif
