/* Signed addresses.  See s3_sign.h. */
#include "s3_sign.h"

#include <ctype.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <stdio.h>
#include <time.h>

#define DIGEST crypto_hash_sha256_BYTES

static void
to_hex(const unsigned char digest[DIGEST], char hex[S3_SIGN_HEX])
{
	size_t i;

	for (i = 0; i < DIGEST; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void
s3_sign_digest(struct str bytes, char hex[S3_SIGN_HEX])
{
	unsigned char digest[DIGEST];

	crypto_hash_sha256(digest, (const unsigned char *)bytes.p, bytes.n);
	to_hex(digest, hex);
}

static void
hmac(const void *key, size_t key_n, struct str text,
    unsigned char digest[DIGEST])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.p,
	    text.n);
	crypto_auth_hmacsha256_final(&state, digest);
	explicit_bzero(&state, sizeof(state));
}

/* The key of a day, a region and S3; then the signature of text by it. */
static void
sign(struct arena *a, const struct s3_sign *by, const char *day,
    struct str text, char hex[S3_SIGN_HEX])
{
	struct str first = arena_printf(a, "AWS4%s", by->secret);
	unsigned char digest[DIGEST];

	hmac(first.p, first.n, str_of(day), digest);
	explicit_bzero((char *)first.p, first.n);
	hmac(digest, DIGEST, str_of(by->region), digest);
	hmac(digest, DIGEST, STR("s3"), digest);
	hmac(digest, DIGEST, STR("aws4_request"), digest);
	hmac(digest, DIGEST, text, digest);
	to_hex(digest, hex);
	explicit_bzero(digest, sizeof(digest));
}

/* Percent-encoded as RFC 3986 has it, "/" too. */
static struct str
encoded(struct arena *a, const char *text)
{
	struct str out = { arena_alloc(a, 3 * strlen(text) + 1), 0 };
	char *to = (char *)out.p;

	for (; *text != '\0'; text++)
		if (isalnum((unsigned char)*text) ||
		    strchr("-_.~", *text) != NULL)
			to[out.n++] = *text;
		else
			out.n += (size_t)snprintf(to + out.n, 4, "%%%02X",
			    (unsigned char)*text);
	return out;
}

struct str
s3_sign_get(struct arena *a, const struct s3_sign *by, const char *path,
    int64_t now, int seconds)
{
	char when[20], day[10], hex[S3_SIGN_HEX];
	time_t at = (time_t)now;
	struct tm tm;
	struct str query, scope;

	gmtime_r(&at, &tm);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	strftime(day, sizeof(day), "%Y%m%d", &tm);
	scope = arena_printf(a, "%s/%s/s3/aws4_request", day, by->region);
	query = arena_printf(a, "X-Amz-Algorithm=AWS4-HMAC-SHA256"
	    "&X-Amz-Credential=%.*s&X-Amz-Date=%s&X-Amz-Expires=%d"
	    "&X-Amz-SignedHeaders=host", STR_ARG(encoded(a, arena_printf(a,
	    "%s/%.*s", by->access, STR_ARG(scope)).p)), when, seconds);
	s3_sign_digest(arena_printf(a, "GET\n%s\n%.*s\nhost:%s\n\nhost\n"
	    "UNSIGNED-PAYLOAD", path, STR_ARG(query), by->host), hex);
	sign(a, by, day, arena_printf(a, "AWS4-HMAC-SHA256\n%s\n%.*s\n%s",
	    when, STR_ARG(scope), hex), hex);
	return arena_printf(a, "%s?%.*s&X-Amz-Signature=%s", path,
	    STR_ARG(query), hex);
}
