/*
 * What other features may use of accounts: the forms of names and addresses,
 * and the mail that proves an address.
 */
#ifndef FEATURES_ACCOUNTS_H
#define FEATURES_ACCOUNTS_H

#include "app.h"

/* A user name: Hangul, letters A-Z and a-z, digits, and _ . - inside. */
field_check accounts_check_username;
/* An e-mail address; its domain is put into lower case. */
field_check accounts_check_email;

/* The answer after a login: tokens of a new session, and the person.  stored:
 * the hash of the password that was proved; ERR_NOT_FOUND, without an answer
 * given, if it is the account's no longer. */
enum err accounts_reply_login(struct req *rq, int status, int64_t account,
    struct str stored) MUST_CHECK;
/* Sends a mail that proves `email`, in the transaction. */
enum err accounts_send_verification(struct req *rq, int64_t account,
    struct str email) MUST_CHECK;
/* Refuses (told) a new password that does not match its repetition or is
 * weak; about: the person's name and address. */
enum err accounts_check_password(struct req *rq, const char *field,
    struct str password, struct str repeated, struct str username,
    struct str email) MUST_CHECK;
/* The viewer's password, or told for the field. */
enum err accounts_prove(struct req *rq, const char *field,
    struct str password) MUST_CHECK;

#endif
