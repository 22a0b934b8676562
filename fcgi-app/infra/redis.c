/*
 * The handles.  See redis.h.
 *
 * A command is put together in the handle's buffer and stays there until it is
 * answered, as it may have to be sent once more.
 *
 * A connection that failed in any way is closed: so an answer that comes after
 * its caller has gone can reach nobody else.
 */
#include "redis.h"

#include "clock.h"
#include "conf.h"
#include "log.h"
#include "measure.h"
#include "redis_greet.h"
#include "redis_sentinel.h"

#include <assert.h>
#include <hiredis.h>

#define AGAIN_US SECOND_US             /* between two connections */
#define REFUSED_AGAIN_US (SECOND_US / 10)
#define COMMAND_MOST ((size_t)4 << 20)
#define COMMAND_KEPT ((size_t)64 * 1024)
#define OWED_MOST 64 /* answers to be dropped, before they are read */

static struct handle {
	const char *name, **where, **password_file, *user;
	int64_t call_us;

	struct redis_link link;
	struct buf command;
	struct redis_reply *last;
	enum redis_end end;
	size_t owed;          /* answers that nobody waits for */
	uint64_t connections;
	uint64_t age;         /* of what is known of its scripts */
	int64_t next_try;     /* monotonic; no connecting before */
	bool hurry, lost, complained;
	bool by_hand; /* connected by redis_connect alone */
	char run_id[REDIS_RUN_ID + 1], why[REDIS_WHY];
} handles[REDIS_COUNT] = {
#define AT(handle, what, place, file, login, us) \
	[handle] = { .name = what, .where = &conf.place, \
	    .password_file = &conf.file, .user = login, .call_us = us }
	AT(REDIS_STATE, "state", redis_state, redis_state_password_file, "app",
	    200000),
	AT(REDIS_CACHE, "cache", redis_cache, redis_cache_password_file, "app",
	    100000),
	AT(REDIS_GUARD, "guard", redis_cache, redis_guard_password_file,
	    "guard", 100000),
#undef AT
};

static void
close_link(struct handle *h)
{
	redis_link_close(&h->link);
	h->owed = 0;
	h->run_id[0] = '\0';
}

void
redis_close(enum redis at)
{
	struct handle *h = &handles[at];

	redis_link_free(h->last);
	h->last = NULL;
	close_link(h);
	h->next_try = 0;
}

static enum redis_end
connect_now(struct handle *h, int64_t deadline)
{
	static uint64_t ages;
	int64_t now = clock_mono();
	enum redis_end end;

	if (now < h->next_try && !h->hurry)
		return REDIS_SOON;
	h->hurry = false;
	h->next_try = now + AGAIN_US;
	end = redis_sentinel_open(&h->link, *h->where, deadline, h->why);
	if (end == REDIS_DONE)
		end = redis_greet(&h->link, h->user, *h->password_file,
		    h->run_id, deadline, h->why);
	if (end == REDIS_REFUSED)
		h->next_try = now + REFUSED_AGAIN_US;
	if (end != REDIS_DONE)
		return end;
	h->connections++;
	h->age = ++ages;
	h->complained = false;
	return REDIS_DONE;
}

/* The path of a command. */

/* What a call ends with: a connection that failed is closed. */
static enum redis_end
settle(struct handle *h, enum redis_end end)
{
	h->end = end;
	h->hurry = false;
	if (end == REDIS_DONE) {
		if (h->lost)
			log_warn("redis.back at=%s where=%s", h->name,
			    *h->where);
		h->lost = false;
		return end;
	}
	close_link(h);
	if (end == REDIS_SOON)
		return end;
	if (end == REDIS_TIMEOUT)
		h->next_try = clock_mono() + AGAIN_US;
	if (!h->lost)
		log_warn("redis.lost at=%s where=%s reason=%s", h->name,
		    *h->where, h->why);
	h->lost = true;
	return end;
}

/* An answer that nobody waited for. */
static void
drop(struct handle *h, struct redis_reply *r)
{
	struct str text;

	if (redis_failed(r, "NOSCRIPT"))
		h->age = 0; /* all of them are loaded anew */
	if (redis_failed(r, "") && !h->complained) {
		text = redis_text(r); /* after its code it may quote data */
		text = str_sub(text, 0, str_find(text, ' ', 0));
		log_warn("redis.refused at=%s answer=%.*s", h->name,
		    STR_ARG(text));
		h->complained = true;
	}
	redis_link_free(r);
}

