/* Requests to a bucket.  See s3.h. */
#include "s3.h"

#include "clock.h"
#include "conf.h"
#include "log.h"
#include "s3_conf.h"
#include "s3_page.h"
#include "s3_sign.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

#define TRIES 4
#define PAUSE_US 100000       /* before the second try; doubled each time */
#define AWAY_US SECOND_US     /* a service that is away is left alone */
#define SILENT_US (2 * SECOND_US) /* who is there says something sooner */
#define CONNECT_MS 2000L
#define SPEED 1000L           /* bytes a second, for SPEED_S, at least */
#define SPEED_S 5L
#define TEXT_MOST (4 << 20)   /* a list, or an error */
#define SIGNED_S 600

static CURL *easy; /* keeps its connection from call to call */
static int64_t away_until;

/* One call, over all its tries. */
struct call {
	struct arena *mem;
	const char *method, *key, *query, *type;
	struct str body;
	int fd;           /* where the answer goes; -1: into text */
	int64_t most, got; /* bytes of it */
	struct buf text;
	char url[1200];
	long status;
	size_t sent;
	bool disk;        /* fd cannot be written */
};

bool
s3_open(void)
{
	const char *setting, *why = s3_conf_wrong(&setting);

	if (why != NULL) {
		log_error("s3.bad setting=%s reason=%s", setting, why);
		return false;
	}
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* --- One try ----------------------------------------------------------- */

static size_t
on_need(char *to, size_t one, size_t n, void *arg)
{
	struct call *c = arg;
	struct str left = str_sub(c->body, c->sent, c->body.n);
	size_t most = one * n < left.n ? one * n : left.n;

	memcpy(to, left.p, most);
	c->sent += most;
	return most;
}

/* libcurl sends from the beginning again, on a connection that was closed. */
static int
on_rewind(void *arg, curl_off_t offset, int origin)
{
	struct call *c = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > c->body.n)
		return CURL_SEEKFUNC_FAIL;
	c->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t
to_file(struct call *c, const char *p, size_t n)
{
	size_t left = n;
	ssize_t put;

	if ((int64_t)n > c->most - c->got)
		return 0;
	while (left > 0) {
		put = write(c->fd, p, left);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			c->disk = true;
			log_error("s3 write reason=%s", strerror(errno));
			return 0;
		}
		p += put;
		left -= (size_t)put;
	}
	c->got += (int64_t)n;
	return n;
}

static size_t
on_body(char *p, size_t one, size_t n, void *arg)
{
	struct call *c = arg;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (c->fd >= 0 && status == 200)
		return to_file(c, p, n * one);
	buf_add(&c->text, p, n * one);
	return buf_ok(&c->text) ? n * one : 0;
}

