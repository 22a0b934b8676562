/* Names.  See ftc_key.h. */
#include "ftc_key.h"

#include "base64.h"

#include <endian.h>
#include <sodium/crypto_hash_sha256.h>

static void
add(crypto_hash_sha256_state *h, char kind, struct str s)
{
	uint64_t n = htole64(s.n);

	crypto_hash_sha256_update(h, (const unsigned char *)&kind, 1);
	crypto_hash_sha256_update(h, (const unsigned char *)&n, sizeof(n));
	crypto_hash_sha256_update(h, (const unsigned char *)s.p, s.n);
}

void
ftc_key(uint64_t build, struct str query, struct str scope,
    const struct ftc_part *parts, size_t n, char out[FTC_KEY + 1])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state h;
	uint64_t number = htole64(build);
	size_t i;

	crypto_hash_sha256_init(&h);
	add(&h, 'B', (struct str){ (const char *)&number, sizeof(number) });
	add(&h, 'Q', query);
	add(&h, 'S', scope);
	for (i = 0; i < n; i++)
		add(&h, parts[i].kind, parts[i].value);
	crypto_hash_sha256_final(&h, digest);
	memcpy(out, "q:", 2);
	base64_url(out + 2, digest, 16);
}

void
ftc_key_etag(struct str key, struct str epoch, struct str stamps,
    char out[FTC_ETAG + 1])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	add(&h, 'K', key);
	add(&h, 'E', epoch);
	add(&h, 'T', stamps);
	crypto_hash_sha256_final(&h, digest);
	out[0] = '"';
	base64_url(out + 1, digest, 12);
	memcpy(out + FTC_ETAG - 1, "\"", 2);
}

/* "t:table" of a tag. */
static struct str
table_of(struct str tag)
{
	size_t to = str_find(tag, ':', 2);

	tag = str_sub(tag, 0, to);
	return str_ends(tag, STR("!")) ? str_sub(tag, 0, tag.n - 1) : tag;
}

void
ftc_key_bulk(struct buf *out, struct str tag)
{
	buf_str(out, table_of(tag));
	buf_byte(out, '!');
}

static bool
is_in(const struct str *tags, size_t n, struct str table)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(tags[i], table))
			return true;
	return false;
}

size_t
ftc_key_fold(const struct str *tags, size_t n, struct str out[FTC_TAGS],
    struct buf *room)
{
	size_t i, tables = 0, at;

	if (n <= FTC_TAGS) {
		if (n > 0)
			memcpy(out, tags, n * sizeof(*out));
		return n;
	}
	for (i = 0; i < n; i++) {
		if (is_in(out, tables, table_of(tags[i])))
			continue;
		if (tables == FTC_TAGS)
			return 0;
		out[tables++] = table_of(tags[i]);
	}
	/* The room may move while it grows. */
	at = room->n;
	for (i = 0; i < tables; i++)
		ftc_key_bulk(room, out[i]);
	for (i = 0; i < tables && buf_ok(room); i++) {
		out[i] = (struct str){ room->p + at, out[i].n + 1 };
		at += out[i].n;
	}
	return buf_ok(room) ? tables : 0;
}
