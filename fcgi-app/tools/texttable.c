/*
 * Makes the dictionary of Korean that infra/text reads (text_table.h has its
 * form).
 *
 *   texttable text_ko.txt ko.dic > words.table
 *
 * text_ko.txt has the grammar: the kinds of pieces, their words, and what the
 * word list has wrong.  ko.dic is hunspell-ko's.  Its flags say what a word is
 * (ko.aff only spells out how they are written):
 *   10 25          nouns, with and without a final consonant
 *   67             adverbs
 *   9 24           counters
 *   8 19..23       pronouns
 *   11..18 26..29  numerals
 *   2 3 4          forms of verbs: infinitive (-a/-eo), modifier (-n), future
 *                  (-l); the stem changes of irregular verbs are done in them
 *   34..66         verbs and adjectives as the dictionary names them, in -da;
 *                  55..66 are the irregular conjugations
 * Other forms are derived here.  Verbs made by hada, doeda and the like from
 * another word are not listed: that word is (kind `root`), and text_ko.txt has
 * the verb.
 *
 * The output depends on nothing but the two files.
 */
#include "text_table.h"

#include <assert.h>
#include <errno.h>
#include <utf8proc.h>

#define LINE_MAX_BYTES 4096
#define ENTRIES_MAX (1u << 19)
#define SETS_MAX 4096
#define NAME_MAX_BYTES 32
#define EU 0xc73c /* the syllable eu */
#define DA 0xb2e4 /* da */

struct piece {
	uint16_t s[TEXT_PIECE_MAX + 4];
	unsigned n;
};

/* Kinds as a set of bits. */
#define BITS unsigned __int128

struct entry {
	struct piece piece;
	uint32_t hash;
	BITS kinds;
};

static struct entry *entries;
static unsigned entries_n;
static struct text_kind kinds[TEXT_KINDS_MAX];
static char kind_names[TEXT_KINDS_MAX][NAME_MAX_BYTES];
static unsigned kinds_n;
static struct text_head head = { .magic = TEXT_TABLE_MAGIC,
	.form = TEXT_TABLE_FORM, .states = TEXT_STATES };
static const char *file_name;
static unsigned line_number;

static void __attribute__((noreturn))
refuse(const char *what, const char *which)
{
	fprintf(stderr, "%s:%u: %s: %s\n", file_name, line_number, what,
	    which);
	exit(1);
}

/* Words as numbers. */

static bool
is_syllable(int32_t c)
{
	return c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST;
}

static unsigned
final_of(uint16_t syllable)
{
	return (syllable - TEXT_SYLLABLE_FIRST) % TEXT_FINALS;
}

/* False when the word has anything but Hangul syllables, or too many. */
static bool
piece_of(const char *word, size_t n, struct piece *out)
{
	int32_t code[TEXT_PIECE_MAX * 4];
	utf8proc_ssize_t i, most = TEXT_PIECE_MAX * 4;
	utf8proc_ssize_t m = utf8proc_decompose((const utf8proc_uint8_t *)word,
	    (utf8proc_ssize_t)n, code, most, UTF8PROC_COMPOSE);

	out->n = 0;
	if (m <= 0 || m > most)
		return false;
	m = utf8proc_normalize_utf32(code, m, UTF8PROC_COMPOSE);
	if (m > TEXT_PIECE_MAX)
		return false;
	for (i = 0; i < m; i++) {
		if (!is_syllable(code[i]))
			return false;
		out->s[out->n++] = (uint16_t)code[i];
	}
	return out->n > 0;
}

static struct piece
cut(struct piece p, unsigned n)
{
	p.n -= n;
	return p;
}

static struct piece
with(struct piece p, uint16_t syllable)
{
	p.s[p.n++] = syllable;
	return p;
}

/* With another final consonant in its last syllable. */
static struct piece
with_final(struct piece p, unsigned final)
{
	uint16_t *last = &p.s[p.n - 1];

	*last = (uint16_t)(*last - final_of(*last) + final);
	return p;
}

static unsigned
last_final(const struct piece *p)
{
	return final_of(p->s[p->n - 1]);
}

static bool
ends_in(const struct piece *p, const struct piece *end)
{
	return p->n > end->n && memcmp(p->s + p->n - end->n, end->s,
	    end->n * sizeof(*end->s)) == 0;
}

/* The entries. */

