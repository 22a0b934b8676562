/*
 * The gate.
 *
 * The ranges follow IANA's registries "IPv4 Special-Purpose Address Space"
 * and "IPv6 Special-Purpose Address Space" (RFC 6890 and its updates), with
 * multicast and reserved space.  For IPv6 the rule is turned round: only
 * 2000::/3 is global unicast today, so everything else is refused without
 * being listed, and the list has the exceptions inside it.
 */
#include "fetch_gate.h"

#include <arpa/inet.h>
#include <locale.h>
#include <netinet/in.h>

struct range {
	uint8_t net[6];
	int bits;
};

static const struct range refused4[] = {
	{ { 0 }, 8 },               /* this network, RFC 791 */
	{ { 10 }, 8 },              /* private, RFC 1918 */
	{ { 100, 64 }, 10 },        /* carrier NAT, RFC 6598 */
	{ { 127 }, 8 },             /* loopback */
	{ { 169, 254 }, 16 },       /* link local, and clouds' metadata */
	{ { 172, 16 }, 12 },        /* private */
	{ { 192, 0, 0 }, 24 },      /* protocol assignments, RFC 6890 */
	{ { 192, 0, 2 }, 24 },      /* documentation, RFC 5737 */
	{ { 192, 88, 99 }, 24 },    /* 6to4 relays, RFC 7526 */
	{ { 192, 168 }, 16 },       /* private */
	{ { 198, 18 }, 15 },        /* benchmarks, RFC 2544 */
	{ { 198, 51, 100 }, 24 },   /* documentation */
	{ { 203, 0, 113 }, 24 },    /* documentation */
	{ { 224 }, 4 },             /* multicast */
	{ { 240 }, 4 },             /* reserved, and broadcast */
};

static const struct range global6 = { { 0x20 }, 3 };
static const struct range refused6[] = {
	{ { 0x20, 0x01 }, 23 },     /* Teredo, ORCHID, benchmarks, RFC 2928 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation, RFC 3849 */
	{ { 0x20, 0x02 }, 16 },     /* 6to4, RFC 3056 */
	{ { 0x3f, 0xfe }, 16 },     /* 6bone, returned */
	{ { 0x3f, 0xff, 0x00 }, 20 }, /* documentation, RFC 9637 */
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
in_range(const uint8_t *address, const struct range *r)
{
	int whole = r->bits / 8, rest = r->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return memcmp(address, r->net, (size_t)whole) == 0 &&
	    (rest == 0 || (address[whole] & mask) == r->net[whole]);
}

static bool
in_list(const uint8_t *address, const struct range *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (in_range(address, &list[i]))
			return true;
	return false;
}

bool
fetch_gate_global(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		return !in_list((const uint8_t *)&v4.sin_addr, refused4,
		    COUNT(refused4));
	}
	if (a->sa_family != AF_INET6)
		return false;
	memcpy(&v6, a, sizeof(v6));
	return v6.sin6_scope_id == 0 &&
	    in_range(v6.sin6_addr.s6_addr, &global6) &&
	    !in_list(v6.sin6_addr.s6_addr, refused6, COUNT(refused6));
}

bool
fetch_gate_connect(const struct fetch_gate *g, const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	uint16_t port = 0;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		port = ntohs(v4.sin_port);
	} else if (a->sa_family == AF_INET6) {
		memcpy(&v6, a, sizeof(v6));
		port = ntohs(v6.sin6_port);
	}
	return port != 0 && port == g->port &&
	    (g->allowed || fetch_gate_global(a));
}

static bool
holds_only(struct str text, const char *bytes)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] == '\0' || strchr(bytes, text.p[i]) == NULL)
			return false;
	return text.n > 0;
}

