/*
 * Which keys were pressed: a text as it is typed on a Korean keyboard
 * (dubeolsik, KS X 5002) with the Latin letters of the same keys.
 *
 * "비밀번호" becomes "qlalfqjsgh".  A password may be typed either way and is
 * as easy to guess either way, so its strength is judged by its keys: a
 * Hangul syllable counts as its two to five letters, not as three bytes of
 * anything.  Other characters outside ASCII count as one key each.
 */
#ifndef INFRA_KEYBOARD_H
#define INFRA_KEYBOARD_H

#include "str.h"

/* Keys a code point can become. */
#define KEYBOARD_MOST 5

/* Writes the keys of valid UTF-8 text and a NUL to out of max bytes; what
 * does not fit is left out.  Returns the length. */
size_t keyboard_keys(struct str text, char *out, size_t max);

#endif
