/*
 * The one writer of an index.
 *
 * Documents are put and removed in a batch that nobody sees; index_write_flip
 * shows all of it at once.  What was prepared is lost if the process dies, and
 * the file is refused by the next writer, who makes it anew: a new file is
 * built beside the old one, all at once and with nobody looking, and takes its
 * name when it is finished; readers of the old one then find that it is
 * superseded.
 */
#ifndef INFRA_INDEX_WRITE_H
#define INFRA_INDEX_WRITE_H

#include "index_file.h"

struct index_writer;

/* Begins a new file for about so many documents, as `path`.new, and applies
 * all that is put at once.  NULL: logged. */
struct index_writer *index_write_make(const char *path,
    enum index_weights weights, uint64_t docs);
/* Goes on with the file of that name.  NULL: there is none, or it must be made
 * anew (logged). */
struct index_writer *index_write_open(const char *path);
/* Takes a new file into use: the last flip.  False: logged. */
bool index_write_publish(struct index_writer *w);
/* Gives back the memory; a file that was not published is removed. */
void index_write_close(struct index_writer *w);

/* One document: its words, as often as it has them.  What is longer than
 * INDEX_NAME is left out, as is what comes after INDEX_TERMS different ones;
 * more than INDEX_COUNT_MOST of one are that many.  It takes the place of the
 * document that had this id.
 * False: the file is full, or the disk is; the batch is as it was. */
bool index_write_put(struct index_writer *w, int64_t id,
    const struct str *words, int n);
void index_write_remove(struct index_writer *w, int64_t id);
/* Words that are names of tags: index_is_tag knows them from now on. */
bool index_write_tag(struct index_writer *w, struct str name);
void index_write_flip(struct index_writer *w);

/* How far a new file is, for whoever watches it being made. */
void index_write_progress(struct index_writer *w, uint64_t done,
    uint64_t of);
/* For reading: the writer's own map. */
const struct index_file *index_write_file(const struct index_writer *w);
/* The documents that a new file should be made for, as so much of this one is
 * waste, or used; 0: it will do. */
uint64_t index_write_wants(const struct index_writer *w);

#endif
