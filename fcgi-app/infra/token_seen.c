/* The table of verified tokens. */
#include "token_seen.h"

#include "rand.h"
#include "secret.h"

#define SETS 64
#define WAYS 4
#define TEXT 500

struct seen {
	uint64_t hash;
	struct token_claims claims; /* expires_s 0: empty */
	uint16_t n;
	char text[TEXT];
};

static struct seen seen[SETS][WAYS];
static uint8_t oldest[SETS];
static unsigned char key[16];

void
token_seen_open(void)
{
	memset(seen, 0, sizeof(seen));
	rand_bytes(key, sizeof(key));
}

bool
token_seen(struct str token, int64_t now_s, struct token_claims *out)
{
	uint64_t hash = secret_hash(key, token.p, token.n);
	struct seen *s = seen[hash % SETS];
	int i;

	for (i = 0; i < WAYS; i++, s++) {
		if (s->hash != hash || s->n != token.n ||
		    s->claims.expires_s <= now_s ||
		    memcmp(s->text, token.p, token.n) != 0)
			continue;
		*out = s->claims;
		return true;
	}
	return false;
}

void
token_seen_add(struct str token, const struct token_claims *claims)
{
	uint64_t hash = secret_hash(key, token.p, token.n);
	size_t set = hash % SETS;
	struct seen *s = &seen[set][oldest[set]++ % WAYS];

	if (token.n > TEXT)
		return;
	s->hash = hash;
	s->claims = *claims;
	s->n = (uint16_t)token.n;
	memcpy(s->text, token.p, token.n);
}
