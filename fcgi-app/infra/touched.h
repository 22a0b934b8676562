/*
 * What a transaction has changed: tags of sql/schemes, told by the triggers of
 * the tables in notices that come with the answers of its statements.
 */
#ifndef INFRA_TOUCHED_H
#define INFRA_TOUCHED_H

#include "str.h"

/* SQLSTATE of such a notice; its text is the number of the transaction, then a
 * tag a line. */
#define TOUCHED_STATE "PW001"
#define TOUCHED_MOST 64 /* tags; of more, their tables stand for them */

struct touched {
	uint64_t xid; /* 0: nothing was changed */
	int n;
	struct str tags[TOUCHED_MOST + 1];
	bool over;       /* there were more: everything may have changed */
	size_t used;
	char room[8192]; /* where the tags stand */
};

void touched_clear(struct touched *t);
/* The text of a notice: adds what is not there yet. */
void touched_add(struct touched *t, struct str text);

#endif