static struct entry *
find(const struct piece *p)
{
	uint32_t hash = TEXT_HASH_FIRST, i;

	for (i = 0; i < p->n; i++)
		hash = text_hash_next(hash, p->s[i]);
	for (i = text_hash_slot(hash);; i++) {
		struct entry *e = &entries[i & (ENTRIES_MAX - 1)];

		if (e->piece.n == 0) {
			e->hash = hash;
			return e;
		}
		if (e->piece.n == p->n && memcmp(e->piece.s, p->s,
		    p->n * sizeof(*p->s)) == 0)
			return e;
	}
}

static BITS
kind_bit(const char *name)
{
	unsigned i;

	for (i = 0; i < kinds_n; i++)
		if (strcmp(kind_names[i], name) == 0)
			return (BITS)1 << i;
	refuse("no such kind", name);
}

static void
add(const struct piece *p, BITS bits)
{
	struct entry *e = find(p);

	if (p->n > TEXT_PIECE_MAX)
		return;
	if (e->piece.n == 0) {
		e->piece = *p;
		e->kinds = 0;
		entries_n++;
		assert(entries_n < ENTRIES_MAX / 2);
	}
	e->kinds |= bits;
}

static void
add_form(const struct piece *p, const char *group, const char *form)
{
	char name[NAME_MAX_BYTES];

	snprintf(name, sizeof(name), "%s-%s", group, form);
	add(p, kind_bit(name));
}

/* Conjugation.  FINAL_... are the numbers of final consonants. */

enum { FINAL_N = 4, FINAL_D = 7, FINAL_L = TEXT_FINAL_L, FINAL_M = 16,
	FINAL_B = 17, FINAL_S = 19, FINAL_SS = 20, FINAL_H = 27 };
enum { U = 0xc6b0, EUM = 0xc74c, EUN = 0xc740, EUL = 0xc744 };

static bool
is_between(int flag, int from, int to)
{
	return flag >= from && flag <= to;
}

/* The stem before endings that begin with eu after a consonant, with it. */
static struct piece
linked_stem(struct piece stem, int flag)
{
	unsigned final = last_final(&stem);

	if (final == FINAL_B && is_between(flag, 56, 59))
		return with(with_final(stem, 0), U);
	if (final == FINAL_D && flag == 55)
		return with(with_final(stem, FINAL_L), EU);
	if (final == FINAL_S && is_between(flag, 60, 61))
		return with(with_final(stem, 0), EU);
	if (final == FINAL_H && is_between(flag, 62, 63))
		return with_final(stem, 0);
	return final == 0 || final == FINAL_L ? stem : with(stem, EU);
}

/* The modifier and the future, which ko.dic lacks for some verbs, and the
 * infinitive of those of which it lists none: in -gada and -oda. */
static void
conjugate_listed(const char *group, const struct piece *stem,
    const struct piece *open, int flag)
{
	static const uint16_t wa = 0xc640; /* o and a in one */
	struct piece form = with_final(*open, FINAL_N);

	add_form(&form, group, "modifier");
	form = with_final(*open, FINAL_L);
	add_form(&form, group, "future");
	if (flag == 42)
		form = *stem;
	else if (flag == 43)
		form = with(cut(*stem, 1), wa);
	else
		return;
	add_form(&form, group, "infinitive");
	form = with_final(form, FINAL_SS);
	add_form(&form, group, "past");
}

/* The forms of a stem. */
static void
conjugate(const char *group, struct piece stem, int flag)
{
	struct piece linked = linked_stem(stem, flag), open = linked;
	const struct piece whole = stem;

	add_form(&stem, group, "plain");
	add_form(&linked, group, "linked");
	if (last_final(&linked) == FINAL_L) {
		/* rieul falls before n, s and b */
		open = with_final(linked, 0);
		add_form(&open, group, "plain");
		add_form(&open, group, "linked");
		stem = with_final(stem, 10); /* rieul with mieum */
		add_form(&stem, group, "nominal");
	} else {
		stem = with_final(linked, FINAL_M);
		add_form(&stem, group, "nominal");
	}
	conjugate_listed(group, &whole, &open, flag);
	open = with_final(open, FINAL_B);
	add_form(&open, group, "polite");
}

/* A form that ko.dic has; the past is the infinitive with a double s. */
static void
add_listed(const char *group, const struct piece *p, int flag)
{
	static const char *const form[] = { "infinitive", "modifier",
		"future" };
	struct piece past;

	add_form(p, group, form[flag - 2]);
	if (flag != 2 || last_final(p) != 0)
		return;
	past = with_final(*p, FINAL_SS);
	add_form(&past, group, "past");
}

