/* The nouns of a run of Hangul syllables: the cheapest walk. */
#include "text_ko.h"

#include <assert.h>

#define FAR 1000000
#define UNKNOWN_MAX 10  /* syllables of an unknown noun */
/* Of a word that only the site knows: more than of the words of the dictionary
 * that it is made of, less than of an unknown one. */
#define TAG_COST 90
#define TAG_EACH 45
/* Words written without spaces are rare in short runs. */
#define LONG_RUN 8
#define LONG_RUN_RESTART 80
#define LONG_RUN_UNKNOWN 100 /* of each syllable over three */

/* After "from Seoul" a word of one syllable is a verb rather than a noun
 * (bought, not mountain); before "easy" a word in -gi is one, and one in -go
 * before "want". */
#define VERB_AFTER_CASE 40
#define VERB_BEFORE_WISH 80
enum { GI = 0xae30, GO = 0xace0 };

#define BIT(state) (1u << (state))
static const uint32_t noun_from = BIT(TEXT_START) | BIT(TEXT_LATIN) |
    BIT(TEXT_NOUN) | BIT(TEXT_SHORT) | BIT(TEXT_NUMERAL);
static const uint32_t unknown_from = BIT(TEXT_START) | BIT(TEXT_LATIN) |
    BIT(TEXT_DIGITS) | BIT(TEXT_NOUN) | BIT(TEXT_SHORT);

/* How a state is reached at a position. */
struct cell {
	int32_t cost;
	uint8_t at, state; /* where the piece begins, and in which state */
	uint8_t gives;
	bool alone;        /* of one syllable, yet a word by itself */
};

struct walk {
	const struct text_table *table;
	const struct text_run *run;
	size_t n;
	uint32_t alive[TEXT_KO_RUN_MAX + 1];
	struct cell cells[TEXT_KO_RUN_MAX + 1][TEXT_STATES];
};

static void
reach(struct walk *w, size_t to, enum text_state state, struct cell cell)
{
	struct cell *old = &w->cells[to][state];

	if ((w->alive[to] & BIT(state)) != 0 && old->cost <= cell.cost)
		return;
	*old = cell;
	w->alive[to] |= BIT(state);
}

/* What the surroundings have against a noun of n syllables. */
static int
doubt(const struct walk *w, size_t at, size_t n, const struct text_kind *kind)
{
	uint16_t end = w->run->s[w->n - 1];

	if (at > 0 || n < w->n || kind->gives != TEXT_GIVES_WORD)
		return 0;
	if (n == 1)
		return w->run->before == TEXT_CASE ? VERB_AFTER_CASE : 0;
	return w->run->verbal && (end == GI || end == GO) ?
	    VERB_BEFORE_WISH : 0;
}

/* Takes a piece of n syllables from each of the states it may follow. */
static void
take(struct walk *w, size_t at, size_t n, const struct text_kind *kind)
{
	uint32_t from = kind->from & w->alive[at];
	int cost = kind->cost + kind->each * (int)n + doubt(w, at, n, kind);

	for (; from != 0; from &= from - 1) {
		int s = __builtin_ctz(from);

		reach(w, at + n, kind->to, (struct cell){
			.cost = w->cells[at][s].cost + cost +
			    (n == 1 && s == TEXT_START ? kind->single : 0),
			.at = (uint8_t)at, .state = (uint8_t)s,
			.gives = kind->gives, .alone =
			    kind->gives == TEXT_GIVES_WORD && n == 1 });
	}
}

/* Does the syllable before `at` end as the piece wants it? */
static bool
is_after(const struct walk *w, size_t at, enum text_after after)
{
	unsigned final;

	if (at == 0 || after == TEXT_AFTER_ANY)
		return true;
	final = (w->run->s[at - 1] - TEXT_SYLLABLE_FIRST) % TEXT_FINALS;
	if (after == TEXT_AFTER_CONSONANT)
		return final != 0;
	return final == 0 ||
	    (after == TEXT_AFTER_VOWEL_OR_L && final == TEXT_FINAL_L);
}

/* Short loan words and names are likely, long ones are likely several words;
 * so is anything of a run that is long. */
static int
unknown_cost(size_t n, size_t run)
{
	if (n == 1)
		return 455;
	if (n <= 3)
		return 260 + 40 * (int)n;
	if (run > LONG_RUN)
		return 380 + LONG_RUN_UNKNOWN * ((int)n - 3);
	return n == 4 ? 420 : 430 + 55 * ((int)n - 4);
}

static void
take_unknown(struct walk *w, size_t at, size_t n)
{
	const struct text_kind kind = { .from = unknown_from,
		.to = TEXT_UNKNOWN, .cost = (int16_t)unknown_cost(n, w->n),
		.gives = n > 1 ? TEXT_GIVES_WORD : TEXT_GIVES_TAIL };

	take(w, at, n, &kind);
}

static void
take_tag(struct walk *w, size_t at, size_t n)
{
	static const struct text_kind kind = { .from = noun_from,
		.to = TEXT_NOUN, .cost = TAG_COST, .each = TAG_EACH,
		.gives = TEXT_GIVES_WORD };
	const struct text_more *more = w->run->more;
	char name[TEXT_PIECE_MAX * 3];
	size_t i;

	for (i = 0; i < n; i++) {
		uint16_t c = w->run->s[at + i];

		name[i * 3] = (char)(0xe0 | c >> 12);
		name[i * 3 + 1] = (char)(0x80 | (c >> 6 & 63));
		name[i * 3 + 2] = (char)(0x80 | (c & 63));
	}
	if (more->is_word(more->of, (struct str){ name, n * 3 }))
		take(w, at, n, &kind);
}

