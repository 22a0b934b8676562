/* The cache's way to Redis.  See cache_wire.h. */
#include "cache_wire.h"

#include "clock.h"
#include "crashpoint.h"
#include "ftc_scripts.h"
#include "log.h"
#include "rand.h"

static struct redis_script scripts[FTC_COMMANDS];

void
cache_wire_open(struct cache_wire *w, enum redis at)
{
	int i;

	memset(w, 0, sizeof(*w));
	w->at = at;
	w->fresh.used = true;
	for (i = FTC_SCRIPTS; i < FTC_COMMANDS; i++)
		scripts[i].text = ftc_script((enum ftc_command)i);
}

struct ftc_event
cache_wire_event(struct cache_wire *w, enum ftc_happened what)
{
	char text[FTC_NONCE + 1];

	if (w->fresh.used) {
		rand_text(text, FTC_NONCE / 4 * 3);
		memcpy(w->fresh.text, text, FTC_NONCE);
		w->fresh.used = false;
	}
	return (struct ftc_event){ .what = what, .now = clock_mono(),
		.wall = clock_now(), .fresh = &w->fresh };
}

/* --- Commands ---------------------------------------------------------- */

struct words {
	struct str at[REDIS_KEYS + 8];
	size_t n;
};

static void
add(struct words *w, struct str word)
{
	w->at[w->n++] = word;
}

static struct words
words_of(const struct ftc_call *call, struct arena *mem)
{
	static const char *const names[] = { [FTC_MGET] = "MGET",
		[FTC_SET_ENTRY] = "SET", [FTC_SET_NX_GET] = "SET",
		 [FTC_GET] = "GET",
		[FTC_DEL] = "DEL", [FTC_HGETALL] = "HGETALL",
		[FTC_TIME_OF] = "TIME" };
	struct words w = { .n = 0 };
	size_t i;
	char *value;

	add(&w, str_of(names[call->command]));
	if (call->command == FTC_SET_ENTRY) {
		value = arena_alloc(mem, call->head.n + call->body.n + 1);
		memcpy(value, call->head.p, call->head.n);
		memcpy(value + call->head.n, call->body.p, call->body.n);
		add(&w, call->words[0]);
		add(&w, (struct str){ value, call->head.n + call->body.n });
		add(&w, STR("PX"));
		add(&w, call->words[1]);
		return w;
	}
	for (i = 0; i < call->n && w.n < REDIS_KEYS + 8; i++)
		add(&w, call->words[i]);
	if (call->command == FTC_SET_NX_GET) {
		add(&w, STR("NX"));
		add(&w, STR("GET"));
	}
	return w;
}

/* --- Answers ----------------------------------------------------------- */

static void
free_reply(void *reply)
{
	redis_free(reply);
}

/* What an answer holds, which lives as long as mem: texts of a list, or one. */
static void
take_answer(struct cache_wire *w, struct arena *mem, struct ftc_event *e)
{
	struct redis_reply *r = redis_take(w->at);
	size_t n = redis_count(r), i;
	struct str *values = arena_alloc(mem, (n + 1) * sizeof(*values));

	e->what = FTC_ANSWER;
	(void)redis_number(r, &e->number);
	if (n == 0) {
		values[0] = redis_text(r);
		e->n = 1;
	}
	for (i = 0; i < n; i++)
		values[i] = redis_text(redis_item(r, i));
	e->n = n > 0 ? n : 1;
	e->values = values;
	arena_defer(mem, free_reply, r);
}

/* Seconds and microseconds, as milliseconds. */
static void
take_time(struct ftc_event *e)
{
	int64_t seconds = 0, us = 0;

	if (e->n != 2 || !str_int(e->values[0], &seconds) ||
	    !str_int(e->values[1], &us))
		e->what = FTC_FAILED;
	e->number = seconds * 1000 + us / 1000;
}

static const struct redis_reply *
ask(struct cache_wire *w, const char *one, const char *two, const char *three)
{
	struct str words[3] = { str_of(one), str_of(two), str_of(three) };

	return redis_call(w->at, words, three != NULL ? 3 : 1);
}

