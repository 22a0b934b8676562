/*
 * The machines of the cache, step by step: what the simulator would meet too
 * rarely, and what it does not look at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ftc_guard.h"
#include "ftc_reader.h"
#include "ftc_serve.h"
#include "ftc_writer.h"

#define SERVER "0123456789012345678901234567890123456789"
#define EPOCH "eeeeeeeeeeeeeeeeeeee.0000000000000000@" SERVER
#define OLD_STAMP "aaaaaaaaaaaaaaaaaaaa"

static struct ftc_link link_now;
static struct ftc_fresh fresh;
static struct ftc_action act;
static int64_t now;
static int nonces;

static const struct str tags[2] = { STR("t:pin:id=1"), STR("t:pin!") };
static const struct ftc_fragment fragment = { STR("q:0123456789abcdefABCDEF"),
	tags, 2, 60000, 0, false, false };
static const struct ftc_fragment expensive = {
	STR("q:0123456789abcdefABCDEF"), tags, 2, 60000, 0, true, false };

static int
set_up(void **state)
{
	(void)state;
	memset(&link_now, 0, sizeof(link_now));
	link_now.up = true;
	memcpy(link_now.run_id, SERVER, FTC_RUN_ID);
	fresh.used = true;
	now = 5000000;
	return 0;
}

static struct ftc_event
event(enum ftc_happened what, const struct str *values, size_t n)
{
	if (fresh.used)
		snprintf(fresh.text, sizeof(fresh.text), "%019d", ++nonces);
	fresh.text[FTC_NONCE - 1] = 'n';
	fresh.used = false;
	return (struct ftc_event){ .what = what, .now = now, .wall = now,
		.fresh = &fresh, .values = values, .n = n, .number = -1 };
}

static enum ftc_do
read_on(struct ftc_reader *r, enum ftc_happened what,
    const struct str *values, size_t n)
{
	struct ftc_event e = event(what, values, n);

	ftc_reader_step(r, &e, &act);
	return act.what;
}

static enum ftc_do
begin_reading(struct ftc_reader *r, const struct ftc_fragment *f)
{
	ftc_reader_open(r, &link_now, 1, f, 1);
	return read_on(r, FTC_START, NULL, 0);
}

static void
fills_then_hits(void **state)
{
	struct str values[4] = { STR(EPOCH "#1"), STR_NONE, STR(OLD_STAMP),
		STR(OLD_STAMP) };
	struct str body = STR("{\"a\": 1}");
	char stored[500], one[FTC_ETAG + 1], two[FTC_ETAG + 1];
	struct ftc_reader r;

	(void)state;
	assert_int_equal(begin_reading(&r, &fragment), FTC_CALL);
	assert_int_equal(act.call.command, FTC_MGET);
	assert_int_equal(act.call.n, 4);
	assert_true(str_eq(act.call.words[0], STR("E")));
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(read_on(&r, FTC_BODY, &body, 1), FTC_SEND);
	assert_int_equal(act.call.command, FTC_SET_ENTRY);
	memcpy(stored, act.call.head.p, act.call.head.n);
	memcpy(stored + act.call.head.n, body.p, body.n);
	values[1] = (struct str){ stored, act.call.head.n + body.n };
	assert_int_equal(read_on(&r, FTC_SENT, NULL, 0), FTC_DONE);
	assert_true(ftc_reader_etag(&r, 0, one));

	assert_int_equal(begin_reading(&r, &fragment), FTC_CALL);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_SERVE);
	assert_true(str_eq(act.body, body));
	assert_ptr_equal(act.body.p, values[1].p + values[1].n - body.n);
	assert_int_equal(read_on(&r, FTC_NEXT, NULL, 0), FTC_DONE);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_HIT);
	assert_true(ftc_reader_etag(&r, 0, two));
	assert_string_equal(one, two);

	/* Another stamp, a fence, another epoch, a damaged byte. */
	values[3] = STR("bbbbbbbbbbbbbbbbbbbb");
	begin_reading(&r, &fragment);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);
	values[3] = STR(OLD_STAMP "|12.aaaaaaaaaaaaaaaa");
	begin_reading(&r, &fragment);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_THROUGH);
	assert_false(ftc_reader_etag(&r, 0, two));
	assert_int_equal(read_on(&r, FTC_BODY, &body, 1), FTC_DONE);
	values[3] = STR(OLD_STAMP);
	values[0] = STR("f" EPOCH "#1");
	values[0] = str_sub(values[0], 0, FTC_EPOCH);
	begin_reading(&r, &fragment);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	values[0] = STR(EPOCH "#2");
	stored[values[1].n - 1] ^= 1;
	begin_reading(&r, &fragment);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);
}