/* Letters, digits, hyphen, dot and underscore, or a literal in brackets. */
static bool
is_host(struct str host)
{
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		return holds_only(str_sub(host, 1, host.n - 1),
		    "0123456789abcdefABCDEF:.");
	return holds_only(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
}

/* The next entry of a list separated by commas; NULL pointer at its end. */
static struct str
next_entry(const char **list)
{
	struct str all = str_of(*list), one;
	size_t end;

	if (all.n == 0)
		return STR_NONE;
	end = str_find(all, ',', 0);
	one = str_trim(str_sub(all, 0, end));
	*list += end < all.n ? end + 1 : end;
	return one;
}

/* "host:port" -> its parts. */
static bool
split_entry(struct str entry, struct str *host, int64_t *port)
{
	size_t colon = entry.n;

	while (colon > 0 && entry.p[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return false;
	*host = str_sub(entry, 0, colon - 1);
	return is_host(*host) &&
	    str_int(str_sub(entry, colon, entry.n), port) && *port > 0 &&
	    *port <= UINT16_MAX;
}

static bool
is_allowed(const char *allow, struct str host, int64_t port)
{
	struct str entry, name;
	int64_t number;

	while ((entry = next_entry(&allow)).p != NULL)
		if (split_entry(entry, &name, &number) && number == port &&
		    str_eq_nocase(name, host))
			return true;
	return false;
}

bool
fetch_gate_allow_ok(const char *allow)
{
	struct str entry, name;
	int64_t port;

	while ((entry = next_entry(&allow)).p != NULL)
		if (entry.n > 0 && !split_entry(entry, &name, &port))
			return false;
	return true;
}

/* White space and control characters are in no URL; people and parsers
 * disagree about a backslash, so it is in none either.  A blank inside is
 * left to libcurl, which encodes it in a path and refuses it in a host. */
static bool
is_plain(struct str text)
{
	size_t i;

	if (text.n == 0 || text.n > FETCH_URL_MAX)
		return false;
	for (i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 127 ||
		    text.p[i] == '\\')
			return false;
	return text.p[0] != ' ' && text.p[text.n - 1] != ' ';
}

static enum fetch_reason
parse(CURLU *u, struct str url)
{
	char text[FETCH_URL_MAX + 1];

	if (!is_plain(url))
		return FETCH_URL;
	memcpy(text, url.p, url.n);
	text[url.n] = '\0';
	switch (curl_url_set(u, CURLUPART_URL, text,
	    CURLU_URLENCODE | CURLU_DISALLOW_USER)) {
	case CURLUE_OK:
		return FETCH_FINE;
	case CURLUE_UNSUPPORTED_SCHEME:
		return FETCH_SCHEME;
	case CURLUE_USER_NOT_ALLOWED:
		return FETCH_LOGIN;
	case CURLUE_BAD_PORT_NUMBER:
		return FETCH_PORT;
	case CURLUE_OUT_OF_MEMORY:
		return FETCH_FAULT;
	default:
		return FETCH_URL;
	}
}

/* A part of the URL in out; false if there is none or it is too long. */
static bool
part(CURLU *u, CURLUPart what, unsigned flags, char *out, size_t cap)
{
	char *text = NULL;
	size_t n = cap;

	if (curl_url_get(u, what, &text, flags) == CURLUE_OK)
		n = strlen(text);
	if (n < cap)
		memcpy(out, text, n + 1);
	curl_free(text);
	return n < cap;
}

static bool
has_part(CURLU *u, CURLUPart what)
{
	char *text = NULL;
	bool has = curl_url_get(u, what, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

/* The URL with its host in ASCII, read again.  libidn2 takes the text as of
 * the locale's character set, so a UTF-8 locale is lent to this thread. */
static enum fetch_reason
to_ascii(CURLU *u)
{
	char text[FETCH_URL_MAX + 1];
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before;
	bool good;

	if (utf8 == (locale_t)0)
		return FETCH_URL;
	before = uselocale(utf8);
	good = part(u, CURLUPART_URL, CURLU_PUNYCODE, text, sizeof(text));
	uselocale(before);
	freelocale(utf8);
	return good ? parse(u, str_of(text)) : FETCH_URL;
}

static bool
is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 128)
		text++;
	return *text == '\0';
}

/* A host that is an address is judged at once; a name passes here. */
static bool
is_literal_refused(const char *host)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	char inside[64];

	if (host[0] != '[')
		return inet_pton(AF_INET, host, &v4.sin_addr) == 1 &&
		    !fetch_gate_global((const struct sockaddr *)&v4);
	if (strlen(host) >= sizeof(inside))
		return true;
	memcpy(inside, host + 1, strlen(host) - 2);
	inside[strlen(host) - 2] = '\0';
	return inet_pton(AF_INET6, inside, &v6.sin6_addr) != 1 ||
	    !fetch_gate_global((const struct sockaddr *)&v6);
}

/* Judges where u leads, and fills g but for url and text. */
static enum fetch_reason
judge(CURLU *u, const char *allow, struct fetch_gate *g)
{
	char scheme[16], host[256], port[8];
	int64_t number;

	if (!part(u, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)))
		return FETCH_SCHEME;
	g->secure = strcmp(scheme, "https") == 0;
	if (!g->secure && strcmp(scheme, "http") != 0)
		return FETCH_SCHEME;
	if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD) ||
	    has_part(u, CURLUPART_OPTIONS))
		return FETCH_LOGIN;
	if (has_part(u, CURLUPART_ZONEID))
		return FETCH_ADDRESS;
	if (!part(u, CURLUPART_HOST, 0, host, sizeof(host)) ||
	    !is_host(str_of(host)))
		return FETCH_URL;
	if (!part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof(port)) ||
	    !str_int(str_of(port), &number) || number < 1 ||
	    number > UINT16_MAX)
		return FETCH_PORT;
	g->port = (uint16_t)number;
	g->allowed = is_allowed(allow, str_of(host), number);
	if (!g->allowed && number != 80 && number != 443)
		return FETCH_PORT;
	if (!g->allowed && is_literal_refused(host))
		return FETCH_ADDRESS;
	return FETCH_FINE;
}