/* What comes after `at`, when another word may begin there. */
static void
restart(struct walk *w, size_t at)
{
	uint32_t from = w->alive[at] & ~BIT(TEXT_START);
	int less = w->n > LONG_RUN ? LONG_RUN_RESTART : 0;

	for (; at > 0 && from != 0; from &= from - 1) {
		int s = __builtin_ctz(from);

		if (w->table->head->restart[s] == TEXT_COST_NEVER)
			continue;
		reach(w, at, TEXT_START, (struct cell){
			.cost = w->cells[at][s].cost - less +
			    w->table->head->restart[s],
			.at = (uint8_t)at, .state = (uint8_t)s });
	}
}

static void
take_known(struct walk *w, size_t at, size_t n, uint32_t hash)
{
	const struct text_set *set = text_table_find(w->table,
	    w->run->s + at, n, hash);
	unsigned i;

	for (i = 0; set != NULL && i < set->n; i++) {
		const struct text_kind *kind = &w->table->kinds[set->kind[i]];

		if (is_after(w, at, kind->after))
			take(w, at, n, kind);
	}
}

static void
step(struct walk *w, size_t at)
{
	size_t n, most = w->n - at;
	uint32_t hash = TEXT_HASH_FIRST;

	restart(w, at);
	for (n = 1; n <= most && n <= TEXT_PIECE_MAX; n++) {
		hash = text_hash_next(hash, w->run->s[at + n - 1]);
		take_known(w, at, n, hash);
		if (n <= UNKNOWN_MAX)
			take_unknown(w, at, n);
		if (n > 1 && w->run->more != NULL &&
		    w->run->more->is_word != NULL)
			take_tag(w, at, n);
	}
}

static enum text_state
best_end(const struct walk *w)
{
	int s, best = TEXT_UNKNOWN;
	int32_t least = FAR;

	for (s = 0; s < TEXT_STATES; s++) {
		int16_t end = w->table->head->end[s];

		if ((w->alive[w->n] & BIT(s)) != 0 && end != TEXT_COST_NEVER &&
		    w->cells[w->n][s].cost + end < least) {
			least = w->cells[w->n][s].cost + end;
			best = s;
		}
	}
	return (enum text_state)best;
}

/* A word that is being put together of the pieces of a walk. */
struct making {
	struct text_span whole, part; /* n == 0: none */
	bool alone;
	struct text_span *out;
	size_t n;
};

static void
finish(struct making *m)
{
	if (m->whole.n > 1 || (m->whole.n == 1 && m->alone))
		m->out[m->n++] = m->whole;
	if (m->part.n > 1 && m->part.n < m->whole.n)
		m->out[m->n++] = m->part;
	m->whole.n = m->part.n = 0;
}

/* Nouns are words by themselves, but those of one syllable and the tails
 * join what is beside them. */
static void
give(struct making *m, size_t at, size_t end, const struct cell *cell)
{
	struct text_span piece = { (uint8_t)at, (uint8_t)(end - at) };

	if (cell->gives == TEXT_GIVES_NOTHING) {
		finish(m);
		return;
	}
	if (m->whole.n > 1 && piece.n > 1 && cell->gives == TEXT_GIVES_WORD)
		finish(m);
	/* not behind a prefix, which changes what the noun means */
	if (m->part.n == 0 && piece.n > 1 && (m->whole.n == 0 || m->alone))
		m->part = piece;
	if (m->whole.n == 0) {
		m->whole = piece;
		m->alone = cell->alone;
	} else {
		m->whole.n = (uint8_t)(m->whole.n + piece.n);
	}
}

static size_t
collect(const struct walk *w, enum text_state state, struct text_span *out)
{
	struct { uint8_t at, end; const struct cell *cell; }
	    path[TEXT_KO_RUN_MAX * 2];
	struct making m = { .out = out };
	size_t i = 0, at = w->n;

	while (at > 0) {
		const struct cell *cell = &w->cells[at][state];

		assert(i < sizeof(path) / sizeof(*path));
		path[i].at = cell->at;
		path[i].end = (uint8_t)at;
		path[i++].cell = cell;
		at = cell->at;
		state = (enum text_state)cell->state;
	}
	while (i-- > 0)
		give(&m, path[i].at, path[i].end, path[i].cell);
	finish(&m);
	return m.n;
}

size_t
text_ko_words(const struct text_table *t, const struct text_run *run,
    struct text_span out[TEXT_KO_SPANS_MAX], enum text_state *last)
{
	struct walk w;
	size_t at;

	assert(run->n > 0 && run->n <= TEXT_KO_RUN_MAX);
	w.table = t;
	w.run = run;
	w.n = run->n;
	memset(w.alive, 0, (w.n + 1) * sizeof(*w.alive));
	reach(&w, 0, TEXT_START, (struct cell){ .cost = 0 });
	reach(&w, 0, run->joined, (struct cell){ .cost = 0 });
	if (run->before == TEXT_NUMERAL || run->before == TEXT_DIGITS)
		reach(&w, 0, run->before, (struct cell){ .cost = 0 });
	for (at = 0; at < w.n; at++)
		step(&w, at);
	*last = best_end(&w);
	return collect(&w, *last, out);
}