/* Of a light one the stamps are asked for, and not the bytes. */
static void
asks_for_stamps(void **state)
{
	struct str values[4] = { STR(EPOCH "#1"), STR(EPOCH "#1"),
		STR(OLD_STAMP), STR(OLD_STAMP) };
	struct ftc_fragment light = fragment;
	char one[FTC_ETAG + 1], two[FTC_ETAG + 1];
	struct ftc_reader r;

	(void)state;
	light.light = true;
	begin_reading(&r, &light);
	assert_int_equal(act.call.n, 4);
	assert_true(str_eq(act.call.words[1], STR("E")));
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);
	assert_true(ftc_reader_etag(&r, 0, one));
	/* It is that of the whole one. */
	values[1] = STR_NONE;
	begin_reading(&r, &fragment);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_true(ftc_reader_etag(&r, 0, two));
	assert_string_equal(one, two);
	/* A fence, a tag that is missing, no lease: there is none. */
	values[1] = STR(EPOCH "#1");
	values[2] = STR(OLD_STAMP "|7.x");
	begin_reading(&r, &light);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_false(ftc_reader_etag(&r, 0, one));
	values[2] = STR_NONE;
	begin_reading(&r, &light);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_false(ftc_reader_etag(&r, 0, one));
	values[2] = STR(OLD_STAMP);
	values[0] = STR_NONE;
	begin_reading(&r, &light);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_false(ftc_reader_etag(&r, 0, one));
}

static void
breaks(void **state)
{
	struct str values[4] = { STR(EPOCH "#1"), STR_NONE, STR(OLD_STAMP),
		STR(OLD_STAMP) };
	struct str run_id = STR(SERVER);
	struct ftc_reader r;
	int i;

	(void)state;
	/* An answer that waited in a server that stood still is none. */
	begin_reading(&r, &fragment);
	now += FTC_ANSWER_US + 1;
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_THROUGH);
	for (i = 0; i < 2; i++) {
		assert_int_equal(begin_reading(&r, &fragment), FTC_CONNECT);
		assert_int_equal(read_on(&r, FTC_REFUSED, NULL, 0), FTC_READ);
	}
	/* Now it is left alone for a second, and tried once. */
	assert_int_equal(begin_reading(&r, &fragment), FTC_READ);
	now += 999999;
	assert_int_equal(begin_reading(&r, &fragment), FTC_READ);
	now++;
	assert_int_equal(begin_reading(&r, &fragment), FTC_CONNECT);
	read_on(&r, FTC_FAILED, NULL, 0);
	assert_int_equal(begin_reading(&r, &fragment), FTC_READ);
	now += 1000000;
	assert_int_equal(begin_reading(&r, &fragment), FTC_CONNECT);
	assert_int_equal(read_on(&r, FTC_ANSWER, &run_id, 1), FTC_CALL);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);
}

