/* Entries and names of the cache: what is damaged is never taken for whole,
 * different things never have the same name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Whole, as one of its functions is used only by processors without the
 * instruction. */
#include "../../fcgi-app/infra/ftc_entry.c"

#include "ftc_key.h"
#include "rand.h"

#define BUILD UINT64_C(0x1122334455667788)

static const char stamps[] = "aaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbb";
static const struct str key = STR("q:0123456789abcdefABCDEF");

static uint32_t
crc_by_bit(const unsigned char *p, size_t n)
{
	uint32_t crc = ~0U;
	int k;

	while (n-- > 0) {
		crc ^= *p++;
		for (k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}

static void
crc(void **state)
{
	unsigned char bytes[300];
	size_t from, n, cut;
	uint32_t want;

	(void)state;
	/* RFC 3720, B.4 */
	assert_int_equal(ftc_entry_crc(0, "123456789", 9), 0xe3069283);
	memset(bytes, 0, 32);
	assert_int_equal(ftc_entry_crc(0, bytes, 32), 0x8a9136aa);
	memset(bytes, 0xff, 32);
	assert_int_equal(ftc_entry_crc(0, bytes, 32), 0x62a8ab43);
	rand_bytes(bytes, sizeof(bytes));
	for (n = 0; n < 200; n++) {
		from = n % 9;
		cut = n / 3;
		want = crc_by_bit(bytes + from, n);
		assert_int_equal(ftc_entry_crc(0, bytes + from, n), want);
		assert_int_equal(~crc_by_table(~0U, bytes + from, n), want);
		assert_int_equal(ftc_entry_crc(ftc_entry_crc(0, bytes + from,
		    cut), bytes + from + cut, n - cut), want);
	}
}

/* Long ones are taken in three pieces at once. */
static void
crc_of_much(void **state)
{
	static unsigned char bytes[20000];
	static const size_t lengths[] = { 3071, 3072, 3073, 3079, 6144, 6150,
		10000, 19990 };
	size_t i;
	uint32_t want;

	(void)state;
	rand_bytes(bytes, sizeof(bytes));
	for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		want = crc_by_bit(bytes + i, lengths[i]);
		assert_int_equal(ftc_entry_crc(0, bytes + i, lengths[i]),
		    want);
		assert_int_equal(~crc_by_table(~0U, bytes + i, lengths[i]),
		    want);
	}
}

static size_t
make(char *out, size_t body, size_t n_stamps)
{
	struct ftc_entry entry = { BUILD, INT64_C(1700000000000000),
		STR("eeeeeeeeeeeeeeeeeeee"),
		{ stamps, n_stamps * FTC_NONCE }, { out + 1500, body } };
	size_t n;

	memset(out + 1500, 'x', body);
	n = ftc_entry_head(key, &entry, out);
	memmove(out + n, out + 1500, body);
	return n + body;
}

static void
round_trip(void **state)
{
	char value[4000];
	struct ftc_entry entry;
	size_t n, body, k;

	(void)state;
	for (body = 0; body < 1000; body += 111) {
		for (k = 0; k <= 2; k++) {
			n = make(value, body, k);
			assert_true(ftc_entry_open((struct str){ value, n },
			    &entry));
			assert_true(ftc_entry_is_whole(key,
			    (struct str){ value, n }));
			assert_int_equal(entry.build, BUILD);
			assert_int_equal(entry.made,
			    INT64_C(1700000000000000));
			assert_true(str_eq(entry.epoch,
			    STR("eeeeeeeeeeeeeeeeeeee")));
			assert_true(str_eq(entry.stamps, (struct str){
			    stamps, k * FTC_NONCE }));
			assert_int_equal(entry.body.n, body);
		}
	}
	assert_false(ftc_entry_is_whole(STR("q:other"),
	    (struct str){ value, n }));
}

static void
damaged(void **state)
{
	char value[4000], room[4000];
	size_t n = make(value, 700, 2), i;
	struct str v = { room, n };
	struct ftc_entry entry;

	(void)state;
	for (i = 0; i < n * 8; i++) {
		memcpy(room, value, n);
		room[i / 8] = (char)(room[i / 8] ^ 1 << i % 8);
		assert_false(ftc_entry_is_whole(key, v));
	}
	memcpy(room, value, n);
	for (i = 0; i < n; i++)
		assert_false(ftc_entry_open((struct str){ room, i }, &entry));
	assert_false(ftc_entry_open((struct str){ room, n + 1 }, &entry));
	assert_false(ftc_entry_open(STR_NONE, &entry));
	assert_true(ftc_entry_is_whole(key, v));
}

/* Some look at the end of what they were given: each in memory of its own, so
 * that a sanitizer sees it. */
static void
random_bytes(void **state)
{
	struct ftc_entry entry;
	char *p;
	size_t n, i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		n = (size_t)rand_below(i % 3 == 0 ? 40 : 300);
		p = malloc(n + 1);
		assert_non_null(p);
		rand_bytes(p, n);
		memcpy(p, magic, n < 4 ? n : 4);
		if (n > 32) {
			memset(p + 24, 0, 8);
			p[24] = (char)rand_below(200);
			p[28] = (char)rand_below(4);
		}
		if (ftc_entry_open((struct str){ p, n }, &entry))
			assert_true(entry.body.n + entry.stamps.n +
			    FTC_HEAD + FTC_NONCE == n);
		assert_false(ftc_entry_is_whole(key, (struct str){ p, n }));
		free(p);
	}
}

