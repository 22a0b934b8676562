/*
 * Which URL and which address may be fetched.
 *
 * Pure: no socket, no file, no resolver; the answer depends on the arguments
 * alone, so that it is tested by tables and fuzzed.
 *
 * A URL is read once, by libcurl's own parser, and the handle that was judged
 * is the handle that libcurl is given: there is no second reading that could
 * see another host in the same text.  Only http and https, only the ports 80
 * and 443, no user name, at most FETCH_URL_MAX bytes as given and as sent.  A
 * host name in other letters than ASCII is turned into its xn-- form and read
 * again, so that digits and dots of other scripts are seen as what they mean.
 *
 * A name proves nothing: what counts is the address that is about to be
 * connected to, and fetch_gate_connect is asked for every one of them.  Only
 * addresses of the global unicast Internet pass.
 *
 * A configured service (an entry of `allow`: "host:port,...", the host and
 * the port as they stand in a URL) may have any address and that port.  The
 * rest holds for it as well.
 *
 * It does not look at names for their looks ("localhost", ".internal"), and it
 * does not know this host's own global addresses: on the ports 80 and 443
 * they are as public to us as to anybody.
 */
#ifndef INFRA_FETCH_GATE_H
#define INFRA_FETCH_GATE_H

#include "str.h"

#include <curl/curl.h>
#include <sys/socket.h>

#define FETCH_URL_MAX 2000

enum fetch_reason {
	FETCH_FINE,
#define REASON(name, sentence) FETCH_##name,
#include "fetch_reason.def"
#undef REASON
	FETCH_FAULT, /* ours: the caller learns nothing but that */
	FETCH_REASON_COUNT
};

/* A URL that may be fetched. */
struct fetch_gate {
	CURLU *url;   /* owned; without a fragment */
	char *text;   /* the same as it is sent; owned */
	uint16_t port;
	bool secure;  /* https */
	bool allowed; /* a configured service */
};

/* FETCH_FINE: *g holds the URL, for fetch_gate_close.  Otherwise the reason,
 * and *g is empty. */
enum fetch_reason fetch_gate_open(struct fetch_gate *g, struct str url,
    const char *allow);
/* The same for a Location header of the answer to *g: FETCH_FINE, *g is the
 * URL it leads to (relative ones are resolved).  Otherwise *g is unchanged.
 * Leaving https for http is refused: a person who gave an address that cannot
 * be tampered with gets nothing that can. */
enum fetch_reason fetch_gate_redirect(struct fetch_gate *g,
    struct str location, const char *allow);
void fetch_gate_close(struct fetch_gate *g);

/* Is it an IPv4 or IPv6 address of the global unicast Internet?  False for
 * every range of IANA's special-purpose registries that is not globally
 * reachable, and for those that carry another address inside (v4-mapped,
 * v4-compatible, NAT64, 6to4, Teredo). */
bool fetch_gate_global(const struct sockaddr *a);
/* May a connection be opened to this address for *g? */
bool fetch_gate_connect(const struct fetch_gate *g, const struct sockaddr *a);
/* Can the list be read?  A wrong entry would silently allow nothing. */
bool fetch_gate_allow_ok(const char *allow);

/* The sentence of fetch_reason.def; "" for FETCH_FINE and FETCH_FAULT. */
const char *fetch_reason_text(enum fetch_reason r);
/* "ADDRESS": for logs and tests. */
const char *fetch_reason_name(enum fetch_reason r);

#endif
