/* The forms of user names and e-mail addresses. */
#include "accounts.h"
#include "utf8.h"

/* Names that would be taken for the site's own, in lower case. */
static const char *const reserved[] = {
	"about", "account", "accounts", "admin", "administrator", "anonymous",
	"api", "board", "boards", "chat", "create", "explore", "film", "films",
	"following", "help", "home", "login", "logout", "mail", "me", "media",
	"moderator", "notifications", "null", "pin", "pins", "pinwall",
	"privacy", "root", "search", "settings", "shop", "signup", "staff",
	"static", "style", "support", "swagger", "system", "tag", "tags",
	"terms", "user", "users", "www", "관리자", "운영자",
};

static bool
is_letter(int32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0x3131 && c <= 0x318e);
}

const char *
accounts_check_username(struct arena *a, struct str *value)
{
	bool letters = false;
	size_t i = 0;
	int32_t c;

	(void)a;
	while (i < value->n) {
		bool first = i == 0;

		c = utf8_next(*value, &i);
		letters = letters || is_letter(c);
		if (!is_letter(c) && (c != '_' && (first || i == value->n ||
		    (c != '.' && c != '-'))))
			return "use Hangul, letters, digits, and _ . - between "
			    "them";
	}
	if (!letters)
		return "use at least one letter or digit";
	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (str_eq_nocase(*value, str_of(reserved[i])))
			return "this name is reserved";
	return NULL;
}

static bool
is_local_part(struct str s)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		if (c == '.' && (i == 0 || i + 1 == s.n || s.p[i + 1] == '.'))
			return false;
		if (c <= 32 || c == 127 || strchr("\"(),:;<>@[\\]", c) != NULL)
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

static bool
is_domain(struct str s)
{
	size_t i, label = 0;
	bool dotted = false;
	char c;

	for (i = 0; i < s.n; i++, label++) {
		c = s.p[i];
		if (c == '.') {
			if (label == 0 || s.p[i - 1] == '-')
				return false;
			label = (size_t)-1;
			dotted = true;
		} else if (c == '-' ? label == 0 :
		    !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
			return false;
		}
		if (label == 63)
			return false;
	}
	return dotted && label > 0 && s.p[s.n - 1] != '-' && s.n <= 253;
}

const char *
accounts_check_email(struct arena *a, struct str *value)
{
	struct str copy = arena_dup(a, *value), domain;
	char *p = (char *)copy.p;
	size_t at = copy.n, i;

	while (at > 0 && copy.p[at - 1] != '@')
		at--;
	if (at == 0)
		return "this is not an e-mail address";
	for (i = at; i < copy.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	domain = str_sub(copy, at, copy.n);
	if (!is_local_part(str_sub(copy, 0, at - 1)) || !is_domain(domain))
		return "this is not an e-mail address";
	*value = copy;
	return NULL;
}
