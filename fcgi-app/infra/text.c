/*
 * The words of a title.
 *
 * The title is cut into stretches without white space of at most STRETCH
 * characters.  Each is brought into one form (NFC, folded case, full width as
 * half width, invisible characters gone) in memory on the stack, and cut into
 * runs of a script; a run gives words by the rules of its script.  Nothing
 * that a run needs grows faster than its length, which is bounded too.
 */
#include "text.h"
#include "log.h"
#include "text_en.h"
#include "text_ko.h"
#include "utf8.h"

#include <utf8proc.h>

#define STRETCH 96
/* No character of Unicode has more than 18 in its decomposition. */
#define STRETCH_FORM (STRETCH * 18)
/* Marks upon one letter; no script needs as many. */
#define MARKS_MAX 4
#define WORD_CODES 64

/* Of all processes that are made of this one; set once, at the start. */
static struct text_table table;

enum script {
	SCRIPT_NONE, SCRIPT_LETTER, SCRIPT_DIGIT, SCRIPT_MARK, SCRIPT_HANGUL,
	SCRIPT_HAN, SCRIPT_HIRAGANA, SCRIPT_KATAKANA,
};

/* Where words go. */
struct output {
	const struct text_more *more;
	struct text_word *words;
	size_t n, most;
};

/* A stretch in its one form, and where we are in it. */
struct stretch {
	int32_t c[STRETCH_FORM];
	size_t n, at;
	enum text_state before; /* for struct text_run */
	bool verbal;
};

static enum script
script_of_letter(int32_t c)
{
	if (c >= 0x3040 && c <= 0x309f)
		return SCRIPT_HIRAGANA;
	if ((c >= 0x30a1 && c <= 0x30ff && c != 0x30fb) ||
	    (c >= 0x31f0 && c <= 0x31ff))
		return SCRIPT_KATAKANA;
	if ((c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3400 && c <= 0x9fff) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
	    c == 0x3005 || c == 0x3007)
		return SCRIPT_HAN;
	/* letters of Hangul that make no syllable are laughter */
	if ((c >= 0x1100 && c <= 0x11ff) || (c >= 0x3130 && c <= 0x318f) ||
	    (c >= 0xa960 && c <= 0xa97f) || (c >= 0xd7b0 && c <= 0xd7ff) ||
	    (c >= 0xffa0 && c <= 0xffdc))
		return SCRIPT_NONE;
	return SCRIPT_LETTER;
}

static enum script
script_of(int32_t c)
{
	if (c < 0x80) {
		if (c >= '0' && c <= '9')
			return SCRIPT_DIGIT;
		return (c | 32) >= 'a' && (c | 32) <= 'z' ? SCRIPT_LETTER :
		    SCRIPT_NONE;
	}
	if (c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST)
		return SCRIPT_HANGUL;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return script_of_letter(c);
	case UTF8PROC_CATEGORY_ND:
		return SCRIPT_DIGIT;
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC:
		return SCRIPT_MARK;
	default:
		return SCRIPT_NONE;
	}
}

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
word_add(struct word *w, int32_t c, enum script script)
{
	if (w->n == WORD_CODES)
		return;
	w->c[w->n++] = c;
	w->letters |= script == SCRIPT_LETTER;
	w->digits |= script == SCRIPT_DIGIT;
	w->ascii &= c < 0x80;
}

static bool
is_apostrophe(int32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2bc;
}

static enum script
script_at(const struct stretch *s, size_t at)
{
	return at < s->n ? script_of(s->c[at]) : SCRIPT_NONE;
}

/* At an apostrophe within a word: what is left of the word?  Elisions of
 * French are cut (l'amour), so is the English genitive; other words go on
 * (don't, o'clock). */
static bool
goes_on(struct stretch *s, struct word *w)
{
	enum script next = script_at(s, s->at + 1);

	if (next != SCRIPT_LETTER)
		return false;
	if (w->n == 1 && strchr("dljcmnts", (int)w->c[0]) != NULL &&
	    w->c[0] < 0x80) {
		w->n = 0;
		return true;
	}
	if (s->c[s->at + 1] != 's' ||
	    script_at(s, s->at + 2) == SCRIPT_LETTER ||
	    script_at(s, s->at + 2) == SCRIPT_DIGIT)
		return true;
	s->at += 2;
	return false;
}

