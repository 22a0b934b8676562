/*
 * The words of a title.
 *
 * The title is taken in stretches without white space (text_form.h); each is
 * cut into runs of a script, and a run gives words by the rules of its script.
 * Nothing that a run needs grows faster than its length, which is bounded too.
 */
#include "text.h"
#include "log.h"
#include "text_en.h"
#include "text_form.h"
#include "text_ko.h"

#include <utf8proc.h>

#define WORD_CODES 64
#define NYEON 0xb144 /* the syllable: year */

/* Of all processes that are made of this one; set once, at the start. */
static struct text_table table;

/* Where words go. */
struct output {
	const struct text_more *more;
	struct text_word *words;
	size_t n, most;
};

/* A stretch, and where we are in it. */
struct stretch {
	struct text_form form;
	size_t at;
	enum text_state before; /* for struct text_run */
	bool verbal;
};

/* Words into the output. */

static size_t
encode(int32_t c, char *to)
{
	return (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)to);
}

/* Fills a word with n characters, as far as they fit. */
static void
fill(struct text_word *word, const int32_t *c, size_t n)
{
	char one[4];
	size_t i, m;

	word->n = 0;
	for (i = 0; i < n; i++) {
		m = encode(c[i], one);
		if (word->n + m > TEXT_WORD_MAX)
			return;
		memcpy(word->p + word->n, one, m);
		word->n = (uint8_t)(word->n + m);
	}
}

static void
add(struct output *o, const int32_t *c, size_t n)
{
	if (n > 0 && o->n < o->most)
		fill(&o->words[o->n++], c, n);
}

/* Words with spaces. */

struct word {
	int32_t c[WORD_CODES];
	size_t n;
	bool letters, digits, ascii;
};

static void
word_add(struct word *w, int32_t c, enum text_script script)
{
	if (w->n == WORD_CODES)
		return;
	w->c[w->n++] = c;
	w->letters |= script == TEXT_SCRIPT_LETTER;
	w->digits |= script == TEXT_SCRIPT_DIGIT;
	w->ascii &= c < 0x80;
}

static bool
is_apostrophe(int32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2bc;
}

static enum text_script
script_at(const struct stretch *s, size_t at)
{
	return at < s->form.n ? text_form_script(s->form.c[at]) :
	    TEXT_SCRIPT_NONE;
}

/* At an apostrophe within a word: what is left of the word?  Elisions of
 * French are cut (l'amour), so is the English genitive; other words go on
 * (don't, o'clock). */
static bool
goes_on(struct stretch *s, struct word *w)
{
	enum text_script next = script_at(s, s->at + 1);

	if (next != TEXT_SCRIPT_LETTER)
		return false;
	if (w->n == 1 && strchr("dljcmnts", (int)w->c[0]) != NULL &&
	    w->c[0] < 0x80) {
		w->n = 0;
		return true;
	}
	if (s->form.c[s->at + 1] != 's' ||
	    script_at(s, s->at + 2) == TEXT_SCRIPT_LETTER ||
	    script_at(s, s->at + 2) == TEXT_SCRIPT_DIGIT)
		return true;
	s->at += 2;
	return false;
}

/* Reads letters and digits from where we are. */
static void
read_word(struct stretch *s, struct word *w)
{
	enum text_script script;

	*w = (struct word){ .ascii = true };
	for (; s->at < s->form.n; s->at++) {
		script = text_form_script(s->form.c[s->at]);
		if (script == TEXT_SCRIPT_LETTER || script == TEXT_SCRIPT_DIGIT)
			word_add(w, s->form.c[s->at], script);
		else if (script == TEXT_SCRIPT_MARK && w->n > 0)
			word_add(w, s->form.c[s->at], script);
		else if (script == TEXT_SCRIPT_MARK)
			continue;
		else if (!is_apostrophe(s->form.c[s->at]) || !w->letters ||
		    !goes_on(s, w))
			return;
	}
}

static struct str
as_ascii(const struct word *w, char *to)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		to[i] = (char)w->c[i];
	return (struct str){ to, w->n };
}

