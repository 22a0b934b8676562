/* Hashing passwords.  Which of them are refused is in password_weak.c. */
#include "password.h"

#include "base64.h"
#include "conf.h"
#include "log.h"

#include <sodium/crypto_pwhash.h>

/* What zxcvbn needs for the longest password. */
#define JUDGE_ROOM ((size_t)2 << 20)

static size_t
memory(void)
{
	return (size_t)conf.hash_kb * 1024;
}

/* libsodium wants a pointer, also to no bytes. */
static const char *
bytes_of(struct str password)
{
	return password.n > 0 ? password.p : "";
}

struct str
password_hash(struct arena *a, struct str password)
{
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str_alg(out, bytes_of(password), password.n,
	    (unsigned long long)conf.hash_ops, memory(),
	    crypto_pwhash_ALG_ARGON2ID13) != 0) {
		log_error("password.hash reason=no memory");
		return STR_NONE;
	}
	return str_of(out);
}

bool
password_has_room(void)
{
	bool has = arena_has_room(memory() + JUDGE_ROOM);

	if (!has)
		log_error("password reason=no memory");
	return has;
}

/* stored as the terminated, zero-filled text that libsodium reads. */
static bool
copy_stored(struct str stored, char out[crypto_pwhash_STRBYTES])
{
	if (stored.n == 0 || stored.n >= crypto_pwhash_STRBYTES ||
	    memchr(stored.p, '\0', stored.n) != NULL)
		return false;
	memset(out, 0, crypto_pwhash_STRBYTES);
	memcpy(out, stored.p, stored.n);
	return true;
}

bool
password_verify(struct str stored, struct str password)
{
	char text[crypto_pwhash_STRBYTES];

	return copy_stored(stored, text) &&
	    crypto_pwhash_str_verify(text, bytes_of(password),
	    password.n) == 0;
}

bool
password_is_outdated(struct str stored)
{
	char text[crypto_pwhash_STRBYTES];

	return !copy_stored(stored, text) ||
	    crypto_pwhash_str_needs_rehash(text,
	    (unsigned long long)conf.hash_ops, memory()) != 0;
}

void
password_dummy_verify(struct str password)
{
	char salt[BASE64_URL(16) + 1], hash[BASE64_URL(32) + 1];
	char text[crypto_pwhash_STRBYTES];
	unsigned char zero[32] = { 0 };
	bool ignored;

	/* A well-formed hash that no password is known to have; making a
	 * real one would take the time that it is to imitate.  Zero bytes
	 * are written with the same letters in every base64 alphabet. */
	base64_url(salt, zero, 16);
	base64_url(hash, zero, 32);
	snprintf(text, sizeof(text), "$argon2id$v=19$m=%lld,t=%lld,p=1$%s$%s",
	    (long long)conf.hash_kb, (long long)conf.hash_ops, salt, hash);
	ignored = password_verify(str_of(text), password);
	(void)ignored;
}
