/*
 * Bytes as text: base64 (RFC 4648).  The standard alphabet with padding for
 * mails, the URL's alphabet without padding for tokens and cursors.
 *
 * Reading is strict: exactly one text stands for a given run of bytes.  Other
 * alphabets, padding, white space and set bits after the last byte are
 * refused, so that a signed text cannot be altered and still be accepted.
 */
#ifndef CORE_BASE64_H
#define CORE_BASE64_H

#include "str.h"

/* Characters that n bytes become without padding. */
#define BASE64_URL(n) (((n) * 4 + 2) / 3)
/* The same with padding. */
#define BASE64_PADDED(n) (((n) + 2) / 3 * 4)

/* Writes BASE64_URL(n) characters and a NUL. */
void base64_url(char *out, const void *p, size_t n);
/* Writes BASE64_PADDED(n) characters and a NUL. */
void base64_padded(char *out, const void *p, size_t n);
/* The bytes of text, which base64_url could have written.  False if it is
 * another text or stands for more than max bytes. */
bool base64_url_read(struct str text, void *out, size_t max, size_t *n);

#endif