/* Reads text into g->url (relative to what is there) and judges it. */
static enum fetch_reason
read_url(struct fetch_gate *g, struct str text, const char *allow)
{
	char host[FETCH_URL_MAX + 1], whole[FETCH_URL_MAX + 1];
	enum fetch_reason r = parse(g->url, text);

	if (r == FETCH_FINE &&
	    part(g->url, CURLUPART_HOST, 0, host, sizeof(host)) &&
	    !is_ascii(host))
		r = to_ascii(g->url);
	if (r == FETCH_FINE)
		r = judge(g->url, allow, g);
	if (r != FETCH_FINE)
		return r;
	if (curl_url_set(g->url, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK)
		return FETCH_FAULT;
	if (!part(g->url, CURLUPART_URL, 0, whole, sizeof(whole)) ||
	    !is_ascii(whole))
		return FETCH_URL;
	g->text = strdup(whole);
	return g->text != NULL ? FETCH_FINE : FETCH_FAULT;
}

enum fetch_reason
fetch_gate_open(struct fetch_gate *g, struct str url, const char *allow)
{
	enum fetch_reason r;

	*g = (struct fetch_gate){ .url = curl_url() };
	r = g->url != NULL ? read_url(g, url, allow) : FETCH_FAULT;
	if (r != FETCH_FINE)
		fetch_gate_close(g);
	return r;
}

enum fetch_reason
fetch_gate_redirect(struct fetch_gate *g, struct str location,
    const char *allow)
{
	struct fetch_gate next = { .url = curl_url_dup(g->url) };
	enum fetch_reason r = FETCH_FAULT;

	if (next.url != NULL)
		r = read_url(&next, location, allow);
	if (r == FETCH_URL)
		r = FETCH_REDIRECT;
	if (r == FETCH_FINE && g->secure && !next.secure)
		r = FETCH_DOWNGRADE;
	if (r != FETCH_FINE) {
		fetch_gate_close(&next);
		return r;
	}
	fetch_gate_close(g);
	*g = next;
	return FETCH_FINE;
}

void
fetch_gate_close(struct fetch_gate *g)
{
	curl_url_cleanup(g->url);
	free(g->text);
	*g = (struct fetch_gate){ .url = NULL };
}

static const struct {
	const char *name, *text;
} reasons[] = {
	[FETCH_FINE] = { "FINE", "" },
#define REASON(name, sentence) [FETCH_##name] = { #name, sentence },
#include "fetch_reason.def"
#undef REASON
	[FETCH_FAULT] = { "FAULT", "" },
};

const char *
fetch_reason_text(enum fetch_reason r)
{
	return reasons[r].text;
}

const char *
fetch_reason_name(enum fetch_reason r)
{
	return reasons[r].name;
}
