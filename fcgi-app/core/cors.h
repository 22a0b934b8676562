/*
 * Other sites' scripts (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).
 *
 * Origins named in conf.cors_origins, compared whole, may call the API with a
 * token; no others, and never with cookies.
 */
#ifndef CORE_CORS_H
#define CORE_CORS_H

#include "req.h"

/* Adds the headers for rq->origin.  True if the request was a preflight,
 * which is answered then. */
bool cors_answer(struct req *rq);

#endif
