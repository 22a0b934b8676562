/*
 * A hop is one request and its answer; a transfer is at most four of them.
 *
 * libcurl is told what it may do by set_up, and asks back through five
 * callbacks: an address before it is connected to, each header line, the body
 * as it comes, how it goes, and the peer before the request is sent.  The
 * first of them to object sets hop.why and stops libcurl; the code libcurl
 * then returns is of no interest.  Where nobody objected, its code is put
 * into our words by reason_of.
 */
#include "fetch_transfer.h"

#include "clock.h"
#include "log.h"

#include <arpa/inet.h>

struct hop {
	struct fetch_transfer *t;
	struct fetch_gate *gate;
	CURL *easy;
	enum fetch_reason why;
	bool blocked;     /* an address was refused */
	bool answered;    /* the header is complete and was decided on */
	bool redirected;  /* it leads elsewhere */
	size_t header;    /* bytes of header so far */
	int64_t since, received; /* the window speed is measured in */
};

static bool
object(struct hop *h, enum fetch_reason why)
{
	if (h->why == FETCH_FINE)
		h->why = why;
	return false;
}

/* An address that libcurl is about to connect to. */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct hop *h = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !fetch_gate_connect(h->gate, &to->addr)) {
		h->blocked = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* The peer that it is connected to, before anything is sent: the same
 * judgement once more, on what the kernel says. */
static int
on_connected(void *arg, char *peer, char *own, int peer_port, int own_port)
{
	struct hop *h = arg;
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)peer_port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)peer_port) };
	bool good = false;

	(void)own;
	(void)own_port;
	if (inet_pton(AF_INET, peer, &v4.sin_addr) == 1)
		good = fetch_gate_connect(h->gate,
		    (const struct sockaddr *)&v4);
	else if (inet_pton(AF_INET6, peer, &v6.sin6_addr) == 1)
		good = fetch_gate_connect(h->gate,
		    (const struct sockaddr *)&v6);
	if (!good)
		object(h, FETCH_ADDRESS);
	return good ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* The one header of this name; p == NULL: none.  False: several. */
static bool
one_header(const struct hop *h, const char *name, struct str *value)
{
	struct curl_header *found = NULL;

	*value = STR_NONE;
	if (curl_easy_header(h->easy, name, 0, CURLH_HEADER, -1,
	    &found) != CURLHE_OK)
		return true;
	*value = str_trim(str_of(found->value));
	return found->amount == 1;
}

/* Is the body sent as it is? */
static bool
is_bare(const struct hop *h)
{
	struct str content, transfer;

	return one_header(h, "Content-Encoding", &content) &&
	    one_header(h, "Transfer-Encoding", &transfer) &&
	    (content.n == 0 || str_eq_nocase(content, STR("identity"))) &&
	    (transfer.n == 0 || str_eq_nocase(transfer, STR("chunked")));
}

/* Does a content type fall under one wanted kind, "a/b" or "a/" and a star? */
static bool
is_of_kind(struct str type, struct str kind)
{
	if (str_eq(kind, STR("*/*")))
		return true;
	if (kind.n > 2 && kind.p[kind.n - 1] == '*')
		return str_eq_nocase(str_sub(type, 0, kind.n - 1),
		    str_sub(kind, 0, kind.n - 1));
	return str_eq_nocase(type, kind);
}

static enum fetch_reason
judge_type(const struct hop *h)
{
	struct str wanted = str_of(h->t->accept), type, kind;
	bool image = str_starts(wanted, STR("image/*"));
	size_t from = 0, to;

	if (!one_header(h, "Content-Type", &type))
		return FETCH_ANSWER;
	type = str_trim(str_sub(type, 0, str_find(type, ';', 0)));
	if (wanted.n == 0)
		return FETCH_FINE;
	if (image && (type.n == 0 ||
	    str_eq_nocase(type, STR("application/octet-stream"))))
		return FETCH_FINE;
	for (; from < wanted.n; from = to + 1) {
		to = str_find(wanted, ',', from);
		kind = str_trim(str_sub(wanted, from, to));
		if (is_of_kind(type, kind))
			return FETCH_FINE;
	}
	return image ? FETCH_IMAGE : FETCH_TYPE;
}

