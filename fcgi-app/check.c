/* Findings, as text or as JSON.  See check.h. */
#include "check.h"

#include "conf.h"
#include "json.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const levels[] = { "ok", "warning", "error" };

static bool as_json;
static int count[3];

void
check_open(bool json)
{
	as_json = json;
	memset(count, 0, sizeof(count));
	if (json)
		printf("{\"findings\":[");
}

int
check_close(void)
{
	if (as_json)
		printf("\n],\"warnings\":%d,\"errors\":%d}\n",
		    count[CHECK_WARNING], count[CHECK_ERROR]);
	else if (count[CHECK_WARNING] + count[CHECK_ERROR] > 0)
		printf("%d errors, %d warnings\n", count[CHECK_ERROR],
		    count[CHECK_WARNING]);
	return count[CHECK_ERROR] > 0 ? 2 : count[CHECK_WARNING] > 0 ? 1 : 0;
}

static bool
is_setting(const char *name)
{
	static const char *const names[] = {
#define CONF_STR(name, def, doc) #name,
#define CONF_INT(name, def, min, max, doc) #name,
#include "conf.def"
#undef CONF_STR
#undef CONF_INT
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Where a setting has its value from: " (line 3)". */
static void
find_place(const char *what, char *place, size_t n)
{
	int line = is_setting(what) ? conf_line(what) : 0;

	place[0] = '\0';
	if (line > 0)
		snprintf(place, n, " (line %d)", line);
	else if (line < 0)
		snprintf(place, n, " (environment)");
	else if (is_setting(what))
		snprintf(place, n, " (default)");
}

static void
add_text(struct buf *b, const char *key, const char *text)
{
	json_key(b, key);
	json_str(b, str_of(text));
}

static void
print_json(enum check_level level, const char *what, const char *why,
    const char *to_do)
{
	struct buf b;

	buf_open(&b, 1 << 16);
	buf_byte(&b, '{');
	add_text(&b, "level", levels[level]);
	add_text(&b, "what", what);
	if (is_setting(what) && conf_line(what) > 0) {
		json_key(&b, "line");
		buf_int(&b, conf_line(what));
	}
	add_text(&b, "why", why);
	if (to_do != NULL)
		add_text(&b, "to_do", to_do);
	buf_byte(&b, '}');
	printf("%s\n%.*s", count[0] + count[1] + count[2] > 0 ? "," : "",
	    STR_ARG(buf_view(&b)));
	buf_close(&b);
}

/* Valid UTF-8 on one line, whatever others have said. */
static void
flatten(char *text)
{
	struct str s = str_of(text);
	size_t i, at;

	for (; s.n > 0 && strchr("\n\t .", text[s.n - 1]) != NULL; s.n--)
		text[s.n - 1] = '\0';
	for (i = 0; i < s.n;) {
		at = i;
		if (utf8_next(s, &i) < 0)
			text[i++] = '?';
		else if ((unsigned char)text[at] < ' ' || text[at] == '\177')
			text[at] = ' ';
	}
}

static void tell(enum check_level level, const char *what, const char *to_do,
    const char *fmt, va_list args) __attribute__((format(printf, 4, 0)));

static void
tell(enum check_level level, const char *what, const char *to_do,
    const char *fmt, va_list args)
{
	char why[800], place[40];

	vsnprintf(why, sizeof(why), fmt, args);
	flatten(why);
	find_place(what, place, sizeof(place));
	if (as_json)
		print_json(level, what, why, to_do);
	else
		printf("%s: %s%s: %s%s%s\n", levels[level], what, place, why,
		    to_do != NULL ? ": " : "", to_do != NULL ? to_do : "");
	count[level]++;
}

void
check_ok(const char *what, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	tell(CHECK_OK, what, NULL, why, args);
	va_end(args);
}

void
check_warning(const char *what, const char *to_do, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	tell(CHECK_WARNING, what, to_do, why, args);
	va_end(args);
}

void
check_error(const char *what, const char *to_do, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	tell(CHECK_ERROR, what, to_do, why, args);
	va_end(args);
}
