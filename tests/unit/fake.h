/*
 * A request for tests: memory, builders, and a body that comes from memory in
 * pieces of any size, whole or cut off.  Everything that runs on it is the
 * program's own.
 */
#ifndef UNIT_FAKE_H
#define UNIT_FAKE_H

/* cmocka.h has a macro of the name of our function, and uses it in another. */
#undef fail
#undef fail_msg
#define fail_msg(...) \
	(print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#include "reply.h"
#include "req.h"

#include <json-c/json.h>
#include <setjmp.h>

struct fake {
	struct req rq;
	struct buf out, head, errors;
	struct str bytes; /* the body */
	size_t at, step;  /* read so far; most bytes a read gives */
	bool cut;         /* after the bytes the connection breaks */
	bool filled;      /* the arena reached its cap */
	jmp_buf full;
};

static inline ssize_t
fake_read(void *from, void *p, size_t n)
{
	struct fake *f = from;

	if (n > f->bytes.n - f->at)
		n = f->bytes.n - f->at;
	if (f->step > 0 && n > f->step)
		n = f->step;
	if (n == 0)
		return f->cut ? -1 : 0;
	memcpy(p, f->bytes.p + f->at, n);
	f->at += n;
	return (ssize_t)n;
}

static inline void
fake_full(void *arg)
{
	struct fake *f = arg;

	f->filled = true;
	longjmp(f->full, 1);
}

static inline void
fake_open(struct fake *f, size_t cap)
{
	*f = (struct fake){ .step = 0 };
	f->rq = (struct req){ .mem = arena_open(cap), .out = &f->out,
		.head = &f->head, .errors = &f->errors, .method = POST,
		.query = STR(""), .path = STR("/"), .id = "test" };
	f->rq.body = (struct body){ fake_read, f, 0 };
	buf_open(&f->out, 1 << 20);
	buf_open(&f->head, 1 << 16);
	buf_open(&f->errors, 1 << 16);
}

static inline void
fake_close(struct fake *f)
{
	arena_close(f->rq.mem);
	buf_close(&f->out);
	buf_close(&f->head);
	buf_close(&f->errors);
}

/* Ready for another request; the arena is empty again. */
static inline void
fake_again(struct fake *f)
{
	arena_reset(f->rq.mem);
	buf_reset(&f->out, SIZE_MAX);
	buf_reset(&f->head, SIZE_MAX);
	buf_reset(&f->errors, SIZE_MAX);
	f->rq.status = 0;
	f->rq.in = NULL;
	f->at = 0;
}

static inline void
fake_body(struct fake *f, struct str type, struct str bytes)
{
	f->rq.content_type = type;
	f->bytes = bytes;
	f->at = 0;
	f->rq.body.length = (int64_t)bytes.n;
}

/* The first reason of a field in the answer, "detail" among them, that
 * serve.c would give now; NULL when there is none.  Lives as long as the
 * request. */
static inline const char *
fake_reason(struct fake *f, const char *field)
{
	bool whole = f->rq.status >= 400 || f->errors.n == 0;
	struct str text = arena_printf(f->rq.mem, "%.*s%s",
	    STR_ARG(buf_view(whole ? &f->out : &f->errors)), whole ? "" : "}");
	struct json_object *all = json_tokener_parse(text.p), *one = NULL;
	const char *reason = NULL;

	if (json_object_object_get_ex(all, field, &one)) {
		if (json_object_is_type(one, json_type_array))
			one = json_object_array_get_idx(one, 0);
		reason = arena_dup(f->rq.mem,
		    str_of(json_object_get_string(one))).p;
	}
	json_object_put(all);
	return reason;
}

/* The same numbers in every run. */
static inline uint32_t
fake_number(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

#endif
