/*
 * Readers and a writer of one index at the same time.
 *
 *	race FILE write SECONDS    goes through the states, a flip for each
 *	race FILE read SECONDS     asks, and compares with the definition
 *
 * A small collection goes through STATES states, known to everybody: which
 * documents there are and what is in them follows from the number of the
 * state.  Every process computes all scores of all states by itself, plainly,
 * at its start; an answer is right if it is that of one state.
 *
 * The writer opens the file, or makes it anew if it is refused; what it opened
 * must be in one of the states.  Both print name=value pairs at their end, and
 * when they are told to stop by SIGTERM; exit status 1 says that something
 * was wrong.
 */
#include "clock.h"
#include "index.h"
#include "index_write.h"
#include "log.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <sched.h>

#define STATES 24
#define DOCS 120
#define WORDS 30
#define LENGTH 8 /* of a document */
#define ASKS 20
#define MOST 40
#define NEAR 1e-9

static double exact[STATES][ASKS][DOCS + 1]; /* scores, by id */
static volatile sig_atomic_t stopping;

static void
on_term(int number)
{
	(void)number;
	stopping = 1;
}

/* --- The collection in a state ---------------------------------------- */

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* The words of a document; -1: there is none.  Some change with every state,
 * others seldom. */
static int
words_of(int state, int id, int words[LENGTH])
{
	uint64_t h = mix((uint64_t)(id * 1000 + state / (1 + id % 5)));
	int i, n = (int)(h % (LENGTH + 1));

	if (id > 10 && h / 16 % 9 == 0)
		return -1;
	for (i = 0; i < n; i++) {
		h = mix(h + 1);
		/* low numbers are frequent */
		words[i] = (int)((h % WORDS) * (h / WORDS % WORDS) / WORDS);
	}
	return n;
}

/* A question is the id of a document that is always there, or some words. */
static int
words_of_ask(int state, int ask, int words[LENGTH])
{
	return ask < 10 ? words_of(state, ask + 1, words) :
	    words_of(0, 5000 + ask, words);
}

struct bag {
	double counts[WORDS];
};

static struct bag
bag_of(const int *words, int n)
{
	struct bag bag = { { 0 } };
	int i;

	for (i = 0; i < n; i++)
		bag.counts[words[i]]++;
	return bag;
}

static double
dot(const struct bag *a, const struct bag *b, const double *idf)
{
	double sum = 0;
	int i;

	for (i = 0; i < WORDS; i++)
		sum += a->counts[i] * b->counts[i] * idf[i] * idf[i];
	return sum;
}

static void
compute(int state)
{
	struct bag bags[DOCS + 1], ask;
	double idf[WORDS], both;
	int words[LENGTH], df[WORDS] = { 0 }, id, i, n, docs = 0;

	for (id = 1; id <= DOCS; id++) {
		n = words_of(state, id, words);
		bags[id] = bag_of(words, n);
		docs += n >= 0;
		for (i = 0; i < WORDS; i++)
			df[i] += bags[id].counts[i] > 0;
	}
	/* a word that nobody has counts for nothing */
	for (i = 0; i < WORDS; i++)
		idf[i] = df[i] > 0 ? log((1.0 + docs) / (1.0 + df[i])) + 1 : 0;
	for (i = 0; i < ASKS; i++) {
		n = words_of_ask(state, i, words);
		ask = bag_of(words, n < 0 ? 0 : n);
		for (id = 1; id <= DOCS; id++) {
			both = dot(&ask, &bags[id], idf);
			exact[state][i][id] = id == i + 1 && i < 10 ? 0 :
			    both > 0 ? both / sqrt(dot(&ask, &ask, idf) *
			    dot(&bags[id], &bags[id], idf)) : 0;
		}
	}
}

/* --- Asking ----------------------------------------------------------- */

static enum err
ask_index(struct index *x, int state, int ask, struct index_hit *hits, int *n)
{
	static const char *const names[WORDS] = { "a0", "a1", "a2", "a3", "a4",
		"a5", "a6", "a7", "a8", "a9", "b0", "b1", "b2", "b3", "b4",
		"b5", "b6", "b7", "b8", "b9", "c0", "c1", "c2", "c3", "c4",
		"c5", "c6", "c7", "c8", "c9" };
	struct index_ask how = { .most = MOST };
	struct str text[LENGTH];
	int words[LENGTH], i, m;

	if (ask < 10)
		return index_similar(x, ask + 1, how, hits, n);
	m = words_of_ask(state, ask, words);
	for (i = 0; i < m; i++)
		text[i] = str_of(names[words[i]]);
	return index_query(x, text, m < 0 ? 0 : m, how, hits, n);
}

static bool
is_ordered(const struct index_hit *hits, int n)
{
	int i;

	for (i = 1; i < n; i++)
		if (hits[i - 1].score < hits[i].score ||
		    (hits[i - 1].score == hits[i].score &&
		    hits[i - 1].id >= hits[i].id))
			return false;
	return true;
}

/* Is it the answer of this state? */
static bool
is_answer(const double *of, const struct index_hit *hits, int n)
{
	bool found[DOCS + 1] = { false };
	int id, i, count = 0;

	for (id = 1; id <= DOCS; id++)
		count += of[id] > 0;
	if (n != (count < MOST ? count : MOST))
		return false;
	for (i = 0; i < n; i++) {
		if (hits[i].id < 1 || hits[i].id > DOCS ||
		    of[hits[i].id] <= 0 || found[hits[i].id] ||
		    fabs(of[hits[i].id] - hits[i].score) > NEAR)
			return false;
		found[hits[i].id] = true;
	}
	for (id = 1; id <= DOCS && n == MOST; id++)
		if (!found[id] && of[id] > hits[n - 1].score + NEAR)
			return false;
	return true;
}