static void
distrusts_lease(void **state)
{
	struct str other = STR("eeeeeeeeeeeeeeeeeeee.0000000000000000@"
	    "9999999999999999999999999999999999999999#1");

	(void)state;
	assert_false(ftc_link_lease(&link_now, STR_NONE, now));
	assert_false(ftc_link_lease(&link_now, STR(EPOCH), now));
	assert_false(ftc_link_lease(&link_now, other, now));
	assert_true(ftc_link_lease(&link_now, STR(EPOCH "#1"), now));
	assert_true(ftc_link_lease(&link_now, STR(EPOCH "#1"),
	    now + FTC_LAPSE_US));
	/* Longer than it can last: somebody has set the clock. */
	assert_false(ftc_link_lease(&link_now, STR(EPOCH "#1"),
	    now + FTC_LAPSE_US + 1));
	assert_true(ftc_link_lease(&link_now, STR(EPOCH "#2"),
	    now + FTC_LAPSE_US + 1));
}

static void
waits_for_lock(void **state)
{
	struct str values[5] = { STR(EPOCH "#1"), STR_NONE, STR(OLD_STAMP),
		STR(OLD_STAMP), STR("somebody's") };
	struct str prepared[3] = { STR("0"), STR(OLD_STAMP), STR(OLD_STAMP) };
	int64_t pauses[] = { 5000, 10000, 20000, 40000, 40000, 40000, 40000,
		5000 };
	struct ftc_reader r;
	size_t i;

	(void)state;
	begin_reading(&r, &expensive);
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 4), FTC_CALL);
	assert_int_equal(act.call.command, FTC_PREP);
	read_on(&r, FTC_ANSWER, prepared, 3);
	for (i = 0; i < 8; i++) {
		assert_int_equal(act.what, FTC_WAIT);
		assert_int_equal(act.until - now, pauses[i]);
		now = act.until;
		assert_int_equal(read_on(&r, FTC_TIME, NULL, 0), FTC_CALL);
		read_on(&r, FTC_ANSWER, values, 5);
	}
	assert_int_equal(act.what, FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);

	/* Whose lock is gone, and there is no entry, has kept nothing. */
	begin_reading(&r, &expensive);
	read_on(&r, FTC_ANSWER, values, 4);
	read_on(&r, FTC_ANSWER, prepared, 3);
	assert_int_equal(read_on(&r, FTC_TIME, NULL, 0), FTC_CALL);
	assert_memory_equal(act.call.words[4].p, "l:", 2);
	values[4] = STR_NONE;
	assert_int_equal(read_on(&r, FTC_ANSWER, values, 5), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);

	/* Who takes it makes it; and lets it lapse if nothing is kept. */
	prepared[0] = STR("1");
	begin_reading(&r, &expensive);
	read_on(&r, FTC_ANSWER, values, 4);
	assert_int_equal(read_on(&r, FTC_ANSWER, prepared, 3), FTC_READ);
	assert_int_equal(ftc_reader_verdict(&r, 0), FTC_FILL);
	assert_int_equal(read_on(&r, FTC_NEXT, NULL, 0), FTC_SEND);
	assert_int_equal(act.call.command, FTC_SET_ENTRY);
	assert_memory_equal(act.call.words[0].p, "l:", 2);
	assert_true(str_eq(act.call.words[1], STR("1")));
	assert_int_equal(read_on(&r, FTC_SENT, NULL, 0), FTC_DONE);
}

static enum ftc_do
write_on(struct ftc_writer *w, enum ftc_happened what, int64_t number)
{
	struct ftc_event e = event(what, NULL, 0);
	struct str run_id = STR(SERVER);

	e.number = number;
	if (w->at == FTC_WRITER_CONNECTS) {
		e.values = &run_id;
		e.n = 1;
	}
	ftc_writer_step(w, &e, &act);
	return act.what;
}