static enum redis_end
collect(struct handle *h, int64_t deadline)
{
	struct redis_reply *r;
	enum redis_end end;

	for (; h->owed > 0; h->owed--) {
		end = redis_link_receive(&h->link, deadline, &r, h->why);
		if (end != REDIS_DONE)
			return end;
		drop(h, r);
	}
	return REDIS_DONE;
}

/* Sends the command that was put together. */
static enum redis_end
post(struct handle *h, int64_t deadline)
{
	enum redis_end end = REDIS_DONE;

	if (h->owed >= OWED_MOST)
		end = collect(h, deadline);
	if (end == REDIS_DONE)
		end = redis_link_send(&h->link, buf_view(&h->command),
		    deadline, h->why);
	return end;
}

static enum redis_end
post_and_wait(struct handle *h, int64_t deadline)
{
	enum redis_end end = post(h, deadline);

	if (end == REDIS_DONE)
		end = collect(h, deadline);
	return end == REDIS_DONE ? redis_link_receive(&h->link, deadline,
	    &h->last, h->why) : end;
}

typedef enum redis_end step(struct handle *h, int64_t deadline);

/* Does it on the connection there is, and once more on a new one if that was
 * closed while nobody looked. */
static enum redis_end
with_link(struct handle *h, int64_t deadline, step *do_it)
{
	int64_t began = clock_mono();
	bool was_open = h->link.open;
	enum redis_end end = was_open ? REDIS_DONE :
	    h->by_hand ? REDIS_LOST : connect_now(h, deadline);

	if (end == REDIS_DONE)
		end = do_it(h, deadline);
	if (end == REDIS_LOST && was_open && !h->by_hand) {
		close_link(h);
		end = connect_now(h, deadline);
		if (end == REDIS_DONE)
			end = do_it(h, deadline);
		else if (end == REDIS_SOON)
			end = REDIS_LOST;
	}
	measure_took(MEASURE_STATE + (enum measure)(h - handles), began);
	return settle(h, end);
}

/* Drops the last answer and begins another command. */
static void
begin(struct handle *h, size_t n_words)
{
	redis_link_free(h->last);
	h->last = NULL;
	if (h->command.max == 0)
		buf_open(&h->command, COMMAND_MOST);
	buf_reset(&h->command, COMMAND_KEPT);
	redis_link_head(&h->command, n_words);
}

static void
add(struct handle *h, const struct str *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		redis_link_word(&h->command, words[i]);
}

static const struct redis_reply *
ask(struct handle *h, int64_t deadline)
{
	if (!buf_ok(&h->command)) {
		h->end = REDIS_ERROR;
		return NULL;
	}
	if (with_link(h, deadline, post_and_wait) != REDIS_DONE)
		return NULL;
	if (clock_mono() > deadline) {
		/* It is whole, but older than the caller may assume. */
		redis_link_free(h->last);
		h->last = NULL;
		h->end = REDIS_TIMEOUT;
		return NULL;
	}
	if (redis_failed(h->last, ""))
		h->end = REDIS_ERROR;
	return h->last;
}

static enum redis_end
leave(struct handle *h, int64_t deadline)
{
	if (!buf_ok(&h->command))
		return h->end = REDIS_ERROR;
	if (with_link(h, deadline, post) == REDIS_DONE)
		h->owed++;
	return h->end;
}

static int64_t
deadline_of(const struct handle *h)
{
	return clock_mono() + h->call_us;
}

const struct redis_reply *
redis_call(enum redis at, const struct str *words, size_t n)
{
	struct handle *h = &handles[at];

	begin(h, n);
	add(h, words, n);
	return ask(h, deadline_of(h));
}

struct redis_reply *
redis_take(enum redis at)
{
	struct redis_reply *r = handles[at].last;

	handles[at].last = NULL;
	return r;
}

void
redis_free(struct redis_reply *r)
{
	redis_link_free(r);
}

enum redis_end
redis_send(enum redis at, const struct str *words, size_t n)
{
	struct handle *h = &handles[at];

	begin(h, n);
	add(h, words, n);
	return leave(h, deadline_of(h));
}

enum redis_end
redis_mget(enum redis at, const struct str *keys, size_t n, struct str *values)
{
	struct handle *h = &handles[at];
	const struct redis_reply *r;
	size_t i;

	assert(n > 0 && n <= REDIS_KEYS);
	begin(h, 1 + n);
	redis_link_word(&h->command, STR("MGET"));
	add(h, keys, n);
	r = ask(h, deadline_of(h));
	if (r == NULL || h->end != REDIS_DONE)
		return h->end;
	if (redis_count(r) != n)
		return h->end = REDIS_ERROR;
	for (i = 0; i < n; i++)
		values[i] = redis_text(redis_item(r, i));
	return REDIS_DONE;
}

