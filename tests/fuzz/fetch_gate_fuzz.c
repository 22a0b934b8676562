/*
 * The gate: any text as a URL, and what follows its first line feed as a
 * Location.  Whatever passes must be plain http(s) to a global host, by a
 * second and simpler reading of the text that is sent; the C library, which
 * knows more spellings of an address than anybody should, must not find one
 * in it that is refused; and reading it again must change nothing.
 */
#include "fetch_gate.h"

#include <assert.h>
#include <netdb.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char allow[] = "service.test:8080,[::1]:8080";

static void
check_host(const char *text)
{
	struct addrinfo hint = { .ai_flags = AI_NUMERICHOST,
		.ai_socktype = SOCK_STREAM }, *found = NULL;
	char host[256];
	size_t n = strcspn(text, "/?#");
	const char *end = text[0] == '[' ? strchr(text, ']') :
	    text + strcspn(text, ":/?#");

	assert(memchr(text, '@', n) == NULL && memchr(text, '%', n) == NULL);
	assert(end != NULL && end > text && end - text < 256);
	if (text[0] == '[')
		text++;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	if (getaddrinfo(host, NULL, &hint, &found) != 0)
		return;
	assert(fetch_gate_global(found->ai_addr));
	freeaddrinfo(found);
}

static void
check(const struct fetch_gate *g)
{
	struct str text = str_of(g->text);
	struct fetch_gate again;
	size_t i, start = g->secure ? 8 : 7;

	assert(text.n <= FETCH_URL_MAX);
	assert(str_starts(text, g->secure ? STR("https://") : STR("http://")));
	for (i = 0; i < text.n; i++)
		assert(text.p[i] > ' ' && text.p[i] < 127 &&
		    text.p[i] != '\\' && text.p[i] != '#');
	if (!g->allowed) {
		assert(g->port == 80 || g->port == 443);
		check_host(g->text + start);
	} else {
		assert(g->port == 8080);
	}
	assert(fetch_gate_open(&again, text, allow) == FETCH_FINE);
	assert(strcmp(again.text, g->text) == 0 && again.port == g->port);
	fetch_gate_close(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str all = { (const char *)data, n };
	size_t end = str_find(all, '\n', 0);
	struct str location = str_sub(all, end < n ? end + 1 : n, n);
	struct fetch_gate g;
	bool secure;

	if (fetch_gate_open(&g, str_sub(all, 0, end), allow) != FETCH_FINE)
		return 0;
	check(&g);
	secure = g.secure;
	if (fetch_gate_redirect(&g, location, allow) == FETCH_FINE) {
		check(&g);
		assert(g.secure || !secure);
	}
	fetch_gate_close(&g);
	return 0;
}
