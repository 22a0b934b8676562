/*
 * What files a backup has: a line for each, in the order of the pictures' ids,
 *     SHA256 SIZE ID PATH
 * PATH begins with media/ or spool/ and goes on as below those folders of the
 * site; ID is the picture's.
 */
#ifndef INFRA_BACKUP_LIST_H
#define INFRA_BACKUP_LIST_H

#include "backup_store.h"

#include <stdio.h>

struct backup_file {
	char hash[BACKUP_HASH], path[BACKUP_PATH];
	int64_t size, media;
};

/* Does it lie where files of a site lie, and nowhere else? */
bool backup_list_path_good(const char *path);
bool backup_list_write(FILE *to, const struct backup_file *f);
/* False at the end; *bad: and the list is damaged there. */
bool backup_list_next(FILE *from, struct backup_file *f, bool *bad);

#endif