#define SET(option, value) \
	(curl_easy_setopt(easy, CURLOPT_##option, value) == CURLE_OK)

/* What is not acknowledged for so long has nobody to take it. */
static int
on_socket(void *arg, curl_socket_t fd, curlsocktype type)
{
	unsigned int most_ms = CONNECT_MS;

	(void)arg;
	(void)type;
	return setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most_ms,
	    sizeof(most_ms)) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

static bool
set_rules(int64_t left_ms)
{
	char sign[200];

	snprintf(sign, sizeof(sign), "aws:amz:%s:s3", conf.s3_region);
	return SET(PROTOCOLS_STR, "http,https") && SET(FOLLOWLOCATION, 0L) &&
	    SET(PROXY, "") && SET(NOPROXY, "*") &&
	    SET(NETRC, (long)CURL_NETRC_IGNORED) &&
	    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	    SET(HTTP09_ALLOWED, 0L) && SET(NOSIGNAL, 1L) &&
	    SET(TCP_KEEPALIVE, 1L) && SET(TIMEOUT_MS, (long)left_ms) &&
	    SET(CONNECTTIMEOUT_MS, CONNECT_MS) &&
	    SET(SOCKOPTFUNCTION, on_socket) &&
	    SET(LOW_SPEED_LIMIT, SPEED) && SET(LOW_SPEED_TIME, SPEED_S) &&
	    SET(AWS_SIGV4, sign) && SET(USERNAME, s3_conf_access()) &&
	    SET(PASSWORD, s3_conf_secret()) && SET(USERAGENT, "Pinwall/1");
}

static bool
set_call(struct call *c)
{
	bool puts = strcmp(c->method, "PUT") == 0;

	return SET(URL, c->url) && SET(WRITEFUNCTION, on_body) &&
	    SET(WRITEDATA, c) && (!puts || (SET(UPLOAD, 1L) &&
	    SET(READFUNCTION, on_need) && SET(READDATA, c) &&
	    SET(SEEKFUNCTION, on_rewind) && SET(SEEKDATA, c) &&
	    SET(INFILESIZE_LARGE, (curl_off_t)c->body.n))) &&
	    SET(CUSTOMREQUEST, c->method);
}

static struct curl_slist *
headers_of(const struct call *c)
{
	char line[300], hex[S3_SIGN_HEX];
	struct curl_slist *list, *more;

	s3_sign_digest(c->body, hex);
	snprintf(line, sizeof(line), "x-amz-content-sha256: %s", hex);
	list = curl_slist_append(NULL, line);
	if (list == NULL || c->type == NULL)
		return list;
	snprintf(line, sizeof(line), "Content-Type: %s", c->type);
	more = curl_slist_append(list, line);
	if (more == NULL)
		curl_slist_free_all(list);
	return more;
}

/* What is in the way of a new try is forgotten. */
static bool
begin_again(struct call *c)
{
	c->sent = 0;
	c->got = 0;
	c->status = 0;
	buf_reset(&c->text, TEXT_MOST);
	return c->fd < 0 || (ftruncate(c->fd, 0) == 0 &&
	    lseek(c->fd, 0, SEEK_SET) == 0);
}

static CURLcode
try_once(struct call *c, int64_t left_ms)
{
	struct curl_slist *headers;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (easy == NULL)
		easy = curl_easy_init();
	headers = headers_of(c);
	if (easy != NULL && headers != NULL && begin_again(c)) {
		curl_easy_reset(easy);
		if (set_rules(left_ms) && set_call(c) &&
		    SET(HTTPHEADER, headers)) {
			code = curl_easy_perform(easy);
			curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE,
			    &c->status);
		}
	}
	curl_slist_free_all(headers);
	return code;
}

/* --- A call ------------------------------------------------------------ */

static bool
may_pass(const struct call *c, CURLcode code)
{
	if (c->disk || code == CURLE_OUT_OF_MEMORY)
		return false;
	return code != CURLE_OK || c->status >= 500 || c->status == 429 ||
	    c->status == 408;
}

/* Codes of Amazon and of Swift that say that there is no room. */
static bool
is_full(long status, struct str code)
{
	return status == 507 || status == 413 ||
	    str_eq(code, STR("QuotaExceeded")) ||
	    str_eq(code, STR("InsufficientStorage")) ||
	    str_eq(code, STR("EntityTooLarge"));
}

/* The code of its answer, if that has one. */
static struct str
reason_of(const struct call *c, CURLcode code)
{
	return code == CURLE_OK ? s3_page_error(c->mem, buf_view(&c->text)) :
	    str_of(curl_easy_strerror(code));
}

static enum err
failed(const struct call *c, CURLcode code)
{
	struct str why = reason_of(c, code);

	if (c->disk)
		return ERR_STORAGE;
	log_error("s3 method=%s key=%s status=%ld reason=%.*s", c->method,
	    c->key, c->status, STR_ARG(why));
	return code == CURLE_OK && is_full(c->status, why) ? ERR_STORAGE :
	    ERR_BUSY;
}

static enum err
judge(const struct call *c, CURLcode code)
{
	if (code == CURLE_OK && (c->status == 200 || c->status == 204))
		return OK;
	if (code == CURLE_OK && c->status == 404 &&
	    str_eq(s3_page_error(c->mem, buf_view(&c->text)),
	    STR("NoSuchKey")))
		return ERR_NOT_FOUND;
	return failed(c, code);
}

static void
write_url(struct call *c)
{
	struct str host = s3_conf_host();
	int scheme = (int)(host.p - conf.s3_endpoint);

	if (conf.s3_path_style)
		snprintf(c->url, sizeof(c->url), "%s/%s/%s%s",
		    conf.s3_endpoint, conf.s3_bucket, c->key, c->query);
	else
		snprintf(c->url, sizeof(c->url), "%.*s%s.%s/%s%s", scheme,
		    conf.s3_endpoint, conf.s3_bucket, host.p, c->key,
		    c->query);
}

static void
close_text(void *arg)
{
	struct call *c = arg;

	buf_close(&c->text);
}

/* c is of the arena. */
static void
begin(struct call *c)
{
	write_url(c);
	buf_open(&c->text, TEXT_MOST);
	arena_defer(c->mem, close_text, c);
}

/* What is larger than any picture may take a second more for each MiB. */
static int64_t
patience(const struct call *c)
{
	int64_t n = (int64_t)c->body.n;

	return (conf.s3_s + (n > conf.upload_max ? n >> 20 : 0)) * SECOND_US;
}

/* All tries.  A service that was silent is left alone for as long as it was
 * waited for, so that half of the time is for others. */
static enum err
run(struct call *c)
{
	int64_t began = clock_mono(), deadline = began + patience(c);
	int64_t pause = PAUSE_US, left, took = 0;
	CURLcode code = CURLE_COULDNT_CONNECT;
	int i;

	if (clock_mono() < away_until)
		return ERR_BUSY;
	begin(c);
	for (i = 0; i < TRIES; i++) {
		left = deadline - clock_mono() - (i > 0 ? pause : 0);
		if (left < PAUSE_US)
			break;
		if (i > 0)
			usleep((useconds_t)pause);
		pause *= i > 0 ? 2 : 1;
		code = try_once(c, left / 1000);
		if (!may_pass(c, code))
			return judge(c, code);
		took = clock_mono() - began;
		if (code != CURLE_OK && took > SILENT_US)
			break; /* a try more would be the same */
	}
	away_until = clock_mono() + (took > AWAY_US ? took : AWAY_US);
	return judge(c, code);
}

static struct call *
call_of(struct arena *a, const char *method, const char *key)
{
	struct call *c = arena_zalloc(a, sizeof(*c));

	c->mem = a;
	c->method = method;
	c->key = key;
	c->query = "";
	c->body = STR("");
	c->fd = -1;
	return c;
}

enum err
s3_put(struct arena *a, const char *key, const char *type, struct str bytes)
{
	struct call *c = call_of(a, "PUT", key);
	enum err e;

	c->type = type;
	c->body = bytes;
	e = run(c);
	return e == ERR_NOT_FOUND ? ERR_BUSY : e;
}

enum err
s3_get(struct arena *a, const char *key, int fd, int64_t most)
{
	struct call *c = call_of(a, "GET", key);

	c->fd = fd;
	c->most = most;
	return run(c);
}

enum err
s3_remove(struct arena *a, const char *key)
{
	enum err e = run(call_of(a, "DELETE", key));

	return e == ERR_NOT_FOUND ? OK : e;
}

/* As a value in a query. */
static const char *
escaped(struct arena *a, struct str text)
{
	char *made = curl_easy_escape(NULL, text.p, (int)text.n);
	struct str kept = arena_dup(a, str_of(made != NULL ? made : ""));

	curl_free(made);
	return kept.p;
}

/* The names of the query stand in order, as they are signed. */
enum err
s3_list(struct arena *a, const char *prefix, struct str after,
    struct s3_page *page)
{
	struct call *c = call_of(a, "GET", "");
	const char *where = after.n == 0 ? "" : arena_printf(a,
	    "continuation-token=%s&", escaped(a, after)).p;
	enum err e;

	c->query = arena_printf(a, "?%slist-type=2&max-keys=%d&prefix=%s",
	    where, S3_PAGE, escaped(a, str_of(prefix))).p;
	e = run(c);
	if (e == OK && !s3_page_read(a, buf_view(&c->text), page)) {
		log_error("s3 reason=a list that cannot be read");
		e = ERR_BUSY;
	}
	return e == ERR_NOT_FOUND ? ERR_BUSY : e;
}

const char *
s3_reach(struct arena *a)
{
	struct call *c = call_of(a, "GET", "");
	struct s3_page *page = arena_alloc(a, sizeof(*page));
	struct str why;
	CURLcode code;

	c->query = "?list-type=2&max-keys=1";
	begin(c);
	code = try_once(c, conf.s3_s * 1000);
	if (code == CURLE_OK && c->status == 200 &&
	    s3_page_read(a, buf_view(&c->text), page))
		return NULL;
	why = reason_of(c, code);
	return why.n > 0 ? why.p : arena_printf(a, "it answers %ld, and does "
	    "not speak S3", c->status).p;
}

struct str
s3_signed_path(struct arena *a, const char *key)
{
	struct str host = s3_conf_host();
	struct s3_sign by = { s3_conf_access(), s3_conf_secret(),
		conf.s3_region, host.p };
	const char *path = arena_printf(a, "/%s", key).p;

	if (conf.s3_path_style)
		path = arena_printf(a, "/%s/%s", conf.s3_bucket, key).p;
	else
		by.host = arena_printf(a, "%s.%s", conf.s3_bucket, host.p).p;
	return s3_sign_get(a, &by, path, clock_now() / SECOND_US, SIGNED_S);
}
