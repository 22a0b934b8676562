/* Tokens: making and reading.  See token.h for the rules. */
#include "token.h"

#include "base64.h"
#include "claims.h"
#include "clock.h"
#include "conf.h"
#include "log.h"
#include "rand.h"
#include "secret.h"
#include "token_seen.h"

#include <assert.h>
#include <jwt.h>

#define ISSUER "pinwall"
#define AUDIENCE "pinwall-api"
#define USE "access"
#define JTI 16 /* bytes; 22 characters */
#define HEADER_MOST 64
#define PAYLOAD_MOST 700
#define SIGNATURE 32
#define ROOM ((size_t)64 * 1024) /* for libjwt and what it uses */

enum { H_ALG, H_TYP, H_COUNT };

static const struct claim header_claims[H_COUNT] = {
	[H_ALG] = { "alg", CLAIM_TEXT, true },
	[H_TYP] = { "typ", CLAIM_TEXT, false },
};

enum { C_ISS, C_AUD, C_USE, C_SUB, C_SID, C_JTI, C_IAT, C_IMS, C_NBF, C_EXP,
	C_COUNT };

static const struct claim claims[C_COUNT] = {
	[C_ISS] = { "iss", CLAIM_TEXT, true },
	[C_AUD] = { "aud", CLAIM_TEXT, true },
	[C_USE] = { "use", CLAIM_TEXT, true },
	[C_SUB] = { "sub", CLAIM_TEXT, true },
	[C_SID] = { "sid", CLAIM_NUMBER, true },
	[C_JTI] = { "jti", CLAIM_TEXT, true },
	[C_IAT] = { "iat", CLAIM_NUMBER, true },
	[C_IMS] = { "ims", CLAIM_NUMBER, true },
	[C_NBF] = { "nbf", CLAIM_NUMBER, false },
	[C_EXP] = { "exp", CLAIM_NUMBER, true },
};

static unsigned char key[SECRET_KEY];
static bool opened;
static bool failed; /* see token_failed */

/* False: no memory. */
static bool
fill(jwt_t *jwt, const struct token_claims *c)
{
	char sub[24], jti[BASE64_URL(JTI) + 1];
	unsigned char bytes[JTI];

	snprintf(sub, sizeof(sub), "%lld", (long long)c->user);
	rand_bytes(bytes, sizeof(bytes));
	base64_url(jti, bytes, sizeof(bytes));
	return jwt_add_grant(jwt, "iss", ISSUER) == 0 &&
	    jwt_add_grant(jwt, "aud", AUDIENCE) == 0 &&
	    jwt_add_grant(jwt, "use", USE) == 0 &&
	    jwt_add_grant(jwt, "sub", sub) == 0 &&
	    jwt_add_grant(jwt, "jti", jti) == 0 &&
	    jwt_add_grant_int(jwt, "sid", (long)c->session) == 0 &&
	    jwt_add_grant_int(jwt, "iat", (long)c->issued_ms / 1000) == 0 &&
	    jwt_add_grant_int(jwt, "ims", (long)c->issued_ms) == 0 &&
	    jwt_add_grant_int(jwt, "exp", (long)c->expires_s) == 0 &&
	    jwt_set_alg(jwt, JWT_ALG_HS256, key, sizeof(key)) == 0;
}

/* To be freed; NULL: no memory. */
static char *
encode(const struct token_claims *c)
{
	jwt_t *jwt = NULL;
	char *text = NULL;

	if (jwt_new(&jwt) == 0 && fill(jwt, c))
		text = jwt_encode_str(jwt);
	jwt_free(jwt);
	return text;
}

struct str
token_make(struct arena *a, const struct token_claims *want)
{
	struct token_claims c = *want;
	/* Taken first: an arena that is full does not come back. */
	char *out = arena_alloc(a, TOKEN_MOST + 1), *text;
	size_t n;

	assert(opened && c.user > 0 && c.session > 0);
	if (c.issued_ms == 0)
		c.issued_ms = clock_now() / 1000;
	if (c.expires_s == 0)
		c.expires_s = c.issued_ms / 1000 + conf.access_s;
	text = encode(&c);
	if (text == NULL)
		arena_give_up(a);
	n = strlen(text);
	assert(n <= TOKEN_MOST);
	memcpy(out, text, n + 1);
	free(text);
	return (struct str){ out, n };
}

struct parts {
	struct str header, payload, signature;
};

static bool
split(struct str token, struct parts *p)
{
	unsigned char code[SIGNATURE];
	size_t n;
	size_t one = str_find(token, '.', 0);
	size_t two = str_find(token, '.', one + 1);

	p->header = str_sub(token, 0, one);
	p->payload = str_sub(token, one + 1, two);
	p->signature = str_sub(token, two + 1, token.n);
	return p->header.n > 0 && p->payload.n > 0 &&
	    base64_url_read(p->signature, code, sizeof(code), &n) &&
	    n == sizeof(code);
}

