/* FastCGI parameters.  One walk over them; since Nginx sends them in the order
 * of its configuration, each search begins where the one before ended. */
#include "params.h"

#include "clock.h"
#include "rand.h"

/* Those that need to be understood, not only kept. */
struct raw {
	struct str method, length, start, id;
};

#define KEPT(name, member) \
	{ name, sizeof(name) - 1, offsetof(struct req, member), false }
#define RAW(name, member) \
	{ name, sizeof(name) - 1, offsetof(struct raw, member), true }

static const struct param {
	const char *name;
	size_t n, offset;
	bool raw;
} params[] = {
	RAW("REQUEST_METHOD", method),
	KEPT("DOCUMENT_URI", path),
	KEPT("QUERY_STRING", query),
	KEPT("CONTENT_TYPE", content_type),
	RAW("CONTENT_LENGTH", length),
	KEPT("REMOTE_ADDR", remote_addr),
	KEPT("REQUEST_SCHEME", forwarded_proto),
	RAW("REQUEST_START", start),
	RAW("REQUEST_ID", id),
	KEPT("HTTP_AUTHORIZATION", authorization),
	KEPT("HTTP_COOKIE", cookie),
	KEPT("HTTP_ORIGIN", origin),
	KEPT("HTTP_X_REQUESTED_WITH", requested_with),
	KEPT("HTTP_SEC_FETCH_SITE", fetch_site),
	KEPT("HTTP_ACCEPT_LANGUAGE", accept_language),
	KEPT("HTTP_IF_NONE_MATCH", if_none_match),
	KEPT("HTTP_USER_AGENT", user_agent),
	KEPT("HTTP_IDEMPOTENCY_KEY", idempotency_key),
	KEPT("HTTP_CONTENT_ENCODING", content_encoding),
};
#define N_PARAMS (sizeof(params) / sizeof(params[0]))

static const struct param *
find(const char *name, size_t n, size_t *from)
{
	size_t i, at;

	for (i = 0; i < N_PARAMS; i++) {
		at = (*from + i) % N_PARAMS;
		if (params[at].n == n &&
		    memcmp(params[at].name, name, n) == 0) {
			*from = at + 1;
			return &params[at];
		}
	}
	return NULL;
}

static int64_t
length_of(struct str text)
{
	int64_t n;

	if (text.n == 0)
		return 0;
	return str_int(text, &n) && n >= 0 ? n : -1;
}

/* "1763774687.123" */
static int64_t
start_of(struct str text)
{
	const int64_t most = 100000000000; /* the year 5138 */
	size_t dot = str_find(text, '.', 0);
	struct str part = str_sub(text, dot + 1, text.n);
	int64_t seconds, thousandths = 0;
	size_t i;

	if (part.n != 3 || !str_int(str_sub(text, 0, dot), &seconds) ||
	    seconds < 0 || seconds > most)
		return 0;
	for (i = 0; i < 3; i++) {
		if (part.p[i] < '0' || part.p[i] > '9')
			return 0;
		thousandths = thousandths * 10 + (part.p[i] - '0');
	}
	return seconds * SECOND_US + thousandths * 1000;
}

static bool
is_id(struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (!(text.p[i] >= '0' && text.p[i] <= '9') &&
		    !(text.p[i] >= 'a' && text.p[i] <= 'f'))
			return false;
	return text.n >= 16 && text.n <= 32;
}

/* Ids need not be secret, only different, and must not cost a system call
 * each: splitmix64 from a random start (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", 2014). */
static uint64_t
next_number(void)
{
	static uint64_t state;
	uint64_t z;

	while (state == 0)
		rand_bytes(&state, sizeof(state));
	z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void
set_id(struct req *rq, struct str given)
{
	const char *digits = "0123456789abcdef";
	uint64_t number;
	size_t i, n = is_id(given) ? given.n : 16;

	if (is_id(given)) {
		memcpy(rq->id, given.p, n);
	} else {
		number = next_number();
		for (i = 0; i < n; i++)
			rq->id[i] = digits[number >> (60 - 4 * i) & 15];
	}
	rq->id[n] = '\0';
}

void
params_read(const char *const *envp, struct req *rq)
{
	struct raw raw = { .method = STR_NONE };
	const struct param *param;
	const char *equals;
	struct str *to;
	size_t from = 0;

	for (; *envp != NULL; envp++) {
		equals = strchr(*envp, '=');
		if (equals == NULL || equals[1] == '\0')
			continue;
		param = find(*envp, (size_t)(equals - *envp), &from);
		if (param == NULL)
			continue;
		to = (struct str *)((param->raw ? (char *)&raw : (char *)rq) +
		    param->offset);
		if (to->p == NULL)
			*to = str_of(equals + 1);
	}
	if (rq->path.p == NULL)
		rq->path = STR("");
	if (rq->query.p == NULL)
		rq->query = STR("");
	rq->method = method_of(raw.method);
	rq->body.length = length_of(raw.length);
	rq->arrived = start_of(raw.start);
	set_id(rq, raw.id);
}