/* Scripts. */

/* Makes sure that there is a connection and that the script is known there;
 * otherwise NULL or the error is what the caller's call ends with. */
static bool
load(struct handle *h, struct redis_script *s, int64_t deadline,
    const struct redis_reply **failed)
{
	const struct str words[] = { STR("SCRIPT"), STR("LOAD"),
		str_of(s->text) };
	struct str id;

	*failed = NULL;
	if (h->link.open && s->age[h - handles] == h->age)
		return true;
	begin(h, 3);
	add(h, words, 3);
	*failed = ask(h, deadline);
	if (*failed == NULL || h->end != REDIS_DONE)
		return false;
	id = redis_text(*failed);
	assert(id.n == sizeof(s->id) - 1);
	memcpy(s->id, id.p, id.n);
	s->age[h - handles] = h->age;
	return true;
}

/* The two texts of a script's command that are made. */
static void
begin_script(struct handle *h, const struct redis_script *s, size_t n_keys,
    size_t n_args)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", n_keys);
	begin(h, 3 + n_keys + n_args);
	redis_link_word(&h->command, STR("EVALSHA"));
	redis_link_word(&h->command, str_of(s->id));
	redis_link_word(&h->command, str_of(number));
}

const struct redis_reply *
redis_script(enum redis at, struct redis_script *s, const struct str *keys,
    size_t n_keys, const struct str *args, size_t n_args)
{
	struct handle *h = &handles[at];
	int64_t deadline = deadline_of(h);
	const struct redis_reply *r = NULL;
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (!load(h, s, deadline, &r))
			return r;
		begin_script(h, s, n_keys, n_args);
		add(h, keys, n_keys);
		add(h, args, n_args);
		r = ask(h, deadline);
		if (r == NULL || !redis_failed(r, "NOSCRIPT"))
			return r;
		s->age[at] = 0;
	}
	return r;
}

enum redis_end
redis_script_send(enum redis at, struct redis_script *s, const struct str *keys,
    size_t n_keys, const struct str *args, size_t n_args)
{
	struct handle *h = &handles[at];
	int64_t deadline = deadline_of(h);
	const struct redis_reply *failed;

	if (!load(h, s, deadline, &failed))
		return h->end;
	begin_script(h, s, n_keys, n_args);
	add(h, keys, n_keys);
	add(h, args, n_args);
	return leave(h, deadline);
}

enum redis_end
redis_end(enum redis at)
{
	return handles[at].end;
}

const char *
redis_end_name(enum redis_end end)
{
	static const char *const names[] = {
		[REDIS_DONE] = "done", [REDIS_ERROR] = "error",
		[REDIS_REFUSED] = "refused", [REDIS_TIMEOUT] = "timeout",
		[REDIS_LOST] = "lost", [REDIS_SOON] = "soon",
	};

	return names[end];
}

struct str
redis_run_id(enum redis at)
{
	return handles[at].run_id[0] != '\0' ? str_of(handles[at].run_id) :
	    STR_NONE;
}

uint64_t
redis_connections(enum redis at)
{
	return handles[at].connections;
}

enum redis_end
redis_connect(enum redis at)
{
	struct handle *h = &handles[at];

	h->by_hand = true;
	h->hurry = true;
	close_link(h);
	return settle(h, connect_now(h, clock_mono() + h->call_us));
}

void
redis_hurry(enum redis at)
{
	handles[at].hurry = true;
}

static const redisReply *
real(const struct redis_reply *r)
{
	return (const redisReply *)r;
}

bool
redis_failed(const struct redis_reply *r, const char *code)
{
	return real(r)->type == REDIS_REPLY_ERROR &&
	    str_starts(redis_text(r), str_of(code));
}

bool
redis_number(const struct redis_reply *r, int64_t *out)
{
	if (real(r)->type != REDIS_REPLY_INTEGER)
		return false;
	*out = real(r)->integer;
	return true;
}

struct str
redis_text(const struct redis_reply *r)
{
	switch (real(r)->type) {
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
	case REDIS_REPLY_ERROR:
		return (struct str){ real(r)->str, real(r)->len };
	default:
		return STR_NONE;
	}
}

size_t
redis_count(const struct redis_reply *r)
{
	return real(r)->type == REDIS_REPLY_ARRAY ? real(r)->elements : 0;
}

const struct redis_reply *
redis_item(const struct redis_reply *r, size_t i)
{
	return (const struct redis_reply *)real(r)->element[i];
}
