/*
 * One account in a zip file, and back.
 *
 *     format.json     {"format": "pinwall-account", "version": 1}
 *     profile.json    what a person says of himself; no password
 *     NAME.jsonl      an object a line, in an order that does not depend on the
 *                     site: pins, styles, style_pictures, pin_tags, boards,
 *                     sections, board_items, covers, members, comments, likes,
 *                     bookmarks, follows, tag_follows, blocks, mutes
 *     pictures/N.EXT  as the site shows them, numbered as they are named
 *
 * Times are microseconds since 1970, 0 for none.  An item is named by its
 * owner's name and its time (by, item), one's own and a board by the time
 * alone; no number of the site is in it.  So what refers to somebody else's is
 * found on another site if that has it, and is left out and told if not.
 *
 * Not in it: passwords and sessions, notices, reports, invitation links, what
 * others wrote, and a comment that its item's owner has removed.
 */
#ifndef FEATURES_PORTABLE_H
#define FEATURES_PORTABLE_H

#include "app.h"

struct work;

/* Writes the account, as it is at one moment, into the empty file fd.  Memory
 * does not grow with it.  No transaction is open before and after.  OK; logged:
 * ERR_NOT_FOUND a picture has gone since, or is lost; ERR_STORAGE, ERR_BUSY,
 * what the database says. */
enum err portable_export(int64_t account, int fd) MUST_CHECK;

/* The account in the file, made here: the whole of it or nothing.  Says on
 * stdout what it was, and what was left out; on stderr why not.  Needs the
 * site's image process. */
bool portable_import(struct work *w, const char *path);
/* Removes what an import of this name left that was killed, or could not do so
 * itself.  What nobody begins again a job removes, a day later. */
bool portable_sweep(struct work *w, struct str username);

#endif
