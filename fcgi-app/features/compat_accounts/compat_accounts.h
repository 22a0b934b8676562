/*
 * What the published forms of accounts have in common.
 */
#ifndef FEATURES_COMPAT_ACCOUNTS_H
#define FEATURES_COMPAT_ACCOUNTS_H

#include "people/people.h"

/* What somebody says of themselves when they sign up, or later: gender,
 * birthday, shoe_size and phone_number of `what`. */
enum err compat_accounts_set(struct req *rq, int64_t account,
    const struct people_edit *what) MUST_CHECK;

#endif
