/*
 * What the parts of texttable share: pieces of words, the entries of the
 * dictionary that is being made, and the forms of verbs.
 */
#ifndef TOOLS_TEXTTABLE_H
#define TOOLS_TEXTTABLE_H

#include "text_table.h"

#define TEXTTABLE_ENTRIES (1u << 19)
#define TEXTTABLE_NAME 32 /* bytes of the name of a kind */

/* Syllables, by their code points. */
struct piece {
	uint16_t s[TEXT_PIECE_MAX + 4];
	unsigned n;
};

/* Kinds as a set of bits. */
#define BITS unsigned __int128

struct entry {
	struct piece piece; /* n is 0: none */
	uint32_t hash;
	BITS kinds;
};

/* What is being read, for errors. */
extern const char *file_name;
extern unsigned line_number;
/* Says what is wrong there, and ends the program. */
void refuse(const char *what, const char *which)
    __attribute__((noreturn));

/* The kinds that the grammar names, in its order. */
extern struct text_kind kinds[TEXT_KINDS_MAX];
extern char kind_names[TEXT_KINDS_MAX][TEXTTABLE_NAME];
extern unsigned kinds_n;

/* texttable_words.c: words as numbers.  False: not of syllables alone, or too
 * long. */
bool piece_read(const char *word, size_t n, struct piece *out);
/* Without the last n syllables; with one more; with another final consonant,
 * by number, in the last. */
struct piece piece_cut(struct piece p, unsigned n);
struct piece piece_with(struct piece p, uint16_t syllable);
struct piece piece_with_final(struct piece p, unsigned final);
unsigned piece_final(const struct piece *p);
/* Does it end so, and begin before that? */
bool piece_ends_in(const struct piece *p, const struct piece *end);

/* All of them, TEXTTABLE_ENTRIES slots. */
extern struct entry *entries;
extern unsigned entries_n;
/* The entry of a piece, or the empty one where it would be. */
struct entry *entry_find(const struct piece *p);
BITS entry_kind(const char *name);
void entry_add(const struct piece *p, BITS bits);
/* As of the kind GROUP-FORM. */
void entry_add_form(const struct piece *p, const char *group,
    const char *form);

/* Is a flag of ko.dic one of these? */
static inline bool
is_between(int flag, int from, int to)
{
	return flag >= from && flag <= to;
}

/* texttable_verbs.c: all forms of a stem, by its flag in ko.dic. */
void verb_add(const char *group, struct piece stem, int flag);
/* A form that ko.dic has: flag 2, 3 or 4. */
void verb_add_form(const char *group, const struct piece *p, int flag);
/* `stem infinitive modifier future flag`: a verb written out. */
void verb_add_written(const char *group, char *line);

/* Verbs that make verbs of other words, of text_ko.txt: hada ... */
struct maker {
	struct piece end; /* what its verbs end in, a form's number */
	int form;         /* 0: the stem */
};
/* The longest that this form is of; NULL: none. */
const struct maker *verb_made_by(const struct piece *p, int form);

#endif
