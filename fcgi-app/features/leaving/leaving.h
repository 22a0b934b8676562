/*
 * The end of an account, for whoever else offers it.
 */
#ifndef FEATURES_LEAVING_H
#define FEATURES_LEAVING_H

#include "app.h"

/* The viewer's account is removed; all its logins end.  Commits. */
enum err leaving_close(struct req *rq) MUST_CHECK;
/* It is closed, and its rows stay as they are; all its logins end.  Commits. */
enum err leaving_deactivate(struct req *rq) MUST_CHECK;

#endif
