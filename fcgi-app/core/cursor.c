/*
 * Cursors: where a list goes on.
 *
 * Eight bytes each for the sort key and the id of the last row shown, one for
 * the direction, eight for a keyed code over these 17 (SipHash-2-4): 25
 * bytes, 34 characters of base64url.  The code keeps clients from reading
 * anything into a cursor that we would have to keep stable, and from walking
 * into keys that no list ever showed; a chance of 2^-64 for a guess is enough
 * for a value that grants nothing.
 *
 * A cursor does not name its list: given to another list it is a position
 * there, as harmless as any.
 */
#include "input.h"

#include "arena.h"
#include "base64.h"
#include "secret.h"

#define PACKED 17
#define CODE 8
#define WHOLE (PACKED + CODE)

static unsigned char mac_key[16];

void
cursor_key(const unsigned char key[16])
{
	memcpy(mac_key, key, sizeof(mac_key));
}

static void
put64(unsigned char *to, uint64_t v)
{
	int i;

	for (i = 0; i < 8; i++)
		to[i] = (unsigned char)(v >> (56 - 8 * i));
}

static int64_t
get64(const unsigned char *from)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < 8; i++)
		v = v << 8 | from[i];
	return (int64_t)v;
}

struct str
cursor_text(struct arena *a, int64_t at, int64_t id, bool back)
{
	unsigned char bytes[WHOLE];
	char *out = arena_alloc(a, BASE64_URL(WHOLE) + 1);

	put64(bytes, (uint64_t)at);
	put64(bytes + 8, (uint64_t)id);
	bytes[16] = back ? 1 : 0;
	put64(bytes + PACKED, secret_hash(mac_key, bytes, PACKED));
	base64_url(out, bytes, WHOLE);
	return (struct str){ out, BASE64_URL(WHOLE) };
}

bool
cursor_read(struct str text, struct page *p)
{
	unsigned char bytes[WHOLE], code[CODE];
	size_t n;

	if (!base64_url_read(text, bytes, sizeof(bytes), &n) || n != WHOLE)
		return false;
	put64(code, secret_hash(mac_key, bytes, PACKED));
	if (!secret_equal(code, bytes + PACKED, CODE) || bytes[16] > 1)
		return false;
	p->at = get64(bytes);
	p->id = get64(bytes + 8);
	p->back = bytes[16] == 1;
	return true;
}
