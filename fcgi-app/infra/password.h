/*
 * Passwords: what is stored of them, and which are refused.
 *
 * Stored is argon2id by libsodium, in its own text form with its parameters
 * (conf.hash_ops, conf.hash_kb); 19 MiB and 2 passes take about 40 ms of one
 * core, so only the slow pool calls these functions.  Passwords are NFC text,
 * hashed whole, never cut.
 *
 * Refused are passwords that are short, only digits, like the person's own
 * name or address, or among the first that somebody would try: zxcvbn (its
 * dictionary is compiled into Debian's library) must estimate at least 2^34
 * guesses for the keys pressed, also when Hangul was typed as Latin letters
 * or the other way round, and when two easy texts are interleaved
 * ("1q2w3e4r").  2^34 is where the last of the common passwords that
 * password crackers ship are left behind.
 *
 * There are no rules about kinds of characters: they make passwords harder
 * to remember, not to guess.
 */
#ifndef INFRA_PASSWORD_H
#define INFRA_PASSWORD_H

#include "arena.h"

#define PASSWORD_LEAST 8 /* characters */
#define PASSWORD_MOST 128

/* Is there memory for what follows?  Without it a right password would be
 * called wrong.  Asked before, once a request; false: logged. */
bool password_has_room(void);
/* What to store.  STR_NONE: no memory for the hash, logged. */
struct str password_hash(struct arena *a, struct str password);
/* Is it the password that stored was made of? */
bool password_verify(struct str stored, struct str password);
/* Was stored made with other settings than today's?  Then hash again at the
 * next login. */
bool password_is_outdated(struct str stored);
/* Takes as long as password_verify with a password that was stored with
 * today's settings.  For accounts that do not exist. */
void password_dummy_verify(struct str password);

/* NULL, or why this password is refused (a sentence of words.def).  about: n
 * texts about the person, such as the user name and the e-mail address. */
const char *password_weak(struct str password, const struct str *about,
    int n);

#endif
