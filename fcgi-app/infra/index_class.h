/*
 * Terms and classes of documents, made as they are met.
 *
 * The writer finds the class of a bag by a hash of it, in memory of its own
 * that is made when it opens the file.  A new class appends its record, then
 * itself to the posting list of each of its terms, then itself to the
 * classes; it can be seen then, but nobody is in it yet.
 */
#ifndef INFRA_INDEX_CLASS_H
#define INFRA_INDEX_CLASS_H

#include "index_file.h"
#include "index_record.h"
#include "index_room.h"

struct index_classes {
	uint32_t *slots; /* class + 1 */
	uint64_t room, n;
};

void index_classes_open(struct index_classes *c, const struct index_file *f);
void index_classes_close(struct index_classes *c);

/* The number of a name, made if it is new.  False: no room. */
bool index_class_term(struct index_file *f, struct index_taken *t,
    struct str name, uint32_t *term);
/* The class of a sorted and reduced bag, made if it is new.  False: no room,
 * and nothing done. */
bool index_class_get(struct index_classes *c, struct index_file *f,
    struct index_taken *t, const struct index_term *terms, int n,
    uint32_t *class);

#endif
