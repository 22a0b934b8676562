/*
 * What a mail looks like: pure functions, from texts to one message of
 * RFC 5322 in plain text (UTF-8).
 *
 * The body is sent as it is if it is short-lined ASCII, else quoted-printable
 * (RFC 2045 6.7), so that a link in it can be read in the raw message.  A
 * subject outside ASCII is written in encoded words (RFC 2047).  There are no
 * attachments, no HTML, and no more than one receiver.
 */
#ifndef INFRA_MAIL_TEXT_H
#define INFRA_MAIL_TEXT_H

#include "str.h"

struct mail_message {
	struct str from;    /* address, or Name <address> */
	struct str to;      /* address */
	struct str subject; /* UTF-8 */
	struct str text;    /* UTF-8; lines end with LF or CR LF */
	int64_t now_us;     /* for Date */
	const char *id;     /* for Message-ID: letters and digits */
};

/* May mail be sent to this address?  One '@', a dotted local part of at most
 * 64 characters of RFC 5322's atext (no quoting), a host name of at most 255
 * (a single label is one); all ASCII. */
bool mail_address_is_good(struct str address);
/* The address of "Name <address>" or "address"; STR_NONE if it is not good. */
struct str mail_address_of(struct str from);
/* Is this text fit for a subject: valid UTF-8, at most 200 bytes, no control
 * characters? */
bool mail_subject_is_good(struct str subject);
/* The whole message with CR LF; from, to and subject must be good. */
void mail_text(struct buf *b, const struct mail_message *m);

#endif