/* Verbs that make verbs of other words, of text_ko.txt: hada ... */

static struct maker {
	struct piece end; /* what its verbs end in, a form's number */
	int form;         /* 0: the stem */
} makers[400];
static unsigned makers_n;

static const struct maker *
made_by(const struct piece *p, int form)
{
	const struct maker *m, *best = NULL;

	for (m = makers; m < makers + makers_n; m++)
		if (m->form == form && ends_in(p, &m->end) &&
		    p->n - m->end.n >= 2 &&
		    (best == NULL || m->end.n > best->end.n))
			best = m;
	return best;
}

static void
add_maker(const struct piece *p, int form)
{
	if (makers_n == sizeof(makers) / sizeof(*makers))
		refuse("too many verbs", "light");
	makers[makers_n++] = (struct maker){ *p, form };
}

/* `stem infinitive modifier future flag`: a verb written out. */
static void
add_written(const char *group, char *line)
{
	struct piece p[4];
	char *save = NULL, *word;
	int i, flag;

	for (i = 0; i < 4; i++) {
		word = strtok_r(i == 0 ? line : NULL, " \n", &save);
		if (word == NULL || !piece_of(word, strlen(word), &p[i]))
			refuse("a verb has stem, infinitive, modifier, future",
			    line);
	}
	word = strtok_r(NULL, " \n", &save);
	flag = word == NULL ? 0 : (int)strtol(word, NULL, 10);
	conjugate(group, p[0], flag);
	for (i = 1; i < 4; i++)
		add_listed(group, &p[i], i + 1);
	if (strcmp(group, "light") == 0 &&
	    strtok_r(NULL, " \n", &save) == NULL)
		for (i = 0; i < 4; i++)
			add_maker(&p[i], i == 0 ? 0 : i + 1);
}

/* ko.dic */

static void
add_verb(struct piece p, int flag)
{
	const struct maker *m;

	if (p.n < 2 || p.s[p.n - 1] != DA)
		return;
	p = cut(p, 1);
	m = made_by(&p, 0);
	if (m == NULL) {
		conjugate("verb", p, flag);
	} else {
		p = cut(p, m->end.n);
		add(&p, kind_bit("root"));
	}
}

static void
add_dictionary_word(const struct piece *p, int flag)
{
	if (flag == 10 || flag == 25)
		add(p, kind_bit(p->n > 1 ? "noun" : "syllable"));
	else if (flag == 67)
		add(p, kind_bit("adverb"));
	else if (flag == 9 || flag == 24)
		add(p, kind_bit("counter"));
	else if (flag == 8 || is_between(flag, 19, 23))
		add(p, kind_bit("pronoun"));
	else if (is_between(flag, 11, 18) || is_between(flag, 26, 29))
		add(p, kind_bit("numeral"));
	else if (is_between(flag, 34, 66))
		add_verb(*p, flag);
	else if (is_between(flag, 2, 4) && made_by(p, flag) == NULL)
		add_listed("verb", p, flag);
}

static void
read_dictionary(FILE *f)
{
	char line[LINE_MAX_BYTES];
	struct piece p;
	size_t n;

	for (line_number = 1; fgets(line, sizeof(line), f) != NULL;
	    line_number++) {
		n = strcspn(line, "/\n");
		if (line_number > 1 && line[n] == '/' &&
		    piece_of(line, n, &p))
			add_dictionary_word(&p,
			    (int)strtol(line + n + 1, NULL, 10));
	}
	if (line_number < 50000)
		refuse("has too few words", file_name);
}

/* text_ko.txt */

static const char *const states[] = { "START", "LATIN", "DIGITS", "NOUN",
	"SHORT", "UNKNOWN", "ROOT", "PLAIN", "LINKED", "INFINITIVE", "PAST",
	"MODIFIER", "FUTURE", "POLITE", "NOMINAL", "NUMERAL", "COUNTER", "CASE", "DONE" };
static const char *const afters[] = { "any", "vowel", "consonant",
	"vowel-or-l" };
static const char *const gives[] = { "nothing", "word", "tail" };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static unsigned
number_of(const char *const *names, unsigned n, const char *word)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	refuse("unknown word", word);
}

static bool
is_option(const char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) == 0 && word[n] == '=';
}

