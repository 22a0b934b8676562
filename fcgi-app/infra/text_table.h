/*
 * The dictionary of Korean as a file: what fcgi-app/tools/texttable.c writes
 * and text_table.c maps.
 *
 * A Korean word is read from left to right as a walk through states (START,
 * NOUN, CASE ...).  Every piece of text that the dictionary knows has
 * readings, each of a kind: from which states it may be taken, which state
 * comes after it, what it costs.  Kinds and most of their words are listed in
 * text_ko.txt, nouns and verbs come from Debian's hunspell-ko.
 *
 * The file, in the machine's byte order:
 *   struct text_head
 *   struct text_set[sets]
 *   struct text_kind[kinds]
 *   struct text_slot[slots]   a hash table, open addressing
 *   uint16_t[pool]            the pieces, as UTF-16
 */
#ifndef INFRA_TEXT_TABLE_H
#define INFRA_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_TABLE_MAGIC "pwWords"
#define TEXT_TABLE_FORM 1
/* Syllables of the longest piece. */
#define TEXT_PIECE_MAX 12
#define TEXT_KINDS_MAX 120
#define TEXT_SET_MAX 15 /* kinds of one piece */
#define TEXT_SYLLABLE_FIRST 0xac00
#define TEXT_SYLLABLE_LAST 0xd7a3
#define TEXT_FINALS 28 /* none, and 27 consonants that may end a syllable */
#define TEXT_FINAL_L 8 /* rieul */

enum text_state {
	TEXT_START,     /* nothing, or a word that is complete */
	TEXT_LATIN,     /* letters of another script, without a space */
	TEXT_DIGITS,    /* likewise digits */
	TEXT_NOUN,
	TEXT_SHORT,     /* a noun of one syllable */
	TEXT_UNKNOWN,   /* a noun that the dictionary does not have */
	TEXT_ROOT,      /* what becomes a verb by hada and the like */
	TEXT_PLAIN,     /* verb stem for endings like -go, -neun */
	TEXT_LINKED,    /* verb stem for endings like -(eu)myeon */
	TEXT_INFINITIVE,/* -a/-eo */
	TEXT_PAST,      /* -ass/-eoss, -gess */
	TEXT_MODIFIER,  /* -(eu)n, before a noun or da */
	TEXT_FUTURE,    /* -(eu)l */
	TEXT_POLITE,    /* -(eu)b, before nida */
	TEXT_NOMINAL,   /* -gi, -(eu)m */
	TEXT_NUMERAL,
	TEXT_COUNTER,
	TEXT_CASE,      /* a particle after which others may come */
	TEXT_DONE,      /* nothing belongs to this word any more */
	TEXT_STATES,
};

#define TEXT_COST_NEVER 30000

/* What the syllable before a piece must end in. */
enum text_after { TEXT_AFTER_ANY, TEXT_AFTER_VOWEL, TEXT_AFTER_CONSONANT,
	TEXT_AFTER_VOWEL_OR_L };

/* What a piece gives to the words of the title. */
enum text_gives {
	TEXT_GIVES_NOTHING,
	TEXT_GIVES_WORD,
	TEXT_GIVES_TAIL,   /* belongs to the word before it */
};

struct text_kind {
	uint32_t from;      /* set of states */
	int16_t cost, each; /* in hundredths: of itself, of each syllable */
	uint8_t to, after, gives;
	uint8_t single;     /* more, for one syllable from START */
};

/* The kinds that a piece can be of. */
struct text_set {
	uint8_t n, kind[TEXT_SET_MAX];
};

struct text_slot {
	uint32_t at;        /* in the pool */
	uint16_t set;
	uint8_t n;          /* syllables; 0: the slot is free */
	uint8_t tag;        /* of the hash, so that few others are compared */
};

struct text_head {
	char magic[8];
	uint32_t form, kinds, sets, slots, pool, states;
	/* of a word that ends in a state, and of going on with another one
	 * without a space; TEXT_COST_NEVER: it does not */
	int16_t end[TEXT_STATES], restart[TEXT_STATES];
	uint64_t sum;       /* FNV-1a of all that follows the head */
};

/* FNV-1a, whose offset and prime these are. */
#define TEXT_HASH_FIRST 2166136261u
static inline uint32_t
text_hash_next(uint32_t hash, uint16_t syllable)
{
	return (hash ^ syllable) * 16777619u;
}

static inline uint32_t
text_hash_slot(uint32_t hash)
{
	return hash ^ hash >> 15;
}

static inline uint8_t
text_hash_tag(uint32_t hash)
{
	return (uint8_t)(hash >> 24);
}

static inline uint64_t
text_sum(const void *p, size_t n)
{
	const unsigned char *c = p;
	uint64_t sum = 14695981039346656037u;
	size_t i;

	for (i = 0; i < n; i++)
		sum = (sum ^ c[i]) * 1099511628211u;
	return sum;
}

/* The mapped table; head is NULL while there is none. */
struct text_table {
	const struct text_head *head;
	const struct text_kind *kinds;
	const struct text_set *sets;
	const struct text_slot *slots;
	const uint16_t *pool;
	size_t bytes;
};

/* Maps the file and looks whether all of it is as it was written; NULL when it
 * is, else what is wrong. */
const char *text_table_open(struct text_table *t, const char *path);
void text_table_close(struct text_table *t);
/* The kinds of n syllables whose hash is given, or NULL. */
const struct text_set *text_table_find(const struct text_table *t,
    const uint16_t *piece, size_t n, uint32_t hash);

#endif
