/*
 * The file of a collection that is searched by likeness: its layout, and how it
 * is made, opened and checked.
 *
 * A document is a bag of terms.  Bags that point the same way (their counts
 * divided by their greatest common divisor) are one class; posting lists hold
 * classes, so equal documents are scored once, and an edit only moves an id
 * from one class to another.  Records, names and postings are never changed
 * once they can be seen, and nothing is moved or used again: a reader with an
 * old number finds what was there.
 *
 * All arrays lie in one sparse file that all processes map.  It is made for a
 * capacity; what is not used takes no room.  One process writes.  What it
 * adds stays unseen until a flip: seq is odd while counts, weights and ids are
 * being exchanged, and even otherwise, so a reader that finds the same even
 * seq before and after has read one state.
 *
 * Weights are fixed point with INDEX_FIX binary places, so that sums are exact
 * whatever their order: idf = ln((1+N)/(1+df)) + 1 = log_docs - term_log[t].
 */
#ifndef INFRA_INDEX_FILE_H
#define INFRA_INDEX_FILE_H

#include "str.h"

#include <stdatomic.h>

#define INDEX_FIX 40
#define INDEX_NONE UINT32_MAX
#define INDEX_TERMS 256     /* distinct terms of a document, at most */
#define INDEX_COUNT_MOST 32767 /* of one term in a document, counted */
#define INDEX_PAGE 64       /* ids of one page of the map from id to class */

enum index_weights {
	INDEX_TFIDF, /* counts times idf, as scikit-learn's TfidfVectorizer */
	INDEX_COUNTS /* counts alone, as its CountVectorizer */
};

/* Classes of one term, ascending: a chain of extents. */
struct index_list {
	uint64_t first, last; /* extents: offsets in postings, 0: none */
	_Atomic uint32_t n;
	uint32_t last_n;
};

/* An extent: its words in postings before its classes. */
enum { EXTENT_NEXT_LOW, EXTENT_NEXT_HIGH, EXTENT_ROOM, EXTENT_HEAD = 4 };

/* name, type of an element, how many there are room for */
#define INDEX_REGIONS(R) \
	R(term_log, _Atomic int64_t, terms) \
	R(term_df, _Atomic uint32_t, terms) \
	R(term_floor, float, terms)               /* index_bound.h */ \
	R(term_list, struct index_list, terms) \
	R(term_name, uint32_t, terms)             /* offset in names */ \
	R(class_bound, _Atomic float, classes)    /* index_bound.h */ \
	R(class_record, uint32_t, classes)        /* offset in records */ \
	R(class_ids_n, _Atomic uint32_t, classes) \
	R(class_ids, _Atomic uint64_t, classes)   /* id, or place in ids */ \
	R(records, uint32_t, records)             /* index_record.h */ \
	R(postings, uint32_t, postings) \
	R(ids, uint64_t, ids)                     /* room, then ids */ \
	R(names, uint8_t, names)                  /* index_names.h */ \
	R(name_slots, _Atomic uint32_t, name_slots) \
	R(page_key, _Atomic uint64_t, page_slots) /* page number + 1 */ \
	R(page_at, uint32_t, page_slots)          /* page's place in pages */ \
	R(pages, _Atomic uint32_t, pages)         /* class + 1 by id */

enum index_region {
#define R(name, type, room) INDEX_AT_##name,
	INDEX_REGIONS(R)
#undef R
	INDEX_REGION_COUNT
};

/* Elements that there is room for. */
struct index_room {
	uint64_t terms, classes, records, postings, ids, names, name_slots,
	    page_slots, pages;
};

struct index_head {
	/* from its making, the same for ever; sum is of what is before it */
	uint64_t magic;
	uint32_t version, weights;
	uint64_t generation, size;
	char boot[40]; /* of the system that it was made under */
	struct index_room room;
	uint64_t at[INDEX_REGION_COUNT];
	uint64_t sum;

	_Atomic uint64_t seq;
	_Atomic uint32_t superseded; /* a newer file has its name */
	_Atomic uint32_t unfinished; /* things were added since it was sealed */
	_Atomic uint64_t progress, progress_of; /* of its making */
	_Atomic uint64_t docs;
	_Atomic int64_t log_docs; /* ln(1 + docs) + 1; counts alone: 1 */
	_Atomic uint32_t classes, terms;
	_Atomic uint64_t names_at; /* index_names.h */
	_Atomic uint64_t pages_at; /* index_ids.h */
	double log_docs_floor;     /* index_bound.h */
	/* the writer's: used of records, postings, ids, names, name_slots,
	 * page_slots, pages; classes with an id; flips, bounds made anew,
	 * and for how many terms */
	uint64_t records_n, postings_n, ids_n, names_n, name_slots_n;
	uint64_t page_slots_n, pages_n;
	uint64_t inhabited_n, flips, bounds_n, rebounds_n;
	uint64_t seal; /* a sum of what is from docs to here */
};

struct index_file {
	struct index_head *head;
	size_t size;
	uint64_t inode;
#define R(name, type, room) type *name;
	INDEX_REGIONS(R)
#undef R
};

/* Makes a file of that name for about so many documents and terms, and maps it
 * for writing; *fd stays open.  False: logged. */
bool index_file_make(struct index_file *f, const char *path, int *fd,
    enum index_weights weights, uint64_t docs, uint64_t terms);
/* Maps what is there.  False: there is none (errno ENOENT), it cannot be
 * opened, or it is none that this program made since the system was started
 * (logged). */
bool index_file_open(struct index_file *f, const char *path);
/* The same for its writer; refused as well if the writer that left it was in
 * the middle of something, or had counted otherwise. */
bool index_file_reopen(struct index_file *f, const char *path, int *fd);
/* The writer has finished for now. */
void index_file_seal(struct index_file *f);
void index_file_close(struct index_file *f);
/* Tells whoever has mapped the file open at fd that a newer one has its name;
 * nothing if it is no index. */
void index_file_supersede(int fd);

#endif
