/*
 * Sending mail: by SMTP (libcurl) to conf.smtp_url, or, when that is empty,
 * into the folder conf.mail_dir, one file a mail, named TIME-RANDOM.eml.
 *
 * smtps:// needs TLS from the start.  smtp:// uses STARTTLS where the server
 * offers it; with conf.smtp_user it must offer it, unless it is on this
 * machine, as a password never goes over the network in the clear.
 * It waits up to 45 s for the server, so only the jobs process calls it; a
 * mail that failed is sent again by the job's next try.
 */
#ifndef INFRA_MAIL_H
#define INFRA_MAIL_H

#include "arena.h"
#include "err.h"

/* Checks mail_from and the settings.  False: logged why. */
bool mail_open(void);
/* Connects to the server of smtp_url and logs in there, without a mail; after
 * mail_open.  NULL, or why that failed. */
const char *mail_reach(void);
/* OK: the server has taken it over, or the file is on disk.  ERR_INPUT: the
 * address or the subject cannot be mailed to; trying again does not help.
 * ERR_TOO_LARGE: over 1 MiB.  ERR_UPSTREAM: the server did not take it.
 * ERR_STORAGE: not written.  All are logged, without the address. */
enum err mail_send(struct arena *a, struct str to, const char *subject_utf8,
    struct str text) MUST_CHECK;

#endif