static void
fences_and_releases(void **state)
{
	struct ftc_writer w;
	char name[FTC_WRITER_MOST];

	(void)state;
	ftc_writer_open(&w, &link_now, 77, tags, 2);
	assert_int_equal(write_on(&w, FTC_START, 0), FTC_CALL);
	assert_int_equal(act.call.command, FTC_FENCE);
	assert_int_equal(act.call.keys, 3);
	assert_int_equal(act.call.n, 5);
	assert_int_equal(act.call.words[3].n, 3 + 16);
	memcpy(name, act.call.words[3].p, 19);
	assert_memory_equal(name, "77.", 3);
	assert_int_equal(write_on(&w, FTC_ANSWER, 1), FTC_COMMIT);
	assert_int_equal(write_on(&w, FTC_COMMITTED, 0), FTC_TELL);
	assert_int_equal(write_on(&w, FTC_NEXT, 0), FTC_SEND);
	assert_int_equal(act.call.command, FTC_RELEASE);
	assert_memory_equal(act.call.words[3].p, name, 19);
	assert_true(str_eq(act.call.words[4], STR("1")));
	assert_int_equal(write_on(&w, FTC_SENT, 0), FTC_DONE);

	ftc_writer_open(&w, &link_now, 78, tags, 2);
	write_on(&w, FTC_START, 0);
	write_on(&w, FTC_ANSWER, 1);
	assert_int_equal(write_on(&w, FTC_ABORTED, 0), FTC_SEND);
	assert_true(str_eq(act.call.words[4], STR("0")));

	ftc_writer_open(&w, &link_now, 79, tags, 2);
	write_on(&w, FTC_START, 0);
	write_on(&w, FTC_ANSWER, 1);
	assert_int_equal(write_on(&w, FTC_UNKNOWN, 0), FTC_DONE);
}

/* A fence that is tried again has the same name and another stamp: if the
 * first is executed late, it must not bring a stamp back. */
static void
fences_elsewhere(void **state)
{
	struct ftc_writer w;
	char name[19], nonce[FTC_NONCE];

	(void)state;
	ftc_writer_open(&w, &link_now, 77, tags, 2);
	write_on(&w, FTC_START, 0);
	memcpy(name, act.call.words[3].p, 19);
	memcpy(nonce, act.call.words[4].p, FTC_NONCE);
	assert_int_equal(write_on(&w, FTC_FAILED, 0), FTC_CONNECT);
	assert_int_equal(write_on(&w, FTC_ANSWER, 0), FTC_CALL);
	assert_memory_equal(act.call.words[3].p, name, 19);
	assert_memory_not_equal(act.call.words[4].p, nonce, FTC_NONCE);
	assert_int_equal(write_on(&w, FTC_FAILED, 0), FTC_IS_OFF);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_REQUEST);
	now += 1000;
	assert_int_equal(write_on(&w, FTC_NUMBER, 5), FTC_ASK);
	assert_int_equal(act.id, 5);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_WAIT);
	assert_int_equal(write_on(&w, FTC_TIME, 0), FTC_ASK);
	/* Who cannot ask waits until no lease can be left. */
	assert_int_equal(write_on(&w, FTC_PG_FAILED, 0), FTC_WAIT);
	assert_int_equal(act.until - now, FTC_LAPSE_US);
	now = act.until - 1;
	assert_int_equal(write_on(&w, FTC_TIME, 0), FTC_ASK);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_WAIT);
	now++;
	assert_int_equal(write_on(&w, FTC_TIME, 0), FTC_ASK);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_SWITCH_OFF);
	assert_int_equal(write_on(&w, FTC_PG_FAILED, 0), FTC_COMMIT);
	write_on(&w, FTC_COMMITTED, 0);
	assert_int_equal(write_on(&w, FTC_NEXT, 0), FTC_DONE);

	/* No server: nothing can be served.  No Postgres: nothing is safe. */
	link_now.up = false;
	ftc_writer_open(&w, &link_now, 78, tags, 2);
	assert_int_equal(write_on(&w, FTC_START, 0), FTC_CONNECT);
	assert_int_equal(write_on(&w, FTC_REFUSED, 0), FTC_COMMIT);
	ftc_writer_open(&w, &link_now, 79, tags, 2);
	write_on(&w, FTC_START, 0);
	assert_int_equal(write_on(&w, FTC_FAILED, 0), FTC_CONNECT);
	assert_int_equal(write_on(&w, FTC_FAILED, 0), FTC_IS_OFF);
	assert_int_equal(write_on(&w, FTC_PG_FAILED, 0), FTC_ROLLBACK);
	assert_int_equal(write_on(&w, FTC_NEXT, 0), FTC_DONE);
	ftc_writer_open(&w, &link_now, 80, tags, 2);
	write_on(&w, FTC_START, 0);
	write_on(&w, FTC_FAILED, 0);
	write_on(&w, FTC_FAILED, 0);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_REQUEST);
	assert_int_equal(write_on(&w, FTC_PG_FAILED, 0), FTC_ROLLBACK);
}

