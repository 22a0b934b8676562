/*
 * The names of terms.
 *
 * A name stands in `names` as two bytes of length, a byte of marks, and its
 * text.  A table of term numbers + 1, found by the hash of the name and open
 * addressing, lies in `name_slots`; when it is three quarters full it is made
 * anew at twice its size, behind the old one, which readers may still be in.
 * head->names_at is the place of the newest and the binary logarithm of its
 * size: place * 64 + log2.
 */
#ifndef INFRA_INDEX_NAMES_H
#define INFRA_INDEX_NAMES_H

#include "index_file.h"

#define INDEX_NAME 1000 /* bytes; what is longer is no term */

/* The name is one that people gave: a tag. */
enum { INDEX_NAME_TAG = 1 };

/* Its number, or INDEX_NONE. */
uint32_t index_names_find(const struct index_file *f, struct str name);
struct str index_names_text(const struct index_file *f, uint32_t term);
bool index_names_is_tag(const struct index_file *f, uint32_t term);

/* For the writer, who has made room for it (index_write.c). */
uint32_t index_names_add(struct index_file *f, struct str name);
void index_names_mark(struct index_file *f, uint32_t term);
/* Elements of name_slots and bytes of names that adding may use. */
uint64_t index_names_slots_wanted(const struct index_file *f);

#endif
