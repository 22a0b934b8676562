/*
 * The path of one request, top to bottom:
 *
 *     age -> route -> page -> auth -> limit -> input -> (cache) -> handler
 *         -> commit
 *
 * Each step either lets the request pass or ends it with an answer; nothing
 * else decides about order.  A step that runs out of memory jumps to the end,
 * where everything is undone as after any other error.
 */
#include "app.h"
#include "auth.h"
#include "cache.h"
#include "cache_routes.h"
#include "cors.h"
#include "limit.h"
#include "measure.h"
#include "router.h"
#include "secret.h"
#include "serve.h"
#include "similar.h"
#include "store.h"
#include "text.h"
#include "throttle.h"
#include "token.h"
#include "utf8.h"

#include <setjmp.h>

static jmp_buf full;

bool
serve_open(bool slow)
{
	unsigned char key[SECRET_KEY];

	if (!secret_open() || !token_open() || !router_open() ||
	    !cache_routes_check() || !text_open() || !store_open())
		return false;
	secret_key("cursor", key);
	cursor_key(key);
	limit_open();
	similar_open();
	return pg_open_soon(slow ? conf.statement_ms * 5 : conf.statement_ms) &&
	    auth_open();
}

void
serve_close(void)
{
	cache_close();
	similar_close();
	pg_close();
}

/* Its client has gone by now. */
static enum err
too_old(struct req *rq)
{
	if (rq->arrived == 0 ||
	    clock_now() - rq->arrived < conf.queue_s * SECOND_US)
		return OK;
	return fail(rq, ERR_BUSY, "waited %lld ms",
	    (long long)((clock_now() - rq->arrived) / 1000));
}

static enum err
find_route(struct req *rq)
{
	struct str allow = STR_NONE;
	enum err e = router_find(rq, &allow);

	if (allow.p != NULL)
		reply_header(rq, "Allow", allow);
	return e;
}

/* Counted before the input is read, as it may be large; where the input says
 * whose account it is about, after that. */
static enum err
limited(struct req *rq)
{
	char who[24] = "";

	if (rq->route->limit == LIMIT_NONE || rq->route->limit_by != NULL)
		return OK;
	if (rq->user > 0)
		snprintf(who, sizeof(who), "%" PRId64, rq->user);
	return throttle(rq, rq->route->limit, str_of(who));
}

static enum err
limited_by_input(struct req *rq)
{
	if (rq->route->limit_by == NULL)
		return OK;
	/* A name in another case is the same account. */
	return throttle(rq, rq->route->limit, utf8_fold(rq->mem,
	    input_text(rq, rq->route->limit_by)));
}

/* What cannot be told is not done. */
static enum err
run_handler(struct req *rq)
{
	enum err e;

	rq->writes = rq->route->method != GET;
	if (!rq->writes)
		return cache_answer(rq, rq->route->handler);
	e = rq->route->handler(rq);
	if (e == OK && !(buf_ok(rq->out) && buf_ok(rq->head)))
		e = fail(rq, ERR_INTERNAL, "no room for the answer");
	return pg_finish(rq, e);
}

static enum err
answer(struct req *rq)
{
	static enum err (*const steps[])(struct req *rq) = {
		too_old, find_route, auth_check_page, auth_find_viewer,
		limited, input_read, limited_by_input, run_handler,
	};
	enum err e = OK;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && e == OK; i++)
		e = steps[i](rq);
	return e;
}

/* What a fault says to the caller: a code and the request's id. */
static void
answer_fault(struct req *rq, enum err e)
{
	struct buf *b = reply_json(rq, err_status(e));

	buf_byte(b, '{');
	json_key(b, "detail");
	json_str(b, str_of(words_in(rq->lang, err_detail(e))));
	json_key(b, "code");
	json_str(b, str_of(err_code(e)));
	json_key(b, "request");
	json_str(b, str_of(rq->id));
	buf_byte(b, '}');
	if (e == ERR_BUSY)
		reply_header(rq, "Retry-After", STR("1"));
}

/* Makes sure that there is an answer, and that it is the right one. */
static void
finish(struct req *rq, enum err e)
{
	if (e == OK && !buf_ok(rq->out))
		e = fail(rq, ERR_INTERNAL, "answer over its maximum");
	rq->outcome = e;
	if (err_is_fault(e)) {
		answer_fault(rq, e);
	} else if (e == ERR_INPUT && rq->errors->n > 0 &&
	    buf_ok(rq->errors)) {
		if (rq->route->message)
			reply_message(rq);
		buf_byte(rq->errors, '}');
		buf_str(reply_json(rq, 400), buf_view(rq->errors));
	} else if (e != OK && rq->status < 400) {
		e = fail(rq, e, "%s", words_in(rq->lang, err_detail(e)));
	}
	throttle_tell(rq);
	if (rq->status == 401)
		reply_header(rq, "WWW-Authenticate", STR("Bearer"));
}

static void __attribute__((noreturn))
out_of_memory(void *arg)
{
	(void)arg;
	longjmp(full, 1);
}

void
serve(struct req *rq)
{
	enum err e;

	measure_begin();
	rq->lang = words_lang(rq->accept_language);
	arena_on_full(rq->mem, out_of_memory, NULL);
	if (cors_answer(rq))
		return;
	if (setjmp(full) == 0)
		e = answer(rq);
	else
		e = pg_finish(rq, fail(rq, ERR_INTERNAL, "out of memory"));
	finish(rq, e);
}

static void
add_number(struct buf *b, struct str name, int64_t n)
{
	buf_str(b, name);
	buf_int(b, n);
}

static void
tell_slow(const struct req *rq, int64_t us)
{
	log_warn("slow-request id=%s route=%s status=%d us=%lld pg_us=%lld "
	    "redis_us=%lld", rq->id, rq->route != NULL ? rq->route->path : "-",
	    rq->status, (long long)us, (long long)measure_postgres(),
	    (long long)measure_redis());
}

/* By hand: printf was a tenth of what a small answer costs. */
void
serve_done(struct req *rq)
{
	int64_t us = clock_mono() - rq->started;
	char text[512];
	struct buf b = { .p = text, .cap = sizeof(text), .max = sizeof(text) };

	measure_request(rq, us);
	buf_str(&b, STR("request id="));
	buf_str(&b, str_of(rq->id));
	buf_str(&b, STR(" method="));
	buf_str(&b, str_of(method_name(rq->method)));
	buf_str(&b, STR(" route="));
	buf_str(&b, str_of(rq->route != NULL ? rq->route->path : "-"));
	add_number(&b, STR(" status="), rq->status);
	add_number(&b, STR(" bytes="), (int64_t)rq->out->n);
	add_number(&b, STR(" us="), us);
	add_number(&b, STR(" sql="), rq->statements);
	add_number(&b, STR(" user="), rq->user);
	buf_str(&b, STR(" cache="));
	buf_str(&b, str_of(rq->cache != NULL ? rq->cache : "-"));
	add_number(&b, STR(" pg_us="), measure_postgres());
	add_number(&b, STR(" redis_us="), measure_redis());
	log_text(buf_view(&b));
	if (us >= conf.slow_ms * 1000)
		tell_slow(rq, us);
}
