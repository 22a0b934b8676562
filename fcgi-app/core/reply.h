/*
 * Answers: errors, small bodies and headers.  Rows of the database are
 * answered by infra/answer.h.
 *
 * Reasons are written in English where they arise and are shown in the
 * caller's language: words.h has the Korean for each.
 */
#ifndef CORE_REPLY_H
#define CORE_REPLY_H

#include "req.h"

/* The answer is {"detail": text} with the status of e; a fault's text goes to
 * the log only.  Returns e. */
enum err fail(struct req *rq, enum err e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))) MUST_CHECK;
/* Adds {"field": ["reason"]} to the answer 400.  Returns ERR_INPUT. */
enum err fail_field(struct req *rq, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))) MUST_CHECK;

/* {"detail": text}. */
enum err reply_detail(struct req *rq, int status, const char *text) MUST_CHECK;
/* 204 without a body. */
enum err reply_empty(struct req *rq) MUST_CHECK;
/* An empty body builder for the handler to fill with JSON. */
struct buf *reply_json(struct req *rq, int status);
/* A header line; value must not hold control characters (it is refused: the
 * line is left out and logged). */
void reply_header(struct req *rq, const char *name, struct str value);

/* Adds "message", the first reason of rq->errors, to them. */
void reply_message(struct req *rq);

#endif
