/* English words: stop words and plurals.  Lists are in order, for bsearch. */
#include "text_en.h"

static const char *const stop_words[] = {
	"a", "about", "above", "after", "again", "against", "all", "also",
	"am", "an", "and", "any", "are", "arent", "as", "at", "be", "because",
	"been", "before", "being", "below", "between", "both", "but", "by",
	"can", "cannot", "cant", "could", "couldnt", "de", "did", "didnt",
	"do", "does", "doesnt", "doing", "dont", "down", "during", "each",
	"etc", "few", "for", "from", "further", "had", "hadnt", "has", "hasnt",
	"have", "havent", "having", "he", "her", "here", "hers", "herself",
	"hes", "him", "himself", "his", "how", "i", "id", "if", "ill", "im",
	"in", "into", "is", "isnt", "it", "its", "itself", "ive", "just",
	"lets", "me", "more", "most", "mustnt", "my", "myself", "no", "nor",
	"not", "of", "off", "on", "once", "only", "or", "other", "ought",
	"our", "ours", "ourselves", "out", "over", "own", "per", "same",
	"shant", "she", "shes", "should", "shouldnt", "so", "some", "such",
	"than", "that", "thats", "the", "their", "theirs", "them",
	"themselves", "then", "there", "theres", "these", "they", "theyre",
	"theyve", "this", "those", "through", "to", "too", "under", "until",
	"up", "upon", "very", "via", "vs", "was", "wasnt", "we", "were",
	"werent", "weve", "what", "whats", "when", "where", "wheres", "which",
	"while", "who", "whom", "whos", "why", "will", "with", "wont", "would",
	"wouldnt", "you", "youd", "youll", "your", "youre", "yours",
	"yourself", "yourselves", "youve",
};

/* They end in s, and are no plurals or have no singular. */
static const char *const not_plurals[] = {
	"alps", "always", "amos", "arkansas", "athletics", "atlas", "bahamas",
	"biceps", "canvas", "chaos", "charles", "christmas", "clothes",
	"corps", "dallas", "economics", "electronics", "gymnastics",
	"headquarters", "hermes", "james", "jeans", "kansas", "kudos", "las",
	"lens", "mars", "mathematics", "mercedes", "molasses", "netherlands",
	"news", "pants", "perhaps", "philippines", "physics", "politics",
	"pyjamas", "scissors", "series", "shorts", "species", "sunglasses",
	"swiss", "texas", "thomas", "tights", "towards", "vegas", "whereas",
	"yes",
};

/* Words in -ie, the other ones in -ies come from -y. */
static const char *const in_ie[] = {
	"auntie", "birdie", "boogie", "brownie", "calorie", "collie", "cookie",
	"cutie", "die", "dixie", "eerie", "foodie", "genie", "goalie",
	"hankie", "hippie", "hoodie", "indie", "junkie", "lie", "movie",
	"newbie", "pie", "pixie", "prairie", "rookie", "selfie", "smoothie",
	"sortie", "tie", "veggie", "zombie",
};

static const struct irregular {
	const char *plural, *singular;
} irregulars[] = {
	{ "avalanches", "avalanche" }, { "axes", "axe" },
	{ "bikinis", "bikini" }, { "bonsais", "bonsai" },
	{ "broccolis", "broccoli" }, { "buses", "bus" }, { "caches", "cache" },
	{ "canoes", "canoe" }, { "children", "child" },
	{ "cliches", "cliche" }, { "elves", "elf" }, { "emojis", "emoji" },
	{ "feet", "foot" }, { "gases", "gas" }, { "geese", "goose" },
	{ "graffitis", "graffiti" }, { "gurus", "guru" },
	{ "haikus", "haiku" }, { "halves", "half" },
	{ "headaches", "headache" }, { "kiwis", "kiwi" },
	{ "knives", "knife" }, { "leaves", "leaf" }, { "lenses", "lens" },
	{ "lives", "life" }, { "loaves", "loaf" }, { "martinis", "martini" },
	{ "men", "man" }, { "menus", "menu" }, { "mice", "mouse" },
	{ "moustaches", "moustache" }, { "mustaches", "mustache" },
	{ "niches", "niche" }, { "oases", "oasis" },
	{ "paparazzis", "paparazzi" }, { "psyches", "psyche" },
	{ "quiches", "quiche" }, { "safaris", "safari" },
	{ "samurais", "samurai" }, { "scarves", "scarf" },
	{ "selfies", "selfie" }, { "shelves", "shelf" }, { "shoes", "shoe" },
	{ "skis", "ski" }, { "taxis", "taxi" }, { "teeth", "tooth" },
	{ "thieves", "thief" }, { "toes", "toe" }, { "tofus", "tofu" },
	{ "wives", "wife" }, { "wolves", "wolf" }, { "women", "woman" },
	{ "zucchinis", "zucchini" },
};

static int
compare(const void *key, const void *member)
{
	const struct str *word = key;
	const char *other = *(const char *const *)member;
	size_t n = strlen(other);
	int order = memcmp(word->p, other, word->n < n ? word->n : n);

	return order != 0 ? order : (word->n > n) - (word->n < n);
}

/* Of a list of texts, or of structs that begin with one. */
#define FIND(word, list) bsearch(&(word), list, \
	sizeof(list) / sizeof(*(list)), sizeof(*(list)), compare)

bool
text_en_is_stop(struct str word)
{
	return FIND(word, stop_words) != NULL;
}

static bool
ends_in_one_of(struct str word, const struct str *ends, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_ends(word, ends[i]))
			return true;
	return false;
}

#define ENDS_IN(word, ...) ends_in_one_of(word, (const struct str[]){ \
	__VA_ARGS__ }, sizeof((const struct str[]){ __VA_ARGS__ }) / \
	sizeof(struct str))

static size_t
without_ies(char *word, size_t n)
{
	struct str singular = { word, n - 1 };

	if (n <= 4 || FIND(singular, in_ie) != NULL)
		return n - 1;
	word[n - 3] = 'y';
	return n - 2;
}

size_t
text_en_singular(char *word, size_t n)
{
	struct str w = { word, n };
	const struct irregular *odd = FIND(w, irregulars);

	if (odd != NULL) {
		n = strlen(odd->singular);
		memcpy(word, odd->singular, n);
		return n;
	}
	if (n < 4 || word[n - 1] != 's' || FIND(w, not_plurals) != NULL ||
	    ENDS_IN(w, STR("ss"), STR("us"), STR("is")))
		return n;
	if (str_ends(w, STR("ies")))
		return without_ies(word, n);
	if (ENDS_IN(w, STR("sses"), STR("shes"), STR("ches"), STR("xes"),
	    STR("oes"), STR("zzes")))
		return n - 2;
	return n - 1;
}