/* 1st, 90s, 11inch, 500ml: numbers with a unit. */
static bool
is_measure(struct str word)
{
	static const char *const units[] = { "st", "nd", "rd", "th", "s", "x",
		"g", "kg", "mg", "l", "ml", "cl", "m", "cm", "mm", "km", "ft",
		"inch", "gb", "tb", "mb", "mp", "px", "hz", "w", "v", "kw",
		"kcal", "cal", "oz", "lb", "lbs", "am", "pm", "min", "h", "hr",
		"hrs", "d", "p", "pcs", "ea" };
	size_t i, at = 0;

	while (at < word.n && word.p[at] >= '0' && word.p[at] <= '9')
		at++;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_eq(str_sub(word, at, word.n), str_of(units[i])))
			return at > 0 && !str_eq(word, STR("3d"));
	return false;
}

/* The year is the only number that says something by itself. */
static bool
is_year(struct str word)
{
	return word.n == 4 && (str_starts(word, STR("19")) ||
	    str_starts(word, STR("20")));
}

static void
add_word(struct output *o, struct word *w)
{
	char ascii[WORD_CODES];
	struct str word;
	size_t i, n;

	if (!w->letters && (!w->digits || !w->ascii))
		return;
	if (!w->ascii) {
		if (w->n > 1)
			add(o, w->c, w->n);
		return;
	}
	word = as_ascii(w, ascii);
	if (!w->letters ? !is_year(word) : w->digits ? is_measure(word) :
	    word.n < 2 || text_en_is_stop(word))
		return;
	n = w->digits ? word.n : text_en_singular(ascii, word.n);
	for (i = 0; i < n; i++)
		w->c[i] = ascii[i];
	add(o, w->c, n);
}

static bool
is_hyphen(int32_t c)
{
	return c == '-' || c == 0x2010 || c == 0x2011;
}

/* k-pop and t-shirt are one word, spider-man is two: what is short before a
 * hyphen is no word by itself. */
static bool
joins(const struct stretch *s, const struct word *w)
{
	char ascii[WORD_CODES];

	return s->at + 1 < s->form.n && is_hyphen(s->form.c[s->at]) &&
	    script_at(s, s->at + 1) == TEXT_SCRIPT_LETTER && w->letters &&
	    !w->digits && w->n <= 2 &&
	    !(w->ascii && text_en_is_stop(as_ascii(w, ascii)) && w->n > 1);
}

static void
join(struct stretch *s, struct word *w)
{
	struct word next;
	size_t i;

	while (joins(s, w)) {
		s->at++;
		read_word(s, &next);
		for (i = 0; i < next.n; i++)
			word_add(w, next.c[i], text_form_script(next.c[i]));
	}
}

/* Korean. */

static bool
is_counted_year(const struct stretch *s, const struct word *w)
{
	return !w->letters && w->n == 4 && s->form.c[s->at] == NYEON;
}

/* The words of a run; before it, without a space, stood `w`.  One letter
 * there belongs to the first of them: k-pop as Koreans write it. */
static void
add_hangul(struct output *o, struct stretch *s, const struct word *w)
{
	struct text_span spans[TEXT_KO_SPANS_MAX];
	struct text_run run = { .more = o->more, .before = s->before,
		.joined = w->letters ? TEXT_LATIN : w->digits ? TEXT_DIGITS :
		TEXT_START };
	int32_t code[TEXT_KO_RUN_MAX + 1];
	size_t i, j, found, letter;

	while (run.n < TEXT_KO_RUN_MAX &&
	    script_at(s, s->at) == TEXT_SCRIPT_HANGUL)
		run.s[run.n++] = (uint16_t)s->form.c[s->at++];
	run.verbal = s->verbal && s->at == s->form.n;
	found = text_ko_words(&table, &run, spans, &s->before);
	for (i = 0; i < found; i++) {
		letter = w->n == 1 && w->letters && spans[i].from == 0;
		code[0] = w->c[0];
		for (j = 0; j < spans[i].n; j++)
			code[letter + j] = run.s[spans[i].from + j];
		add(o, code, letter + j);
	}
}