static void
ask_config(struct cache_wire *w, struct arena *mem, struct ftc_event *e)
{
	static const char *const settings[] = { "maxmemory-policy", "save",
		"appendonly" };
	struct str *values = arena_zalloc(mem, 4 * sizeof(*values));
	const struct redis_reply *r;
	int i;

	e->what = FTC_FAILED;
	for (i = 0; i < 3; i++) {
		r = ask(w, "CONFIG", "GET", settings[i]);
		if (r == NULL || redis_count(r) != 2)
			return;
		values[i] = arena_dup(mem, redis_text(redis_item(r, 1)));
	}
	r = ask(w, "ROLE", NULL, NULL);
	if (r == NULL || redis_count(r) == 0)
		return;
	values[3] = arena_dup(mem, redis_text(redis_item(r, 0)));
	e->what = FTC_ANSWER;
	e->values = values;
	e->n = 4;
}

static void
call_script(struct cache_wire *w, const struct ftc_call *call,
    struct arena *mem, bool waits, struct ftc_event *e)
{
	struct redis_script *s = &scripts[call->command];
	const struct redis_reply *r;

	if (!waits) {
		e->what = redis_script_send(w->at, s, call->words, call->keys,
		    call->words + call->keys, call->n - call->keys) ==
		    REDIS_DONE ? FTC_SENT : FTC_FAILED;
		return;
	}
	r = redis_script(w->at, s, call->words, call->keys,
	    call->words + call->keys, call->n - call->keys);
	if (r == NULL || redis_failed(r, ""))
		e->what = FTC_FAILED;
	else
		take_answer(w, mem, e);
}

static void
call_plain(struct cache_wire *w, const struct ftc_call *call,
    struct arena *mem, bool waits, struct ftc_event *e)
{
	struct words words = words_of(call, mem);
	const struct redis_reply *r;

	if (!waits) {
		e->what = redis_send(w->at, words.at, words.n) == REDIS_DONE ?
		    FTC_SENT : FTC_FAILED;
		return;
	}
	r = redis_call(w->at, words.at, words.n);
	if (r == NULL || redis_failed(r, "")) {
		e->what = FTC_FAILED;
		return;
	}
	take_answer(w, mem, e);
	if (call->command == FTC_TIME_OF)
		take_time(e);
}

static void
call(struct cache_wire *w, const struct ftc_action *a, struct arena *mem,
    struct ftc_event *e)
{
	bool waits = a->what == FTC_CALL;

	w->round_trips += waits;
	CRASHPOINT("before", ftc_script_name(a->call.command));
	if (a->call.command == FTC_CONFIG)
		ask_config(w, mem, e);
	else if (a->call.command >= FTC_SCRIPTS)
		call_script(w, &a->call, mem, waits, e);
	else
		call_plain(w, &a->call, mem, waits, e);
	CRASHPOINT("after", ftc_script_name(a->call.command));
}

/* A new connection, and whose server it leads to. */
static void
link_up(struct cache_wire *w, struct arena *mem, struct ftc_event *e)
{
	struct str *id = arena_alloc(mem, sizeof(*id));
	enum redis_end end = redis_connect(w->at);

	if (end != REDIS_DONE) {
		e->what = end == REDIS_REFUSED ? FTC_REFUSED : FTC_FAILED;
		return;
	}
	*id = redis_run_id(w->at);
	if (id->p == NULL) {
		e->what = FTC_FAILED;
		return;
	}
	*id = arena_dup(mem, *id);
	e->what = FTC_ANSWER;
	e->values = id;
	e->n = 1;
}

bool
cache_wire_do(struct cache_wire *w, const struct ftc_action *action,
    struct arena *mem, void (*wait)(int64_t until), struct ftc_event *e)
{
	struct ftc_event came = { .what = FTC_NEXT };

	if (action->why != NULL)
		log_warn("cache %s", action->why);
	switch (action->what) {
	case FTC_CONNECT:
		CRASHPOINT("before", "CONNECT");
		link_up(w, mem, &came);
		CRASHPOINT("after", "CONNECT");
		break;
	case FTC_CALL:
	case FTC_SEND:
		call(w, action, mem, &came);
		break;
	case FTC_WAIT:
		wait(action->until);
		came.what = FTC_TIME;
		break;
	default:
		return false;
	}
	*e = cache_wire_event(w, came.what);
	e->values = came.values;
	e->n = came.n;
	e->number = came.number;
	return true;
}