/* What the next write is to do, when Redis has not answered and the cache was
 * switched off `turns` times. */
static enum ftc_do
write_while_off(struct ftc_writer *w, int64_t turns)
{
	ftc_writer_open(w, &link_now, 90, tags, 2);
	if (write_on(w, FTC_START, 0) != FTC_IS_OFF) {
		assert_int_equal(act.what, FTC_CONNECT);
		write_on(w, FTC_FAILED, 0);
		assert_int_equal(write_on(w, FTC_FAILED, 0), FTC_IS_OFF);
	}
	return write_on(w, FTC_NUMBER, turns);
}

/* It is committed when no lease can be left since it was seen off for this
 * time, and after that at once; Redis is tried once a second. */
static void
goes_on_while_off(void **state)
{
	struct ftc_writer w;
	int64_t seen, lapses;

	(void)state;
	link_now.up = false;
	assert_int_equal(write_while_off(&w, 1), FTC_WAIT);
	seen = now;
	lapses = seen + FTC_LAPSE_US;
	while (act.what == FTC_WAIT) {
		assert_true(act.until > now && act.until <= lapses);
		now = act.until;
		assert_int_equal(write_on(&w, FTC_TIME, 0), FTC_IS_OFF);
		write_on(&w, FTC_NUMBER, 1);
	}
	assert_int_equal(act.what, FTC_COMMIT);
	assert_int_equal(now, lapses);
	assert_int_equal(write_while_off(&w, 1), FTC_COMMIT);
	/* Off, on and off again: leases were granted in between. */
	assert_int_equal(write_while_off(&w, 2), FTC_WAIT);
	assert_int_equal(link_now.off_since, now);
	/* On again while it waits: the guardian is asked. */
	assert_int_equal(write_on(&w, FTC_TIME, 0), FTC_IS_OFF);
	assert_int_equal(write_on(&w, FTC_NUMBER, 0), FTC_REQUEST);

	/* Redis is not tried for a second, and then it is. */
	link_now.off = 2;
	link_now.off_since = now - FTC_LAPSE_US;
	ftc_link_failed(&link_now, now);
	ftc_writer_open(&w, &link_now, 91, tags, 2);
	assert_int_equal(write_on(&w, FTC_START, 0), FTC_IS_OFF);
	assert_int_equal(write_on(&w, FTC_NUMBER, 2), FTC_COMMIT);
	now += 1000000;
	ftc_writer_open(&w, &link_now, 92, tags, 2);
	assert_int_equal(write_on(&w, FTC_START, 0), FTC_CONNECT);
	assert_int_equal(write_on(&w, FTC_ANSWER, 0), FTC_CALL);
	assert_int_equal(write_on(&w, FTC_ANSWER, 1), FTC_COMMIT);
	assert_int_equal(link_now.off, 0);
}

static enum ftc_do
guard_on(struct ftc_guard *g, enum ftc_happened what,
    const struct str *values, size_t n, int64_t number)
{
	struct ftc_event e = event(what, values, n);

	e.number = number;
	ftc_guard_step(g, &e, &act);
	return act.what;
}

