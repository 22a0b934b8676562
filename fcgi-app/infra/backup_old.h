/*
 * Removing old backups, and reading all of those that there are.
 */
#ifndef INFRA_BACKUP_OLD_H
#define INFRA_BACKUP_OLD_H

#include "backup_store.h"

/* Leaves the newest so many, and the objects that they need. */
bool backup_old_remove(const struct backup_store *s, int64_t keep);

#endif