/* The header is complete. */
static enum fetch_reason
judge_answer(struct hop *h, long status)
{
	curl_off_t length = -1;

	h->answered = true;
	if (status >= 300 && status < 400 && status != 304) {
		h->redirected = true;
		return FETCH_FINE;
	}
	if (status != 200)
		return FETCH_STATUS;
	if (!is_bare(h))
		return FETCH_ENCODING;
	if (curl_easy_getinfo(h->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
	    &length) == CURLE_OK && length > h->t->bytes_max)
		return FETCH_LARGE;
	return judge_type(h);
}

/* A header line, its end included.  A status below 200 is no answer yet. */
static size_t
on_header(char *line, size_t one, size_t n, void *arg)
{
	struct hop *h = arg;
	enum fetch_reason why;
	long status = 0;

	h->header += n * one;
	if (h->header > FETCH_HEADER_MAX)
		return object(h, FETCH_HEADER);
	if (h->answered || (line[0] != '\r' && line[0] != '\n'))
		return n;
	if (curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE,
	    &status) != CURLE_OK)
		return object(h, FETCH_ANSWER);
	if (status >= 100 && status < 200)
		return n;
	why = judge_answer(h, status);
	if (why != FETCH_FINE)
		return object(h, why);
	return h->redirected ? 0 : n; /* its body is of no use */
}

static size_t
on_body(char *p, size_t one, size_t n, void *arg)
{
	struct hop *h = arg;
	struct fetch_transfer *t = h->t;

	if (!h->answered)
		return object(h, FETCH_ANSWER);
	if ((int64_t)(n * one) > t->bytes_max - t->bytes)
		return object(h, FETCH_LARGE);
	if (!t->put(t->to, p, n * one))
		return object(h, FETCH_FAULT);
	t->bytes += (int64_t)(n * one);
	h->received += (int64_t)(n * one);
	return n;
}

/* Called by libcurl at least once a second.  Speed counts from the first
 * byte of the answer on; how long that may take is the deadline's part. */
static int
on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total,
    curl_off_t up_now)
{
	struct hop *h = arg;
	int64_t clock = clock_mono();

	(void)total;
	(void)now;
	(void)up_total;
	(void)up_now;
	if (!h->t->put(h->t->to, NULL, 0))
		return !object(h, FETCH_FAULT);
	if (h->header == 0)
		return 0;
	if (h->since == 0)
		h->since = clock;
	if (clock - h->since < FETCH_SPEED_S * SECOND_US)
		return 0;
	if (h->received < FETCH_SPEED * FETCH_SPEED_S)
		return !object(h, FETCH_SLOW);
	h->since = clock;
	h->received = 0;
	return 0;
}