static void
refuses_setup(void **state)
{
	static const struct str wrong[][4] = {
		{ STR("allkeys-lru"), STR(""), STR("no"), STR("master") },
		{ STR("noeviction"), STR(""), STR("no"), STR("master") },
		{ STR("volatile-lru"), STR("60 1"), STR("no"),
		    STR("master") },
		{ STR("volatile-lru"), STR(""), STR("yes"), STR("master") },
		{ STR("volatile-lru"), STR(""), STR("no"), STR("slave") },
	};
	static const struct str right[4] = { STR("volatile-ttl"), STR(""),
		STR("no"), STR("master") };
	struct str nil = STR_NONE;
	struct ftc_guard g;
	size_t i;

	(void)state;
	for (i = 0; i <= 5; i++) {
		ftc_guard_open(&g, &link_now);
		assert_int_equal(guard_on(&g, FTC_START, NULL, 0, 0),
		    FTC_PG_CONNECT);
		assert_int_equal(guard_on(&g, FTC_NUMBER, NULL, 0, 1),
		    FTC_CALL);
		assert_int_equal(guard_on(&g, FTC_ANSWER, NULL, 0, -1),
		    FTC_CALL);
		assert_int_equal(guard_on(&g, FTC_ANSWER, &nil, 1, -1),
		    FTC_CALL);
		assert_int_equal(act.call.command, FTC_CONFIG);
		guard_on(&g, FTC_ANSWER, i < 5 ? wrong[i] : right, 4, -1);
		assert_int_equal(act.what, i < 5 ? FTC_WAIT : FTC_CALL);
		assert_true((act.why != NULL) == (i < 5));
	}
	/* The token of somebody else serves as well. */
	nil = STR("ttttttttttttttttttttt");
	nil.n = FTC_NONCE;
	assert_int_equal(act.call.command, FTC_SET_NX_GET);
	assert_int_equal(guard_on(&g, FTC_ANSWER, &nil, 1, -1),
	    FTC_SWITCH_ON);
	assert_int_equal(guard_on(&g, FTC_NEXT, NULL, 0, 0), FTC_BARRIER);
	assert_memory_equal(g.token, nil.p, FTC_NONCE);
}

static void
other_database(void **state)
{
	struct str epoch = STR(EPOCH);
	struct ftc_guard g;

	(void)state;
	assert_true(ftc_guard_database(1, 2, 3) != ftc_guard_database(2, 1,
	    3));
	assert_true(ftc_guard_database(1, 2, 3) != ftc_guard_database(1, 2,
	    4));
	ftc_guard_open(&g, &link_now);
	guard_on(&g, FTC_START, NULL, 0, 0);
	guard_on(&g, FTC_NUMBER, NULL, 0, 1);
	guard_on(&g, FTC_ANSWER, NULL, 0, -1);
	guard_on(&g, FTC_ANSWER, &epoch, 1, -1);
	assert_int_equal(act.call.command, FTC_DEL);
	assert_non_null(act.why);
}

/* The epoch of database 0 that was never switched off. */
static struct str
standing_epoch(void)
{
	static char text[FTC_EPOCH + 1];

	snprintf(text, sizeof(text), "eeeeeeeeeeeeeeeeeeee.%016llx@" SERVER,
	    (unsigned long long)ftc_guard_era(0, 0));
	return str_of(text);
}