static void
read_option(struct text_kind *k, const char *word)
{
	const char *equals = strchr(word, '=');
	const char *value = equals == NULL ? word : equals + 1;

	if (equals == NULL)
		k->from |= 1u << number_of(states, COUNT(states), word);
	else if (is_option(word, "to"))
		k->to = (uint8_t)number_of(states, COUNT(states), value);
	else if (is_option(word, "cost"))
		k->cost = (int16_t)strtol(value, NULL, 10);
	else if (is_option(word, "each"))
		k->each = (int16_t)strtol(value, NULL, 10);
	else if (is_option(word, "single"))
		k->single = (uint8_t)strtol(value, NULL, 10);
	else if (is_option(word, "after"))
		k->after = (uint8_t)number_of(afters, COUNT(afters), value);
	else if (is_option(word, "gives"))
		k->gives = (uint8_t)number_of(gives, COUNT(gives), value);
	else
		refuse("unknown option", word);
}

/* `kind NAME FROM... to=STATE OPTION...` */
static void
read_kind(char *line)
{
	struct text_kind *k = &kinds[kinds_n];
	char *save = NULL, *word = strtok_r(line, " \n", &save);

	if (kinds_n == TEXT_KINDS_MAX || word == NULL ||
	    strlen(word) >= NAME_MAX_BYTES)
		refuse("too many kinds, or a name too long", line);
	snprintf(kind_names[kinds_n], NAME_MAX_BYTES, "%s", word);
	while ((word = strtok_r(NULL, " \n", &save)) != NULL)
		read_option(k, word);
	kinds_n++;
}

/* `state NAME END RESTART`; - for never */
static void
read_state(char *line)
{
	char *save = NULL;
	const char *name = strtok_r(line, " \n", &save);
	const char *end = strtok_r(NULL, " \n", &save);
	const char *again = strtok_r(NULL, " \n", &save);
	unsigned i;

	if (again == NULL)
		refuse("a state has two costs", line);
	i = number_of(states, COUNT(states), name);
	head.end[i] = strcmp(end, "-") == 0 ? TEXT_COST_NEVER :
	    (int16_t)strtol(end, NULL, 10);
	head.restart[i] = strcmp(again, "-") == 0 ? TEXT_COST_NEVER :
	    (int16_t)strtol(again, NULL, 10);
}

/* What is done with the words of a section: they are of the kinds, or, after
 * the dictionary has been read, are not. */
struct section {
	BITS bits;
	bool removes, verbs;
	char group[NAME_MAX_BYTES];
};

static void
read_words(const struct section *s, char *line)
{
	char *save = NULL, *word;
	struct piece p;
	struct entry *e;

	for (word = strtok_r(line, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save)) {
		if (!piece_of(word, strlen(word), &p))
			refuse("no Korean word", word);
		e = find(&p);
		if (!s->removes)
			add(&p, s->bits);
		else if (e->piece.n > 0)
			e->kinds &= ~s->bits;
	}
}

/* `[NAME]`, `[not NAME]` or `[verbs NAME]`. */
static void
read_section(struct section *s, char *line)
{
	char *name = line + 1;

	*s = (struct section){ 0 };
	name[strcspn(name, "]\n")] = '\0';
	s->removes = strncmp(name, "not ", 4) == 0;
	s->verbs = strncmp(name, "verbs ", 6) == 0;
	if (s->verbs)
		snprintf(s->group, sizeof(s->group), "%.20s", name + 6);
	else
		s->bits = kind_bit(s->removes ? name + 4 : name);
}

/* Twice: what is removed is removed from what the dictionary had. */
static void
read_grammar(FILE *f, bool removing)
{
	char line[LINE_MAX_BYTES];
	struct section s = { 0 };

	rewind(f);
	for (line_number = 1; fgets(line, sizeof(line), f) != NULL;
	    line_number++) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (line[0] == '[') {
			read_section(&s, line);
		} else if (strncmp(line, "kind ", 5) == 0) {
			if (!removing)
				read_kind(line + 5);
		} else if (strncmp(line, "state ", 6) == 0) {
			read_state(line + 6);
		} else if (s.removes == removing) {
			if (s.verbs)
				add_written(s.group, line);
			else
				read_words(&s, line);
		}
	}
}

/* The file. */

static BITS sets_bits[SETS_MAX];
static struct text_set sets[SETS_MAX];