#define SET(option, value) \
	(curl_easy_setopt(h->easy, CURLOPT_##option, value) == CURLE_OK)

static bool
set_rules(struct hop *h, int64_t left_ms)
{
	int64_t connect_ms = FETCH_CONNECT_S * 1000;

	return SET(PROTOCOLS_STR, "http,https") &&
	    SET(REDIR_PROTOCOLS_STR, "http,https") &&
	    SET(FOLLOWLOCATION, 0L) && SET(PROXY, "") && SET(NOPROXY, "*") &&
	    SET(NETRC, (long)CURL_NETRC_IGNORED) &&
	    SET(DISALLOW_USERNAME_IN_URL, 1L) &&
	    SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
	    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	    SET(HTTP09_ALLOWED, 0L) && SET(HTTP_CONTENT_DECODING, 0L) &&
	    SET(FRESH_CONNECT, 1L) && SET(FORBID_REUSE, 1L) &&
	    SET(NOSIGNAL, 1L) && SET(QUICK_EXIT, 1L) &&
	    SET(MAXFILESIZE_LARGE, (curl_off_t)h->t->bytes_max) &&
	    SET(TIMEOUT_MS, (long)left_ms) &&
	    SET(CONNECTTIMEOUT_MS,
	    (long)(left_ms < connect_ms ? left_ms : connect_ms)) &&
	    SET(USERAGENT, "Pinwall/1");
}

static bool
set_callbacks(struct hop *h)
{
	return SET(OPENSOCKETFUNCTION, on_socket) && SET(OPENSOCKETDATA, h) &&
	    SET(PREREQFUNCTION, on_connected) && SET(PREREQDATA, h) &&
	    SET(HEADERFUNCTION, on_header) && SET(HEADERDATA, h) &&
	    SET(WRITEFUNCTION, on_body) && SET(WRITEDATA, h) &&
	    SET(NOPROGRESS, 0L) && SET(XFERINFOFUNCTION, on_progress) &&
	    SET(XFERINFODATA, h);
}

/* "Accept: ..."; the kinds are ours, but they came over a socket. */
static bool
set_accept(struct hop *h)
{
	char line[FETCH_KIND_MAX + 16];
	const char *kinds = h->t->accept[0] != '\0' ? h->t->accept : "*/*";
	struct curl_slist *lines;
	const char *c;

	for (c = kinds; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			return false;
	snprintf(line, sizeof(line), "Accept: %s", kinds);
	lines = curl_slist_append(NULL, line);
	return lines != NULL && SET(HTTPHEADER, lines);
}

static enum fetch_reason
reason_of(const struct hop *h, CURLcode c)
{
	switch (c) {
	case CURLE_OK:
		return h->answered ? FETCH_FINE : FETCH_SHORT;
	case CURLE_COULDNT_RESOLVE_HOST:
		return FETCH_HOST;
	case CURLE_COULDNT_CONNECT:
		return h->blocked ? FETCH_ADDRESS : FETCH_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return FETCH_TIME;
	case CURLE_FILESIZE_EXCEEDED:
		return FETCH_LARGE;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return FETCH_SHORT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION:
		return FETCH_TLS;
	case CURLE_OUT_OF_MEMORY: /* or a line over libcurl's own limit */
		return h->answered ? FETCH_FAULT : FETCH_HEADER;
	case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return FETCH_ANSWER;
	default:
		log_error("fetch: libcurl: %s", curl_easy_strerror(c));
		return FETCH_FAULT;
	}
}

/* One request and its answer. */
static enum fetch_reason
run_hop(struct hop *h)
{
	int64_t left_ms = (h->t->deadline - clock_mono()) / 1000;
	CURLcode c;

	if (left_ms < 1)
		return FETCH_TIME;
	h->easy = curl_easy_init();
	if (h->easy == NULL || !set_rules(h, left_ms) || !set_callbacks(h) ||
	    !set_accept(h) || !SET(CURLU, h->gate->url)) {
		log_error("fetch: libcurl cannot be set up");
		return FETCH_FAULT;
	}
	c = curl_easy_perform(h->easy);
	if (h->why != FETCH_FINE)
		return h->why;
	return h->redirected ? FETCH_FINE : reason_of(h, c);
}

/* What a hop left behind that is worth knowing, however it ended. */
static void
note(struct fetch_transfer *t, const struct hop *h, const char *url)
{
	struct str type = STR_NONE;
	long status = 0;
	size_t i;

	if (h->easy != NULL && curl_easy_getinfo(h->easy,
	    CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status != 0)
		t->http_status = (int)status;
	snprintf(t->last_url, sizeof(t->last_url), "%s", url);
	t->type[0] = '\0';
	if (!h->answered || !one_header(h, "Content-Type", &type))
		return;
	snprintf(t->type, sizeof(t->type), "%.*s", STR_ARG(type));
	for (i = 0; t->type[i] != '\0'; i++)
		if (t->type[i] < ' ' || t->type[i] > '~')
			t->type[i] = '?';
}

/* Where the answer of h leads: *g is the next URL, or why there is none. */
static enum fetch_reason
follow(struct fetch_transfer *t, const struct hop *h, struct fetch_gate *g)
{
	struct str location;

	if (t->redirects >= FETCH_REDIRECTS_MAX)
		return FETCH_REDIRECTS;
	if (!one_header(h, "Location", &location) || location.n == 0)
		return FETCH_REDIRECT;
	t->redirects++;
	return fetch_gate_redirect(g, location, t->allow);
}

enum fetch_reason
fetch_transfer_run(struct fetch_transfer *t)
{
	struct fetch_gate gate;
	struct hop hop;
	enum fetch_reason r = fetch_gate_open(&gate, t->url, t->allow);

	while (r == FETCH_FINE) {
		hop = (struct hop){ .t = t, .gate = &gate };
		r = run_hop(&hop);
		note(t, &hop, gate.text);
		if (r != FETCH_FINE || !hop.redirected)
			break;
		r = follow(t, &hop, &gate);
	}
	return r;
}
