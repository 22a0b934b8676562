/*
 * A set of many things, each known by 64 bits of a hash: 8 bytes a thing, 40 MB
 * for the files of a million pictures.
 */
#ifndef INFRA_BACKUP_SET_H
#define INFRA_BACKUP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backup_set {
	uint64_t *v;
	size_t n, room;
};

/* False: there is no memory, which is said on stderr. */
bool backup_set_add(struct backup_set *s, uint64_t v);
/* To be called after the last add and before the first has. */
void backup_set_settle(struct backup_set *s);
bool backup_set_has(const struct backup_set *s, uint64_t v);
void backup_set_close(struct backup_set *s);

#endif
