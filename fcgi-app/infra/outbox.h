/*
 * Mail that goes out when the transaction has committed: a job.
 */
#ifndef INFRA_OUTBOX_H
#define INFRA_OUTBOX_H

#include "req.h"

enum err mail_later(struct req *rq, struct str to, const char *subject,
    struct str text) MUST_CHECK;

#endif
