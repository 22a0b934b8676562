/*
 * What other features may use of accounts: the forms of names and addresses,
 * the mail that proves an address, and sessions.
 */
#ifndef FEATURES_ACCOUNTS_H
#define FEATURES_ACCOUNTS_H

#include "app.h"

/* A user name: Hangul, letters A-Z and a-z, digits, and _ . - inside. */
field_check accounts_check_username;
/* An e-mail address; its domain is put into lower case. */
field_check accounts_check_email;

/* What a login takes. */
struct accounts_login {
	struct str email, password;
};
extern const struct field accounts_login_fields[];

/* A session with the tokens that were made for it now. */
struct accounts_session {
	int64_t id, account;
	struct str access, refresh;
	int64_t expires_s; /* of access */
};

/* A new account, which a mail asks to confirm; `field` is the one that a weak
 * password is told for.  Sets what accounts_open wants to know. */
struct accounts_new {
	struct str email, username, password1, password2; /* username or NONE */
};
enum err accounts_sign_up(struct req *rq, const struct accounts_new *in,
    const char *field, int64_t *account, struct str *stored) MUST_CHECK;
/* Opens a session; stored as for accounts_reply_login. */
enum err accounts_open(struct req *rq, int64_t account, struct str stored,
    struct accounts_session *s) MUST_CHECK;

/* Opens a session for whoever has this password.  ERR_INPUT, told: wrong. */
enum err accounts_log_in(struct req *rq, const struct accounts_login *in,
    struct accounts_session *s) MUST_CHECK;
/* New tokens for a refresh token, which is spent.  One that was spent before
 * ends its session; but if that was in the last grace_s seconds there is a
 * new access token, and s->refresh is STR_NONE: a chain of refresh tokens
 * never forks.  ERR_AUTH, told: not valid, spent, its session has ended. */
enum err accounts_refresh(struct req *rq, struct str token, int64_t grace_s,
    struct accounts_session *s) MUST_CHECK;
/* The session of a refresh token, spent or not; ERR_NOT_FOUND. */
enum err accounts_session_of(struct req *rq, struct str token,
    int64_t *session) MUST_CHECK;
/* Ends a session in all processes at once; commits. */
enum err accounts_session_end(struct req *rq, int64_t session) MUST_CHECK;

/* Ends all logins of an account but one (0: all), in all processes at once;
 * commits. */
enum err accounts_end_others(struct req *rq, int64_t account,
    int64_t but_session) MUST_CHECK;
/* The answer after a login: tokens of a new session, and the person.  stored:
 * the hash of the password that was proved; ERR_NOT_FOUND, without an answer
 * given, if it is the account's no longer. */
enum err accounts_reply_login(struct req *rq, int status, int64_t account,
    struct str stored) MUST_CHECK;
/* A token for a mail to `email`, which is good for so many seconds; those made
 * for this purpose ("verify", "reset") before are void. */
enum err accounts_mail_token(struct req *rq, int64_t account,
    struct str purpose, struct str email, int64_t seconds, struct str *token)
    MUST_CHECK;
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

/* A new password of the viewer's, if the old one proves it; the fields are
 * those that are told.  All other logins end; commits. */
struct accounts_change {
	struct str old, wanted, repeated;
	const char *old_field, *field;
};
enum err accounts_change_password(struct req *rq,
    const struct accounts_change *in) MUST_CHECK;

/* Handlers with their fields, for the other names that they go by. */
enum err accounts_verify_email(struct req *rq) MUST_CHECK;
enum err accounts_change(struct req *rq) MUST_CHECK;
enum err accounts_reset(struct req *rq) MUST_CHECK;
enum err accounts_confirm(struct req *rq) MUST_CHECK;
extern const struct field accounts_verify_email_fields[],
    accounts_change_fields[], accounts_reset_fields[],
    accounts_confirm_fields[];

/* Adds a job that looks for the account of an address, in the caller's
 * language: after the same time, whether there is one or not. */
enum err accounts_later(struct req *rq, enum job job, struct str email)
    MUST_CHECK;

#endif
