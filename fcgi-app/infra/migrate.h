/*
 * The schema and its history.  Migrations go forward only; each runs in a
 * transaction of its own, under a lock that lets one process migrate at a
 * time, and is remembered in schema_migration with a digest of its text: one
 * that was changed after it ran stops the rest with a message.
 */
#ifndef INFRA_MIGRATE_H
#define INFRA_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct migration {
	const char *name, *text;
};

extern const struct migration migrations[]; /* name NULL at the end */
extern const struct migration demo_scripts[]; /* likewise: sql/demo */
extern const struct migration restore_scripts[]; /* likewise: sql/restore */

/* Runs what has not run.  False: said why on stderr. */
bool migrate(void);

/* Of a schema in which these ran, each with its digest as the text: does this
 * program know all of them, as they were?  False: said why on stderr. */
bool migrate_knows(const struct migration *ran);
/* Writes SQL that brings that schema up to date, within a transaction. */
void migrate_write_rest(FILE *to, const struct migration *ran);

/* Fills the site by sql/demo/scale.sql: size 1 is a million pins.  As the
 * database's superuser (settings are those of `pinwall migrate`); says on
 * stderr what it does.  False: nothing was done, and stderr says why. */
bool migrate_fill(double size);

#endif
