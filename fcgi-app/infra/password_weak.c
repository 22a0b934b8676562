/*
 * Which passwords are refused.  Texts are compared by their keys
 * (keyboard.h), in lower case.
 */
#include "password.h"

#include "keyboard.h"
#include "utf8.h"

#include <ctype.h>
#include <math.h>
#include <zxcvbn.h>

#define GUESSES_BITS 34.0
#define LIKENESS 0.7 /* as Django's UserAttributeSimilarityValidator */
#define KEYS (PASSWORD_MOST * KEYBOARD_MOST + 1)
#define JUDGED 64 /* keys */
#define WORDS 64

struct keys {
	char p[KEYS];
	size_t n;
};

/* Words that people use in Korea and that no English dictionary has, and the
 * names of this site. */
static const char *const common[] = { "비밀번호", "암호", "안녕", "안녕하세요",
	"사랑", "사랑해", "사랑해요", "사랑합니다", "대한민국", "한국", "서울",
	"부산", "우리", "천사", "행복", "행운", "친구", "바보", "엄마", "아빠",
	"가족", "학교", "컴퓨터", "감사", "감사합니다", "보고싶어", "화이팅",
	"가나다라", "가나다라마바사", "하늘", "바다", "별빛", "최고", "관리자",
	"회원", "pinwall" };
#define N_COMMON (sizeof(common) / sizeof(common[0]))

static void
press(struct str text, struct keys *k)
{
	size_t i;

	k->n = keyboard_keys(text, k->p, sizeof(k->p));
	for (i = 0; i < k->n; i++)
		k->p[i] = (char)tolower((unsigned char)k->p[i]);
}

static bool
is_digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Length of the longest common subsequence of a and b; step -1 reads b
 * backwards. */
static size_t
common_length(const struct keys *a, const struct keys *b, bool backwards)
{
	uint16_t row[KEYS] = { 0 };
	uint16_t corner, above;
	size_t i, j;
	char c;

	for (i = 0; i < a->n; i++) {
		corner = 0;
		for (j = 1; j <= b->n; j++) {
			c = b->p[backwards ? b->n - j : j - 1];
			above = row[j];
			if (a->p[i] == c)
				row[j] = (uint16_t)(corner + 1);
			else if (row[j - 1] > row[j])
				row[j] = row[j - 1];
			corner = above;
		}
	}
	return row[b->n];
}

static bool
is_alike(const struct keys *password, const struct keys *other)
{
	double both = (double)(password->n + other->n);

	/* Too short or too long to reach the likeness. */
	if (2.0 * (double)other->n < LIKENESS * both ||
	    2.0 * (double)password->n < LIKENESS * both)
		return false;
	return 2.0 * (double)common_length(password, other, false) >=
	    LIKENESS * both ||
	    2.0 * (double)common_length(password, other, true) >=
	    LIKENESS * both;
}

/* The next run of letters and digits at or after *at; empty at the end. */
static struct str
next_part(struct str text, size_t *at)
{
	size_t from;

	while (*at < text.n && (unsigned char)text.p[*at] < 0x80 &&
	    !isalnum((unsigned char)text.p[*at]))
		++*at;
	from = *at;
	while (*at < text.n && ((unsigned char)text.p[*at] >= 0x80 ||
	    isalnum((unsigned char)text.p[*at])))
		++*at;
	return str_sub(text, from, *at);
}

static bool
is_like_part(const struct keys *password, struct str text)
{
	struct keys k;
	struct str part;
	size_t at = 0;

	press(text, &k);
	if (is_alike(password, &k))
		return true;
	while ((part = next_part(text, &at)).n > 0) {
		press(part, &k);
		if (is_alike(password, &k))
			return true;
	}
	return false;
}

struct words {
	struct keys text[WORDS];
	const char *list[WORDS + 1];
	size_t n;
};

static void
words_add(struct words *w, struct str text)
{
	/* Words of one or two letters are in everything. */
	if (w->n == WORDS || text.n < 3)
		return;
	press(text, &w->text[w->n]);
	w->list[w->n] = w->text[w->n].p;
	w->n++;
	w->list[w->n] = NULL;
}

static void
words_about(struct words *w, struct str text)
{
	struct str part;
	size_t at = 0;

	while ((part = next_part(text, &at)).n > 0)
		words_add(w, part);
}

/* Every second key first: "1q2w3e4r" becomes "1234qwer". */
static void
comb(const struct keys *k, struct keys *out)
{
	size_t i, to = 0;

	for (i = 0; i < k->n; i += 2)
		out->p[to++] = k->p[i];
	for (i = 1; i < k->n; i += 2)
		out->p[to++] = k->p[i];
	out->p[to] = '\0';
	out->n = to;
}

/* Cuts a text that is one piece again and again to that piece; returns how
 * often it stood there. */
static size_t
unrepeat(struct keys *k)
{
	size_t n = k->n, d;

	for (d = 1; d <= n / 2; d++)
		if (n % d == 0 && memcmp(k->p, k->p + d, n - d) == 0)
			break;
	if (d > n / 2)
		return 1;
	k->p[d] = '\0';
	k->n = d;
	return n / d;
}

static double
guess_bits(struct keys *k, struct words *w)
{
	double times = (double)unrepeat(k);

	return ZxcvbnMatch(k->p, w->list, NULL) + log2(times);
}

static bool
is_easy(struct str password, struct words *w)
{
	struct keys k, combed;

	/* In the case it was typed in: capitals count a little.  What is
	 * easy for so long is not made hard by its end, and zxcvbn takes
	 * time that grows with the third power of the length. */
	k.n = keyboard_keys(password, k.p, JUDGED + 1);
	comb(&k, &combed);
	return fmin(guess_bits(&k, w), guess_bits(&combed, w)) < GUESSES_BITS;
}

const char *
password_weak(struct str password, const struct str *about, int n)
{
	static struct words words; /* 40 KB: not on the stack */
	struct keys keys;
	size_t j;
	int i;

	if (utf8_length(password) < PASSWORD_LEAST)
		return "this password is too short: at least 8 characters";
	if (utf8_length(password) > PASSWORD_MOST)
		return "this password is too long: at most 128 characters";
	if (is_digits(password))
		return "this password consists of digits only";
	press(password, &keys);
	words.n = 0;
	for (j = 0; j < N_COMMON; j++)
		words_add(&words, str_of(common[j]));
	for (i = 0; i < n; i++) {
		if (is_like_part(&keys, about[i]))
			return "this password is too much like your name or "
			    "e-mail address";
		words_about(&words, about[i]);
	}
	if (is_easy(password, &words))
		return "this password is too easy to guess";
	return NULL;
}
