/* Names of character sets, as pages write them, and their conversion. */
#include "webpage_charset.h"

#include "utf8.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <strings.h>

#define LOOK 4096 /* bytes in which the name must stand */
#define NAME_LONGEST 24

enum { KOREAN, JAPANESE, JAPANESE_EUC, CHINESE, TAIWANESE, WESTERN, SETS };

static const char *const sets[SETS] = {
	[KOREAN] = "UHC", [JAPANESE] = "CP932", [JAPANESE_EUC] = "EUC-JP",
	[CHINESE] = "GB18030", [TAIWANESE] = "BIG5", [WESTERN] = "CP1252",
};

static const struct {
	const char *name;
	int set;
} names[] = {
	{ "euc-kr", KOREAN }, { "ks_c_5601-1987", KOREAN },
	{ "cp949", KOREAN }, { "ms949", KOREAN }, { "uhc", KOREAN },
	{ "shift_jis", JAPANESE }, { "x-sjis", JAPANESE },
	{ "sjis", JAPANESE }, { "euc-jp", JAPANESE_EUC },
	{ "gb2312", CHINESE }, { "gbk", CHINESE }, { "gb18030", CHINESE },
	{ "big5", TAIWANESE }, { "iso-8859-1", WESTERN },
	{ "windows-1252", WESTERN },
};

static iconv_t converters[SETS];
static bool is_open;

void
webpage_charset_open(void)
{
	int i;

	for (i = 0; i < SETS && !is_open; i++)
		converters[i] = iconv_open("UTF-8", sets[i]);
	is_open = true;
}

/* The set after "charset=" near the beginning; -1: none that is known. */
static int
named(struct str html)
{
	const struct str key = STR("charset=");
	struct str name;
	size_t i, from, to;

	html = str_sub(html, 0, LOOK);
	for (from = 0; from + key.n < html.n && strncasecmp(html.p + from,
	    key.p, key.n) != 0; from++)
		continue;
	from += key.n;
	while (from < html.n && strchr("\"' ", html.p[from]) != NULL &&
	    html.p[from] != '\0')
		from++;
	for (to = from; to < html.n && to - from < NAME_LONGEST &&
	    (isalnum((unsigned char)html.p[to]) || html.p[to] == '-' ||
	    html.p[to] == '_'); to++)
		continue;
	name = str_sub(html, from, to);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(name, str_of(names[i].name)))
			return names[i].set;
	return -1;
}

/* Bytes that stand for nothing become '?'; how many of them there were. */
static size_t
convert(iconv_t with, struct str html, struct str *out, char *to)
{
	char *in = (char *)(uintptr_t)html.p, *at = to;
	size_t left = html.n, room = 3 * html.n, wrong = 0;

	iconv(with, NULL, NULL, NULL, NULL);
	while (left > 0 && iconv(with, &in, &left, &at, &room) ==
	    (size_t)-1) {
		if (errno == E2BIG || room == 0)
			break;
		*at++ = '?';
		room--;
		in++;
		left--;
		wrong++;
	}
	*out = (struct str){ to, (size_t)(at - to) };
	return wrong;
}

struct str
webpage_charset_utf8(struct arena *a, struct str html)
{
	struct str out;
	size_t wrong;
	int set;

	if (html.n == 0 || utf8_length(html) >= 0)
		return html;
	webpage_charset_open();
	set = named(html);
	if (converters[set < 0 ? KOREAN : set] == (iconv_t)-1)
		return html;
	wrong = convert(converters[set < 0 ? KOREAN : set], html, &out,
	    arena_alloc(a, 3 * html.n + 1));
	return set < 0 && wrong > 0 ? html : out;
}