/* A state that gives this answer, the last one looked at first; -1: none. */
static int
state_of(int last, int ask, const struct index_hit *hits, int n)
{
	int i, state;

	for (i = 0; i < STATES; i++) {
		state = (last + i) % STATES;
		if (is_answer(exact[state][ask], hits, n))
			return state;
	}
	return -1;
}

struct tally {
	uint64_t asked, busy, wrong, unordered, disturbed;
	int64_t longest;
	uint64_t seen; /* a bit for each state */
};

static void
ask_once(struct index *x, struct tally *t, int *state, int ask)
{
	struct index_hit hits[MOST];
	int64_t began = clock_mono(), took;
	enum err e;
	int n = 0;

	e = ask_index(x, *state, ask, hits, &n);
	took = clock_mono() - began;
	t->longest = took > t->longest ? took : t->longest;
	t->asked++;
	t->disturbed += x->tries > 1;
	if (e != OK) {
		t->busy += e == ERR_BUSY;
		t->wrong += e != ERR_BUSY;
		sched_yield();
		return;
	}
	t->unordered += !is_ordered(hits, n);
	n = state_of(*state, ask, hits, n);
	t->wrong += n < 0;
	*state = n < 0 ? *state : n;
	t->seen |= n < 0 ? 0 : UINT64_C(1) << n;
}

static int
read_it(const char *path, double seconds)
{
	int64_t end = clock_mono() + (int64_t)(seconds * (double)SECOND_US);
	struct tally t = { 0 };
	struct index x;
	int state = 0, i;

	index_open(&x, path);
	for (i = 0; !stopping && clock_mono() < end; i++)
		ask_once(&x, &t, &state, i % ASKS);
	printf("asked=%" PRIu64 " busy=%" PRIu64 " wrong=%" PRIu64
	    " unordered=%" PRIu64 " disturbed=%" PRIu64 " longest_ms=%" PRId64
	    " states=%d\n", t.asked, t.busy, t.wrong, t.unordered,
	    t.disturbed, t.longest / 1000, __builtin_popcountll(t.seen));
	index_close(&x);
	return t.wrong > 0 || t.unordered > 0;
}

/* --- Writing ---------------------------------------------------------- */

static bool
put_state(struct index_writer *w, int state)
{
	char names[LENGTH][4];
	struct str text[LENGTH];
	int words[LENGTH], id, i, n;

	for (id = 1; id <= DOCS; id++) {
		n = words_of(state, id, words);
		for (i = 0; i < n; i++) {
			snprintf(names[i], 4, "%c%d", 'a' + words[i] / 10,
			    words[i] % 10);
			text[i] = str_of(names[i]);
		}
		if (n < 0)
			index_write_remove(w, id);
		else if (!index_write_put(w, id, text, n))
			return false;
	}
	return true;
}

/* All questions must be answered by the same state. */
static bool
is_in_a_state(const char *path, int *state)
{
	struct index_hit hits[MOST];
	struct index x;
	int i, n = 0;
	bool same;

	index_open(&x, path);
	for (*state = 0; *state < STATES; ++*state) {
		same = true;
		for (i = 0; i < ASKS && same; i++)
			same = ask_index(&x, *state, i, hits, &n) == OK &&
			    is_answer(exact[*state][i], hits, n);
		if (same)
			break;
	}
	index_close(&x);
	return *state < STATES;
}

static struct index_writer *
open_or_make(const char *path, int *state)
{
	struct index_writer *w = index_write_open(path);

	if (w != NULL) {
		printf("opened=1 right=%d ", is_in_a_state(path, state));
		return w;
	}
	printf("opened=0 right=1 ");
	*state = 0;
	w = index_write_make(path, INDEX_TFIDF, 2000);
	if (w != NULL && (!put_state(w, 0) || !index_write_publish(w))) {
		index_write_close(w);
		return NULL;
	}
	return w;
}

static int
write_it(const char *path, double seconds)
{
	int64_t end = clock_mono() + (int64_t)(seconds * (double)SECOND_US);
	int state, flips = 0;
	struct index_writer *w = open_or_make(path, &state);

	if (w == NULL || state >= STATES)
		return 1;
	fflush(stdout);
	while (!stopping && clock_mono() < end) {
		state = (state + 1) % STATES;
		/* a file that is worn is made anew */
		if (!put_state(w, state)) {
			index_write_close(w);
			w = index_write_make(path, INDEX_TFIDF, 2000);
			if (w == NULL || !put_state(w, state) ||
			    !index_write_publish(w))
				return 1;
		}
		index_write_flip(w);
		flips++;
		if (flips % 7 == 0)
			usleep(1000);
	}
	printf("flips=%d\n", flips);
	index_write_close(w);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_term };
	int state;

	if (argc != 4)
		return 2;
	log_open("race", NULL);
	sigaction(SIGTERM, &sa, NULL);
	for (state = 0; state < STATES; state++)
		compute(state);
	return strcmp(argv[2], "write") == 0 ?
	    write_it(argv[1], strtod(argv[3], NULL)) :
	    read_it(argv[1], strtod(argv[3], NULL));
}