/* A word of letters and digits, and the Hangul behind it. */
static void
add_spaced(struct output *o, struct stretch *s)
{
	struct word w;

	read_word(s, &w);
	join(s, &w);
	if (script_at(s, s->at) != TEXT_SCRIPT_HANGUL) {
		add_word(o, &w);
		s->before = w.letters ? TEXT_START : TEXT_DIGITS;
		return;
	}
	if (w.letters || is_counted_year(s, &w))
		add_word(o, &w);
	add_hangul(o, s, &w);
}

/* A run of a script that has no spaces; a single kana is grammar. */
static void
add_run(struct output *o, struct stretch *s, enum text_script script)
{
	size_t from = s->at;

	while (script_at(s, s->at) == script)
		s->at++;
	if (script == TEXT_SCRIPT_HAN || s->at - from > 1)
		add(o, s->form.c + from, s->at - from);
}

/* What is no word separates words, also in meaning. */
static void
pass(struct stretch *s)
{
	s->at++;
	s->before = TEXT_START;
}

static void
add_stretch(struct output *o, struct stretch *s)
{
	static const struct word none = { .n = 0 };
	enum text_script script;

	for (s->at = 0; s->at < s->form.n && o->n < o->most;) {
		script = text_form_script(s->form.c[s->at]);
		if (script == TEXT_SCRIPT_LETTER || script == TEXT_SCRIPT_DIGIT)
			add_spaced(o, s);
		else if (script == TEXT_SCRIPT_HANGUL)
			add_hangul(o, s, &none);
		else if (script >= TEXT_SCRIPT_HAN)
			add_run(o, s, script);
		else
			pass(s);
	}
}

/* Does the title go on with what takes a verb: want, like, easy, hard, for?  A
 * guess by the first syllables that spares nouns in -gi and -go. */
static bool
is_verbal(struct str rest)
{
	static const struct str next[] = { STR("싶"), STR("좋"),
		STR("쉬"), STR("쉽"), STR("편"), STR("힘"),
		STR("어려"), STR("어렵"), STR("위해"),
		STR("위한"), STR("딱"), STR("전에") };
	size_t i;

	while (rest.n > 0 && rest.p[0] == ' ')
		rest = str_sub(rest, 1, rest.n);
	for (i = 0; i < sizeof(next) / sizeof(*next); i++)
		if (str_starts(rest, next[i]))
			return true;
	return false;
}

size_t
text_words(struct str title, const struct text_more *more,
    struct text_word *out, size_t most)
{
	struct output o = { .more = more, .words = out, .most = most };
	struct stretch s;
	size_t at = 0;

	s.before = TEXT_START;
	while (at < title.n && o.n < most) {
		text_form_next(title, &at, &s.form);
		s.verbal = is_verbal(str_sub(title, at, title.n));
		add_stretch(&o, &s);
	}
	return o.n;
}

bool
text_normal(struct str name, struct text_word *out)
{
	struct text_form form;
	size_t i, n = 0;

	if (!text_form_whole(name, &form))
		return false;
	fill(out, form.c, form.n);
	for (i = 0; i < form.n; i++)
		n += encode(form.c[i], (char[4]){ 0 });
	return n > 0 && out->n == n;
}

/* The dictionary. */

/* Beside the program, or where that is the program of a test, above it. */
bool
text_open(void)
{
	char path[4096], *slash;
	const char *why;
	ssize_t n;
	int i;

	if (table.head != NULL)
		return true;
	n = readlink("/proc/self/exe", path, sizeof(path) - 16);
	if (n <= 0) {
		log_error("text step=program");
		return false;
	}
	path[n] = '\0';
	for (i = 0; i < 3 && (slash = strrchr(path, '/')) != NULL; i++) {
		memcpy(slash, "/words.table", 13);
		if (i == 2 || access(path, F_OK) == 0)
			break;
		*slash = '\0';
	}
	why = text_table_open(&table, path);
	if (why != NULL)
		log_error("text dictionary=%s error=\"%s\"", path, why);
	return why == NULL;
}

void
text_close(void)
{
	text_table_close(&table);
}

uint64_t
text_version(void)
{
	return table.head->sum ^ ((uint64_t)TEXT_VERSION << 32);
}
