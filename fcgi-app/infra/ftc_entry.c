/* Entries.  See ftc_entry.h. */
#include "ftc_entry.h"

#include <assert.h>
#include <endian.h>

#define POLYNOMIAL 0x82f63b78 /* of CRC-32C, lowest bit first */

static const char magic[4] = "FTC\1";

/* Bytes at once by eight tables, when the processor has no instruction. */
static uint32_t tables[8][256];

static void
make_tables(void)
{
	uint32_t i, k, crc;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		tables[0][i] = crc;
	}
	for (i = 0; i < 256; i++)
		for (k = 1; k < 8; k++)
			tables[k][i] = tables[k - 1][i] >> 8 ^
			    tables[0][tables[k - 1][i] & 0xff];
}

static uint32_t
crc_by_table(uint32_t crc, const unsigned char *p, size_t n)
{
	uint64_t v;
	int k;

	if (tables[0][1] == 0)
		make_tables();
	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&v, p, 8);
		v = le64toh(v) ^ crc;
		for (crc = 0, k = 0; k < 8; k++)
			crc ^= tables[7 - k][v >> 8 * k & 0xff];
	}
	for (; n > 0; p++, n--)
		crc = crc >> 8 ^ tables[0][(crc ^ *p) & 0xff];
	return crc;
}

#if defined(__x86_64__)
/* The instruction takes three cycles and can begin each cycle, so three pieces
 * are worked on at once.  What the first two would be after as many zeros as
 * come after them is looked up: a CRC is linear. */
#define PIECE 1024

static uint32_t shifts[4][256];

__attribute__((target("sse4.2"))) static uint32_t
crc_by_eight(uint32_t crc, const unsigned char *p, size_t n)
{
	uint64_t wide = crc, v;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&v, p, 8);
		wide = __builtin_ia32_crc32di(wide, v);
	}
	crc = (uint32_t)wide;
	for (; n > 0; p++, n--)
		crc = __builtin_ia32_crc32qi(crc, *p);
	return crc;
}

static void
make_shifts(void)
{
	static const unsigned char zeros[PIECE];
	uint32_t i, k, low;

	for (k = 0; k < 4; k++)
		for (i = 1; i < 256; i++) {
			low = i & -i; /* one bit; the others are known */
			shifts[k][i] = i == low ? crc_by_eight(i << 8 * k,
			    zeros, PIECE) : shifts[k][low] ^
			    shifts[k][i ^ low];
		}
}

static uint32_t
shifted(uint32_t crc)
{
	return shifts[0][crc & 0xff] ^ shifts[1][crc >> 8 & 0xff] ^
	    shifts[2][crc >> 16 & 0xff] ^ shifts[3][crc >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t
crc_of_three(uint32_t crc, const unsigned char *p)
{
	uint64_t one = crc, two = 0, three = 0, v[3];
	size_t i;

	for (i = 0; i < PIECE; i += 8) {
		memcpy(&v[0], p + i, 8);
		memcpy(&v[1], p + PIECE + i, 8);
		memcpy(&v[2], p + 2 * PIECE + i, 8);
		one = __builtin_ia32_crc32di(one, v[0]);
		two = __builtin_ia32_crc32di(two, v[1]);
		three = __builtin_ia32_crc32di(three, v[2]);
	}
	two ^= shifted((uint32_t)one);
	return (uint32_t)three ^ shifted((uint32_t)two);
}

static uint32_t
crc_by_processor(uint32_t crc, const unsigned char *p, size_t n)
{
	if (shifts[0][1] == 0)
		make_shifts();
	for (; n >= 3 * PIECE; p += 3 * PIECE, n -= 3 * PIECE)
		crc = crc_of_three(crc, p);
	return crc_by_eight(crc, p, n);
}
#endif

uint32_t
ftc_entry_crc(uint32_t crc, const void *p, size_t n)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc_by_processor(~crc, p, n);
#endif
	return ~crc_by_table(~crc, p, n);
}

static void
put_number(char *to, uint64_t v, int bytes)
{
	v = htole64(v);
	memcpy(to, &v, (size_t)bytes);
}

static uint64_t
get_number(const char *from, int bytes)
{
	uint64_t v = 0;

	memcpy(&v, from, (size_t)bytes);
	return le64toh(v);
}

static uint32_t
crc_of(struct str key, const char *head, size_t head_n, struct str body)
{
	uint32_t crc = ftc_entry_crc(0, key.p, key.n);

	crc = ftc_entry_crc(crc, head, 4);
	crc = ftc_entry_crc(crc, head + 8, head_n - 8);
	return ftc_entry_crc(crc, body.p, body.n);
}

size_t
ftc_entry_head(struct str key, const struct ftc_entry *entry,
    char out[FTC_HEAD_MOST])
{
	size_t n = FTC_HEAD + FTC_NONCE + entry->stamps.n;

	assert(entry->epoch.n == FTC_NONCE && n <= FTC_HEAD_MOST &&
	    entry->stamps.n % FTC_NONCE == 0);
	memset(out, 0, FTC_HEAD);
	memcpy(out, magic, sizeof(magic));
	put_number(out + 8, entry->build, 8);
	put_number(out + 16, (uint64_t)entry->made, 8);
	put_number(out + 24, entry->body.n, 4);
	put_number(out + 28, entry->stamps.n / FTC_NONCE, 2);
	memcpy(out + FTC_HEAD, entry->epoch.p, FTC_NONCE);
	memcpy(out + FTC_HEAD + FTC_NONCE, entry->stamps.p, entry->stamps.n);
	put_number(out + 4, crc_of(key, out, n, entry->body), 4);
	return n;
}

bool
ftc_entry_open(struct str value, struct ftc_entry *out)
{
	size_t head, stamps, body;

	if (value.p == NULL || value.n < FTC_HEAD + FTC_NONCE ||
	    memcmp(value.p, magic, sizeof(magic)) != 0)
		return false;
	body = get_number(value.p + 24, 4);
	stamps = get_number(value.p + 28, 4);
	head = FTC_HEAD + FTC_NONCE + stamps * FTC_NONCE;
	if (stamps > FTC_TAGS || value.n != head + body)
		return false;
	out->build = get_number(value.p + 8, 8);
	out->made = (int64_t)get_number(value.p + 16, 8);
	out->epoch = str_sub(value, FTC_HEAD, FTC_HEAD + FTC_NONCE);
	out->stamps = str_sub(value, FTC_HEAD + FTC_NONCE, head);
	out->body = str_sub(value, head, value.n);
	return true;
}

bool
ftc_entry_is_whole(struct str key, struct str value)
{
	struct ftc_entry entry;
	size_t head;

	if (!ftc_entry_open(value, &entry))
		return false;
	head = value.n - entry.body.n;
	return get_number(value.p + 4, 4) ==
	    crc_of(key, value.p, head, entry.body);
}