/* Nothing is granted to an epoch from before; the next one is of another era. */
static void
ends_epoch_when_off(void **state)
{
	static const struct str right[4] = { STR("volatile-lru"), STR(""),
		STR("no"), STR("master") };
	struct str epoch = standing_epoch();
	struct ftc_event e;
	struct ftc_guard g;

	(void)state;
	ftc_guard_open(&g, &link_now);
	guard_on(&g, FTC_START, NULL, 0, 0);
	guard_on(&g, FTC_NUMBER, NULL, 0, 0);
	guard_on(&g, FTC_ANSWER, NULL, 0, -1);
	guard_on(&g, FTC_ANSWER, &epoch, 1, -1);
	guard_on(&g, FTC_ANSWER, right, 4, -1);
	assert_int_equal(guard_on(&g, FTC_ANSWER, NULL, 0, 1700000000000),
	    FTC_ROWS_READ);
	e = event(FTC_ROWS, NULL, 0);
	e.cache = (struct ftc_switch){ true, 1 };
	ftc_guard_step(&g, &e, &act);
	assert_int_equal(act.what, FTC_WAIT);
	assert_int_equal(guard_on(&g, FTC_TIME, NULL, 0, 0), FTC_CALL);
	assert_int_equal(act.call.command, FTC_HGETALL);
	guard_on(&g, FTC_ANSWER, NULL, 0, -1);
	assert_int_equal(act.call.command, FTC_GET);
	guard_on(&g, FTC_ANSWER, &epoch, 1, -1);
	assert_int_equal(act.call.command, FTC_DEL);
	assert_true(ftc_guard_era(0, 1) != ftc_guard_era(0, 0));
	assert_true(ftc_guard_era(1, 0) != ftc_guard_era(0, 0));
}

/* An epoch stands: at each renewal it is looked at. */
static void
inspects_setup(void **state)
{
	static const struct str right[4] = { STR("volatile-lru"), STR(""),
		STR("no"), STR("master") };
	static const struct str wrong[4] = { STR("allkeys-lru"), STR(""),
		STR("no"), STR("master") };
	struct str epoch = standing_epoch();
	struct ftc_guard g;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		ftc_guard_open(&g, &link_now);
		guard_on(&g, FTC_START, NULL, 0, 0);
		guard_on(&g, FTC_NUMBER, NULL, 0, 0);
		guard_on(&g, FTC_ANSWER, NULL, 0, -1);
		guard_on(&g, FTC_ANSWER, &epoch, 1, -1);
		assert_int_equal(act.call.command, FTC_CONFIG);
		guard_on(&g, FTC_ANSWER, i == 0 ? right : wrong, 4, -1);
		assert_int_equal(act.call.command,
		    i == 0 ? FTC_TIME_OF : FTC_DEL);
	}
	/* Both keys; then no epoch is begun while it is wrong. */
	assert_int_equal(act.call.keys, 2);
	assert_non_null(act.why);
	guard_on(&g, FTC_ANSWER, NULL, 0, 2);
	assert_int_equal(act.call.command, FTC_CONFIG);
	assert_int_equal(guard_on(&g, FTC_ANSWER, wrong, 4, -1), FTC_WAIT);
}

static void
tags_of_fences(void **state)
{
	static const struct str bad[] = { STR(""), STR("3:ab"), STR("x"),
		STR("2:ab3"), STR("2:ab:"), STR("0:"), STR("-1:a"),
		STR("99999999999999999999:a"), STR("9223372036854775807:a"),
		STR("2:ab1") };
	struct str got[FTC_TAGS];
	size_t n, i;

	(void)state;
	assert_true(ftc_serve_tags(STR("5:t:a:b3:4:x"), got, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(got[0], STR("t:a:b")));
	assert_true(str_eq(got[1], STR("4:x")));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(ftc_serve_tags(bad[i], got, &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fills_then_hits, set_up),
		cmocka_unit_test_setup(asks_for_stamps, set_up),
		cmocka_unit_test_setup(breaks, set_up),
		cmocka_unit_test_setup(distrusts_lease, set_up),
		cmocka_unit_test_setup(waits_for_lock, set_up),
		cmocka_unit_test_setup(fences_and_releases, set_up),
		cmocka_unit_test_setup(fences_elsewhere, set_up),
		cmocka_unit_test_setup(goes_on_while_off, set_up),
		cmocka_unit_test_setup(refuses_setup, set_up),
		cmocka_unit_test_setup(other_database, set_up),
		cmocka_unit_test_setup(ends_epoch_when_off, set_up),
		cmocka_unit_test_setup(inspects_setup, set_up),
		cmocka_unit_test_setup(tags_of_fences, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