static void
name(char out[FTC_KEY + 1], const char *query, const char *scope,
    const struct ftc_part *parts, size_t n)
{
	ftc_key(BUILD, str_of(query), str_of(scope), parts, n, out);
	assert_int_equal(strlen(out), FTC_KEY);
	assert_memory_equal(out, "q:", 2);
}

static void
keys(void **state)
{
	const struct ftc_part parts[][2] = {
		{ { 's', STR("x AND b = y") }, { 's', STR("z") } },
		{ { 's', STR("x") }, { 's', STR("y AND b = z") } },
		{ { 's', STR("") }, { 's', STR("xz") } },
		{ { 's', STR("1") }, { 's', STR("") } },
		{ { 'i', STR("1") }, { 's', STR("") } },
		{ { 'i', STR("1") }, { 'n', STR("") } },
		{ { 'i', STR("1") }, { 'b', STR("") } },
		{ { 's', STR("a\0b") }, { 's', STR("") } },
		{ { 's', STR("a") }, { 's', STR("\0b") } },
	};
	char made[32][FTC_KEY + 1];
	size_t n = 0, i, k;

	(void)state;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		name(made[n++], "pins", "user 1", parts[i], 2);
	name(made[n++], "pins", "user 1", parts[0], 1);
	name(made[n++], "pins", "user 1", parts[0], 0);
	name(made[n++], "pins", "user 2", parts[0], 2);
	name(made[n++], "pin", "suser 1", parts[0], 2);
	name(made[n++], "pinsuser 1", "", parts[0], 2);
	name(made[n++], "", "pinsuser 1", parts[0], 2);
	ftc_key(BUILD + 1, STR("pins"), STR("user 1"), parts[0], 2,
	    made[n++]);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(made[i], made[k]);
	name(made[n], "pins", "user 1", parts[0], 2);
	assert_string_equal(made[n], made[0]);
}

static void
etags(void **state)
{
	struct str epoch = STR("epoch 1"), stamp = STR("aaaaaaaaaaaaaaaaaaaa");
	char one[FTC_ETAG + 1], two[FTC_ETAG + 1];

	(void)state;
	ftc_key_etag(key, epoch, stamp, one);
	assert_int_equal(strlen(one), FTC_ETAG);
	assert_true(one[0] == '"' && one[FTC_ETAG - 1] == '"');
	ftc_key_etag(key, epoch, STR("aaaaaaaaaaaaaaaaaaab"), two);
	assert_string_not_equal(one, two);
	ftc_key_etag(STR("q:other"), epoch, stamp, two);
	assert_string_not_equal(one, two);
	/* a server that came back with old data has old stamps, too */
	ftc_key_etag(key, STR("epoch 2"), stamp, two);
	assert_string_not_equal(one, two);
	ftc_key_etag(key, epoch, stamp, two);
	assert_string_equal(one, two);
}

static void
folding(void **state)
{
	static char text[200][24];
	struct str tags[200], out[FTC_TAGS];
	struct buf room;
	size_t i;

	(void)state;
	buf_open(&room, 10000);
	for (i = 0; i < 200; i++)
		tags[i] = (struct str){ text[i], (size_t)snprintf(text[i],
		    sizeof(text[0]), i % 2 ? "t:pin:id=%zu" :
		    "t:pin_tag:tag=%zu:x", i) };
	assert_int_equal(ftc_key_fold(tags, 0, out, &room), 0);
	assert_int_equal(ftc_key_fold(tags, 64, out, &room), 64);
	assert_true(str_eq(out[63], tags[63]));
	tags[7] = STR("t:pin");
	tags[9] = STR("t:pin!");
	assert_int_equal(ftc_key_fold(tags, 65, out, &room), 2);
	assert_true(str_eq(out[0], STR("t:pin_tag!")));
	assert_true(str_eq(out[1], STR("t:pin!")));
	for (i = 0; i < 200; i++)
		tags[i].n = (size_t)snprintf(text[i], sizeof(text[0]),
		    "t:table%zu", i % 65);
	for (i = 0; i < 200; i++)
		tags[i].p = text[i];
	assert_int_equal(ftc_key_fold(tags, 200, out, &room), 0);
	assert_int_equal(ftc_key_fold(tags + 1, 64, out, &room), 64);
	buf_close(&room);
	buf_open(&room, 5);
	assert_int_equal(ftc_key_fold(tags, 199, out, &room), 0);
	buf_close(&room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc),
		cmocka_unit_test(crc_of_much),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(damaged),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(keys),
		cmocka_unit_test(etags),
		cmocka_unit_test(folding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
