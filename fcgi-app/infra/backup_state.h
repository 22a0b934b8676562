/*
 * The site while a backup is made: the lock that keeps its files, and one state
 * of its database.  All functions say on stderr what went wrong.
 */
#ifndef INFRA_BACKUP_STATE_H
#define INFRA_BACKUP_STATE_H

#include "backup_manifest.h"

/* Takes the lock, so that files stay. */
bool backup_state_lock(void);
/* Writes DIR/new/database.dump and DIR/new/rows, a line for each picture:
 * ID, whether all sizes are made (t, f), and its files as in the table. */
bool backup_state_read(const struct backup_store *s,
    struct backup_manifest *m);
/* Was the lock held all the time? */
bool backup_state_held(void);
void backup_state_close(void);

#endif
