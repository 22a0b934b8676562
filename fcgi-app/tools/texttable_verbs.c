/* The forms of verbs and adjectives.  See texttable.h. */
#include "texttable.h"

#define EU 0xc73c /* the syllable eu */

/* Conjugation.  FINAL_... are the numbers of final consonants. */

enum { FINAL_N = 4, FINAL_D = 7, FINAL_L = TEXT_FINAL_L, FINAL_M = 16,
	FINAL_B = 17, FINAL_S = 19, FINAL_SS = 20, FINAL_H = 27 };
enum { U = 0xc6b0, EUM = 0xc74c, EUN = 0xc740, EUL = 0xc744 };

/* The stem before endings that begin with eu after a consonant, with it. */
static struct piece
linked_stem(struct piece stem, int flag)
{
	unsigned final = piece_final(&stem);

	if (final == FINAL_B && is_between(flag, 56, 59))
		return piece_with(piece_with_final(stem, 0), U);
	if (final == FINAL_D && flag == 55)
		return piece_with(piece_with_final(stem, FINAL_L), EU);
	if (final == FINAL_S && is_between(flag, 60, 61))
		return piece_with(piece_with_final(stem, 0), EU);
	if (final == FINAL_H && is_between(flag, 62, 63))
		return piece_with_final(stem, 0);
	return final == 0 || final == FINAL_L ? stem : piece_with(stem, EU);
}

/* The modifier and the future, which ko.dic lacks for some verbs, and the
 * infinitive of those of which it lists none: in -gada and -oda. */
static void
conjugate_listed(const char *group, const struct piece *stem,
    const struct piece *open, int flag)
{
	static const uint16_t wa = 0xc640; /* o and a in one */
	struct piece form = piece_with_final(*open, FINAL_N);

	entry_add_form(&form, group, "modifier");
	form = piece_with_final(*open, FINAL_L);
	entry_add_form(&form, group, "future");
	if (flag == 42)
		form = *stem;
	else if (flag == 43)
		form = piece_with(piece_cut(*stem, 1), wa);
	else
		return;
	entry_add_form(&form, group, "infinitive");
	form = piece_with_final(form, FINAL_SS);
	entry_add_form(&form, group, "past");
}

/* The forms of a stem. */
void
verb_add(const char *group, struct piece stem, int flag)
{
	struct piece linked = linked_stem(stem, flag), open = linked;
	const struct piece whole = stem;

	entry_add_form(&stem, group, "plain");
	entry_add_form(&linked, group, "linked");
	if (piece_final(&linked) == FINAL_L) {
		/* rieul falls before n, s and b */
		open = piece_with_final(linked, 0);
		entry_add_form(&open, group, "plain");
		entry_add_form(&open, group, "linked");
		stem = piece_with_final(stem, 10); /* rieul with mieum */
		entry_add_form(&stem, group, "nominal");
	} else {
		stem = piece_with_final(linked, FINAL_M);
		entry_add_form(&stem, group, "nominal");
	}
	conjugate_listed(group, &whole, &open, flag);
	open = piece_with_final(open, FINAL_B);
	entry_add_form(&open, group, "polite");
}

/* A form that ko.dic has; the past is the infinitive with a double s. */
void
verb_add_form(const char *group, const struct piece *p, int flag)
{
	static const char *const form[] = { "infinitive", "modifier",
		"future" };
	struct piece past;

	entry_add_form(p, group, form[flag - 2]);
	if (flag != 2 || piece_final(p) != 0)
		return;
	past = piece_with_final(*p, FINAL_SS);
	entry_add_form(&past, group, "past");
}

/* Verbs that make verbs of other words, of text_ko.txt: hada ... */

static struct maker makers[400];
static unsigned makers_n;

const struct maker *
verb_made_by(const struct piece *p, int form)
{
	const struct maker *m, *best = NULL;

	for (m = makers; m < makers + makers_n; m++)
		if (m->form == form && piece_ends_in(p, &m->end) &&
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
void
verb_add_written(const char *group, char *line)
{
	struct piece p[4];
	char *save = NULL, *word;
	int i, flag;

	for (i = 0; i < 4; i++) {
		word = strtok_r(i == 0 ? line : NULL, " \n", &save);
		if (word == NULL || !piece_read(word, strlen(word), &p[i]))
			refuse("a verb has stem, infinitive, modifier, future",
			    line);
	}
	word = strtok_r(NULL, " \n", &save);
	flag = word == NULL ? 0 : (int)strtol(word, NULL, 10);
	verb_add(group, p[0], flag);
	for (i = 1; i < 4; i++)
		verb_add_form(group, &p[i], i + 1);
	if (strcmp(group, "light") == 0 &&
	    strtok_r(NULL, " \n", &save) == NULL)
		for (i = 0; i < 4; i++)
			add_maker(&p[i], i == 0 ? 0 : i + 1);
}