/* Reads letters and digits from where we are. */
static void
read_word(struct stretch *s, struct word *w)
{
	enum script script;

	*w = (struct word){ .ascii = true };
	for (; s->at < s->n; s->at++) {
		script = script_of(s->c[s->at]);
		if (script == SCRIPT_LETTER || script == SCRIPT_DIGIT)
			word_add(w, s->c[s->at], script);
		else if (script == SCRIPT_MARK && w->n > 0)
			word_add(w, s->c[s->at], script);
		else if (script == SCRIPT_MARK)
			continue;
		else if (!is_apostrophe(s->c[s->at]) || !w->letters ||
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

	return s->at + 1 < s->n && is_hyphen(s->c[s->at]) &&
	    script_at(s, s->at + 1) == SCRIPT_LETTER && w->letters &&
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
			word_add(w, next.c[i], script_of(next.c[i]));
	}
}

/* Korean. */

static bool
is_counted_year(const struct stretch *s, const struct word *w)
{
	return !w->letters && w->n == 4 && s->c[s->at] == 0xb144; /* nyeon */
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
	    script_at(s, s->at) == SCRIPT_HANGUL)
		run.s[run.n++] = (uint16_t)s->c[s->at++];
	run.verbal = s->verbal && s->at == s->n;
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
	if (script_at(s, s->at) != SCRIPT_HANGUL) {
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
add_run(struct output *o, struct stretch *s, enum script script)
{
	size_t from = s->at;

	while (script_at(s, s->at) == script)
		s->at++;
	if (script == SCRIPT_HAN || s->at - from > 1)
		add(o, s->c + from, s->at - from);
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
	enum script script;

	for (s->at = 0; s->at < s->n && o->n < o->most;) {
		script = script_of(s->c[s->at]);
		if (script == SCRIPT_LETTER || script == SCRIPT_DIGIT)
			add_spaced(o, s);
		else if (script == SCRIPT_HANGUL)
			add_hangul(o, s, &none);
		else if (script >= SCRIPT_HAN)
			add_run(o, s, script);
		else
			pass(s);
	}
}

/* Stretches, and their one form. */

/* Letters that look like others and mean the same: full and half width,
 * ligatures, and what passes for a font. */
static bool
is_look(int32_t c)
{
	return (c >= 0xff01 && c <= 0xff9f) || (c >= 0xfb00 && c <= 0xfb06) ||
	    (c >= 0x1d400 && c <= 0x1d7ff);
}

/* I with a dot is two characters when Unicode folds it. */
static utf8proc_int32_t
fold_dot(utf8proc_int32_t c, void *arg)
{
	(void)arg;
	return c == 0x130 ? 'i' : c;
}

/* False when it is too long to have a form. */
static bool
bring_to_form(struct str text, bool looks, struct stretch *s)
{
	utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
	    (looks ? UTF8PROC_COMPAT : 0);
	utf8proc_ssize_t n = utf8proc_decompose_custom(
	    (const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, s->c,
	    STRETCH_FORM, options, fold_dot, NULL);

	if (n < 0 || n > STRETCH_FORM)
		return false;
	n = utf8proc_normalize_utf32(s->c, n, options);
	s->n = n < 0 ? 0 : (size_t)n;
	return n >= 0;
}

/* What a stretch is made of, as far as it has been read. */
struct shape {
	size_t codes, marks;
	bool plain, looks;
};

/* Does c belong to the stretch?  Laughter is kept out, for in some forms it
 * would become syllables. */
static bool
shape_take(struct shape *shape, int32_t c)
{
	bool mark;

	if (c <= ' ' || shape->codes == STRETCH)
		return false;
	shape->codes++;
	if (c < 0x80 || (c >= TEXT_SYLLABLE_FIRST && c <= TEXT_SYLLABLE_LAST)) {
		shape->marks = 0;
		return true;
	}
	if (c == 0xa0 || (c >= 0x3130 && c <= 0x318f) ||
	    (c >= 0xffa0 && c <= 0xffdc) ||
	    utf8proc_category(c) == UTF8PROC_CATEGORY_ZS)
		return false;
	shape->plain = false;
	shape->looks |= is_look(c);
	mark = script_of(c) == SCRIPT_MARK;
	shape->marks = mark ? shape->marks + 1 : 0;
	return shape->marks <= MARKS_MAX;
}

/* The stretch that begins at *at; *at moves behind it, and behind what ends
 * it unless that may begin another. */
static struct str
next_stretch(struct str title, size_t *at, struct shape *shape)
{
	size_t from = *at, end = from;
	int32_t c;

	*shape = (struct shape){ .plain = true };
	while (*at < title.n) {
		c = utf8_next(title, at);
		if (c < 0)
			(*at)++;
		if (c < 0 || !shape_take(shape, c))
			break;
		end = *at;
	}
	if (shape->codes == STRETCH && end > from)
		*at = end;
	return str_sub(title, from, end);
}

/* A plain stretch is in form but for its capitals. */
static void
copy_plain(struct str text, struct stretch *s)
{
	size_t i = 0;

	s->n = 0;
	while (i < text.n) {
		int32_t c = utf8_next(text, &i);

		s->c[s->n++] = c >= 'A' && c <= 'Z' ? c + 32 : c;
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
	struct shape shape;
	struct str text;
	size_t at = 0;

	s.before = TEXT_START;
	while (at < title.n && o.n < most) {
		text = next_stretch(title, &at, &shape);
		if (text.n == 0)
			continue;
		if (shape.plain)
			copy_plain(text, &s);
		else if (!bring_to_form(text, shape.looks, &s))
			continue;
		s.verbal = is_verbal(str_sub(title, at, title.n));
		add_stretch(&o, &s);
	}
	return o.n;
}

bool
text_normal(struct str name, struct text_word *out)
{
	struct stretch s;
	size_t i, n = 0;
	bool looks = false;

	for (i = 0; i < name.n; n++) {
		int32_t c = utf8_next(name, &i);

		if (c < 0 || n == STRETCH)
			return false;
		looks |= is_look(c);
	}
	if (!bring_to_form(name, looks, &s))
		return false;
	fill(out, s.c, s.n);
	for (i = 0, n = 0; i < s.n; i++)
		n += encode(s.c[i], (char[4]){ 0 });
	return n > 0 && out->n == n;
}

/* The dictionary. */

bool
text_open_at(const char *path)
{
	const char *why;

	if (table.head != NULL)
		return true;
	why = text_table_open(&table, path);
	if (why != NULL)
		log_error("text dictionary=%s error=\"%s\"", path, why);
	return why == NULL;
}

/* Beside the program, or where that is the program of a test, above it. */
bool
text_open(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 16);
	char *slash;
	int i;

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
	return text_open_at(path);
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
