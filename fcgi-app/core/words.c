/* Sentences by language: a table sorted at its first use. */
#include "words.h"

#include "conf.h"

#include <stdlib.h>

struct pair {
	const char *en, *ko;
};

static struct pair pairs[] = {
#define WORDS(en, ko) { en, ko },
#include "words.def"
#undef WORDS
};
#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static bool sorted;

static int
compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return strcmp(x->en, y->en);
}

const char *
words_in(enum lang lang, const char *english)
{
	struct pair key = { english, NULL }, *hit;

	if (lang != LANG_KO)
		return english;
	if (!sorted) {
		qsort(pairs, N_PAIRS, sizeof(pairs[0]), compare);
		sorted = true;
	}
	hit = bsearch(&key, pairs, N_PAIRS, sizeof(pairs[0]), compare);
	return hit != NULL ? hit->ko : english;
}

void
words_each(void (*fn)(const char *en, const char *ko, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < N_PAIRS; i++)
		fn(pairs[i].en, pairs[i].ko, arg);
}

/* The weight after ";q=", in thousandths; 1000 when there is none. */
static int
weight(struct str params)
{
	size_t q = str_find(params, '=', 0);
	int w = 0, unit = 1000;
	size_t i;

	if (q == params.n)
		return 1000;
	for (i = q + 1; i < params.n && unit > 0; i++) {
		if (params.p[i] == '.')
			continue;
		if (params.p[i] < '0' || params.p[i] > '9')
			break;
		w += (params.p[i] - '0') * unit;
		unit /= 10;
	}
	return w > 1000 ? 1000 : w;
}

enum lang
words_lang(struct str header)
{
	int best = 0, w;
	enum lang lang = str_eq(str_of(conf.language), STR("ko")) ? LANG_KO :
	    LANG_EN;
	struct str one, tag;
	size_t at = 0, comma, semi;

	while (at < header.n) {
		comma = str_find(header, ',', at);
		one = str_trim(str_sub(header, at, comma));
		semi = str_find(one, ';', 0);
		tag = str_trim(str_sub(one, 0, semi));
		tag = str_sub(tag, 0, str_find(tag, '-', 0));
		w = weight(str_sub(one, semi, one.n));
		if (w > best && str_eq_nocase(tag, STR("ko"))) {
			best = w;
			lang = LANG_KO;
		} else if (w > best && str_eq_nocase(tag, STR("en"))) {
			best = w;
			lang = LANG_EN;
		}
		at = comma + 1;
	}
	return lang;
}