static bool
header_is_ours(struct str text)
{
	struct claim_value v[H_COUNT];
	char json[HEADER_MOST];
	size_t n;

	return base64_url_read(text, json, sizeof(json), &n) &&
	    claims_read((struct str){ json, n }, header_claims, H_COUNT, v) &&
	    str_eq(v[H_ALG].text, STR("HS256")) &&
	    (!v[H_TYP].given || str_eq(v[H_TYP].text, STR("JWT")));
}

/* libjwt wants a terminated text; it sees only what passed the rules. */
static bool
is_signed(struct str token)
{
	char text[TOKEN_MOST + 1];
	jwt_t *jwt = NULL;
	bool good;

	assert(opened && token.n <= TOKEN_MOST);
	memcpy(text, token.p, token.n);
	text[token.n] = '\0';
	good = jwt_decode(&jwt, text, key, sizeof(key)) == 0 &&
	    jwt != NULL && jwt_get_alg(jwt) == JWT_ALG_HS256;
	jwt_free(jwt);
	return good;
}

static bool
is_for_us(const struct claim_value *v)
{
	char jti[JTI];
	size_t n;

	return str_eq(v[C_ISS].text, STR(ISSUER)) &&
	    str_eq(v[C_AUD].text, STR(AUDIENCE)) &&
	    str_eq(v[C_USE].text, STR(USE)) &&
	    base64_url_read(v[C_JTI].text, jti, sizeof(jti), &n) && n == JTI;
}

static bool
is_in_time(const struct claim_value *v, int64_t now_s)
{
	int64_t iat = v[C_IAT].number, exp = v[C_EXP].number;

	return iat <= now_s + TOKEN_SKEW_S &&
	    v[C_NBF].number <= now_s + TOKEN_SKEW_S &&
	    v[C_IMS].number / 1000 == iat &&
	    exp > now_s && exp > iat && exp - iat <= conf.access_s;
}

static bool
read_payload(struct str text, int64_t now_s, struct token_claims *out)
{
	struct claim_value v[C_COUNT];
	char json[PAYLOAD_MOST];
	int64_t user;
	size_t n;

	if (!base64_url_read(text, json, sizeof(json), &n) ||
	    !claims_read((struct str){ json, n }, claims, C_COUNT, v) ||
	    !is_for_us(v) || !is_in_time(v, now_s))
		return false;
	if (!str_int(v[C_SUB].text, &user) || user < 1 || v[C_SID].number < 1)
		return false;
	*out = (struct token_claims){
		.user = user,
		.session = v[C_SID].number,
		.issued_ms = v[C_IMS].number,
		.expires_s = v[C_EXP].number,
	};
	return true;
}

bool
token_failed(void)
{
	return failed;
}

bool
token_read(struct str token, struct token_claims *out)
{
	int64_t now_s = clock_now() / SECOND_US;
	struct token_claims got;
	struct parts p;

	failed = false;
	if (token.n == 0 || token.n > TOKEN_MOST)
		return false;
	if (token_seen(token, now_s, out))
		return true;
	if (!split(token, &p) || !header_is_ours(p.header) ||
	    !read_payload(p.payload, now_s, &got))
		return false;
	/* libjwt does not say whether it refuses a token or had no memory */
	failed = !arena_has_room(ROOM);
	if (failed || !is_signed(token))
		return false;
	token_seen_add(token, &got);
	*out = got;
	return true;
}

/* Does the library do what the rules need?  One more look at every start. */
static bool
check_library(struct arena *a)
{
	const struct token_claims made = { .user = 1, .session = 2 };
	struct token_claims got;
	struct str token = token_make(a, &made);
	char *forged = arena_alloc(a, token.n), *first;

	if (!token_read(token, &got) || got.user != 1 || got.session != 2)
		return false;
	memcpy(forged, token.p, token.n);
	/* The first character of the signature: all its bits count. */
	first = forged + token.n - BASE64_URL(SIGNATURE);
	*first = *first == 'A' ? 'B' : 'A';
	return !token_read((struct str){ forged, token.n }, &got);
}

bool
token_open(void)
{
	struct arena *a = arena_open(8192);
	bool good;

	secret_key("access", key);
	token_seen_open();
	opened = true;
	good = check_library(a);
	arena_close(a);
	token_seen_open();
	if (!good)
		log_error("token.bad reason=libjwt fails its check");
	opened = good;
	return good;
}

struct str
token_opaque(struct arena *a, struct token_hash *hash)
{
	char *text = arena_alloc(a, TOKEN_OPAQUE + 1);
	unsigned char bytes[32];
	struct str token = { text, TOKEN_OPAQUE };

	rand_bytes(bytes, sizeof(bytes));
	base64_url(text, bytes, sizeof(bytes));
	secret_digest(token, hash->p);
	return token;
}

bool
token_opaque_read(struct str token, struct token_hash *hash)
{
	unsigned char bytes[32];
	size_t n;

	if (token.n != TOKEN_OPAQUE ||
	    !base64_url_read(token, bytes, sizeof(bytes), &n))
		return false;
	secret_digest(token, hash->p);
	return true;
}
