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
#include "texttable.h"

#include <assert.h>
#include <errno.h>

#define LINE_MAX_BYTES 4096
#define SETS_MAX 4096
#define DA 0xb2e4 /* the syllable da */

static struct text_head head = { .magic = TEXT_TABLE_MAGIC,
	.form = TEXT_TABLE_FORM, .states = TEXT_STATES };

/* ko.dic */

static void
add_verb(struct piece p, int flag)
{
	const struct maker *m;

	if (p.n < 2 || p.s[p.n - 1] != DA)
		return;
	p = piece_cut(p, 1);
	m = verb_made_by(&p, 0);
	if (m == NULL) {
		verb_add("verb", p, flag);
	} else {
		p = piece_cut(p, m->end.n);
		entry_add(&p, entry_kind("root"));
	}
}

static void
add_dictionary_word(const struct piece *p, int flag)
{
	if (flag == 10 || flag == 25)
		entry_add(p, entry_kind(p->n > 1 ? "noun" : "syllable"));
	else if (flag == 67)
		entry_add(p, entry_kind("adverb"));
	else if (flag == 9 || flag == 24)
		entry_add(p, entry_kind("counter"));
	else if (flag == 8 || is_between(flag, 19, 23))
		entry_add(p, entry_kind("pronoun"));
	else if (is_between(flag, 11, 18) || is_between(flag, 26, 29))
		entry_add(p, entry_kind("numeral"));
	else if (is_between(flag, 34, 66))
		add_verb(*p, flag);
	else if (is_between(flag, 2, 4) && verb_made_by(p, flag) == NULL)
		verb_add_form("verb", p, flag);
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
		    piece_read(line, n, &p))
			add_dictionary_word(&p,
			    (int)strtol(line + n + 1, NULL, 10));
	}
	if (line_number < 50000)
		refuse("has too few words", file_name);
}

/* text_ko.txt */

static const char *const states[] = { "START", "LATIN", "DIGITS", "NOUN",
	"SHORT", "UNKNOWN", "ROOT", "PLAIN", "LINKED", "INFINITIVE", "PAST",
	"MODIFIER", "FUTURE", "POLITE", "NOMINAL", "NUMERAL", "COUNTER",
	"CASE", "DONE" };
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
	    strlen(word) >= TEXTTABLE_NAME)
		refuse("too many kinds, or a name too long", line);
	snprintf(kind_names[kinds_n], TEXTTABLE_NAME, "%s", word);
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
	char group[TEXTTABLE_NAME];
};

static void
read_words(const struct section *s, char *line)
{
	char *save = NULL, *word;
	struct piece p;
	struct entry *e;

	for (word = strtok_r(line, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save)) {
		if (!piece_read(word, strlen(word), &p))
			refuse("no Korean word", word);
		e = entry_find(&p);
		if (!s->removes)
			entry_add(&p, s->bits);
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
		s->bits = entry_kind(s->removes ? name + 4 : name);
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
				verb_add_written(s.group, line);
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
	for (i = *n = 0; i < TEXTTABLE_ENTRIES; i++)
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
	entries = calloc(TEXTTABLE_ENTRIES, sizeof(*entries));
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
