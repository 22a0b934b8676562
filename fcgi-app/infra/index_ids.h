/*
 * From ids to classes, and from a class to its ids.
 *
 * Ids are looked up in pages of INDEX_PAGE neighbours, found by the number of
 * the page in an open addressing table: ids that were given one after the
 * other take four bytes each, and the loneliest no more than a page.  The
 * table grows as that of the names does (index_names.h); head->pages_at says
 * where it is.  A class with one id has it in class_ids; one with more has
 * there the place of a list, ascending, that grows by doubling.
 *
 * Changes are made in a flip: what a reader sees in the middle of one may be
 * nonsense, but lies inside the file.
 */
#ifndef INFRA_INDEX_IDS_H
#define INFRA_INDEX_IDS_H

#include "index_file.h"

/* The class of an id, or INDEX_NONE. */
uint32_t index_ids_class(const struct index_file *f, int64_t id);
/* The ids of a class, ascending; *n of them. */
const uint64_t *index_ids_of(const struct index_file *f, uint32_t class,
    uint32_t *n);

/* For the writer, who has made room for it (index_write.c). */

bool index_ids_has_page(const struct index_file *f, int64_t id);
/* Makes the page of an id that has none: one more of pages, and as many of
 * page_slots as are wanted. */
void index_ids_add_page(struct index_file *f, int64_t id);
uint64_t index_ids_slots_wanted(const struct index_file *f);
/* Elements of ids that a class of two ids and more must be given to hold n;
 * 0: it holds them.  Giving them changes nothing for readers. */
uint64_t index_ids_wanted(const struct index_file *f, uint32_t class,
    uint32_t n);
void index_ids_widen(struct index_file *f, uint32_t class, uint32_t n);
/* In a flip: an id leaves one class and comes into another (or INDEX_NONE).
 * A class of one id or none takes up to four elements of ids. */
void index_ids_move(struct index_file *f, int64_t id, uint32_t from,
    uint32_t to);

#endif