static uint16_t
set_of(BITS bits)
{
	struct text_set *set = &sets[head.sets];
	unsigned i;

	for (i = 0; i < head.sets; i++)
		if (sets_bits[i] == bits)
			return (uint16_t)i;
	if (head.sets == SETS_MAX)
		refuse("too many sets of kinds", "");
	sets_bits[head.sets] = bits;
	for (i = 0; i < kinds_n; i++)
		if ((bits >> i & 1) != 0) {
			if (set->n == TEXT_SET_MAX)
				refuse("a word of too many kinds", "");
			set->kind[set->n++] = (uint8_t)i;
		}
	return (uint16_t)head.sets++;
}

static int
compare(const void *a, const void *b)
{
	const struct piece *x = &(*(struct entry *const *)a)->piece;
	const struct piece *y = &(*(struct entry *const *)b)->piece;
	unsigned i;

	for (i = 0; i < x->n && i < y->n; i++)
		if (x->s[i] != y->s[i])
			return x->s[i] < y->s[i] ? -1 : 1;
	return (int)x->n - (int)y->n;
}

/* All that has a kind, in order. */
static struct entry **
sorted(unsigned *n)
{
	struct entry **list = calloc(entries_n + 1, sizeof(*list));
	unsigned i;

	assert(list != NULL);
	for (i = *n = 0; i < ENTRIES_MAX; i++)
		if (entries[i].piece.n > 0 && entries[i].kinds != 0)
			list[(*n)++] = &entries[i];
	qsort(list, *n, sizeof(*list), compare);
	return list;
}

static void
fill_slots(struct text_slot *slots, uint16_t *pool, struct entry **list,
    unsigned n)
{
	unsigned i;
	uint32_t at;

	for (i = 0; i < n; i++) {
		const struct piece *p = &list[i]->piece;

		at = text_hash_slot(list[i]->hash);
		while (slots[at & (head.slots - 1)].n != 0)
			at++;
		slots[at & (head.slots - 1)] = (struct text_slot){
			.at = head.pool, .set = set_of(list[i]->kinds),
			.n = (uint8_t)p->n,
			.tag = text_hash_tag(list[i]->hash) };
		memcpy(pool + head.pool, p->s, p->n * sizeof(*p->s));
		head.pool += p->n;
	}
}

static bool
write_table(FILE *to, const char *body, size_t n)
{
	head.sum = text_sum(body, n);
	return fwrite(&head, sizeof(head), 1, to) == 1 &&
	    fwrite(body, n, 1, to) == 1 && fflush(to) == 0;
}

static bool
make_table(FILE *to)
{
	unsigned n;
	struct entry **list = sorted(&n);
	struct text_slot *slots;
	uint16_t *pool;
	char *body, *p;
	bool done;

	for (head.slots = 1; head.slots * 3 < n * 4; head.slots *= 2)
		continue;
	head.kinds = kinds_n;
	slots = calloc(head.slots, sizeof(*slots));
	pool = calloc(n, TEXT_PIECE_MAX * sizeof(*pool));
	body = calloc(1, sizeof(kinds) + sizeof(sets) + (head.slots + 1) *
	    sizeof(*slots) + n * TEXT_PIECE_MAX * sizeof(*pool));
	assert(slots != NULL && pool != NULL && body != NULL);
	fill_slots(slots, pool, list, n);
	p = mempcpy(body, sets, head.sets * sizeof(*sets));
	p = mempcpy(p, kinds, kinds_n * sizeof(*kinds));
	p = mempcpy(p, slots, head.slots * sizeof(*slots));
	p = mempcpy(p, pool, head.pool * sizeof(*pool));
	done = write_table(to, body, (size_t)(p - body));
	free(body);
	free(pool);
	free(slots);
	free(list);
	return done;
}

static FILE *
open_file(const char *name)
{
	FILE *f = fopen(name, "r");

	file_name = name;
	line_number = 0;
	if (f == NULL)
		refuse("cannot be read", strerror(errno));
	return f;
}

int
main(int argc, char **argv)
{
	FILE *grammar, *dictionary;
	bool done;

	if (argc != 3) {
		fprintf(stderr, "usage: texttable text_ko.txt ko.dic\n");
		return 2;
	}
	entries = calloc(ENTRIES_MAX, sizeof(*entries));
	assert(entries != NULL);
	grammar = open_file(argv[1]);
	read_grammar(grammar, false);
	dictionary = open_file(argv[2]);
	read_dictionary(dictionary);
	fclose(dictionary);
	file_name = argv[1];
	read_grammar(grammar, true);
	fclose(grammar);
	done = make_table(stdout);
	free(entries);
	if (!done)
		fprintf(stderr, "texttable: the table could not be written\n");
	return done ? 0 : 1;
}
