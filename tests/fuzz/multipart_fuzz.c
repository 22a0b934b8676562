/*
 * multipart/form-data.  The first three bytes say how the body is read and
 * whether it is cut off, the rest up to a line feed is the boundary.  Whatever
 * the sizes of the reads, the parts are the same; and those parts, written
 * anew, are read as they were.
 */
#include "../unit/fake.h"
#include "multipart.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct fake f;
static struct buf one, other, body;

/* All parts as text, and the last step. */
static enum multipart_step
describe(struct buf *b, struct str type, size_t step, size_t chunk)
{
	struct multipart m;
	struct part part;
	enum multipart_step s;
	char piece[70000];
	ssize_t n;

	buf_reset(b, SIZE_MAX);
	arena_reset(f.rq.mem);
	f.at = 0;
	f.step = step;
	if (!multipart_open(&m, f.rq.mem, &f.rq.body, type))
		return MULTIPART_BAD;
	while ((s = multipart_next(&m, &part)) == MULTIPART_PART) {
		buf_int(b, (int64_t)part.name.n);
		buf_byte(b, part.is_file ? '!' : ':');
		buf_str(b, part.name);
		while ((n = multipart_read(&m, piece, chunk)) > 0) {
			assert((size_t)n <= chunk);
			buf_add(b, piece, (size_t)n);
		}
		if (n < 0)
			return MULTIPART_CUT;
		buf_byte(b, '\n');
	}
	return s;
}

/* The same parts under another boundary; false: a name cannot be written. */
static bool
write_again(struct str type)
{
	struct multipart m;
	struct part part;
	char piece[4096];
	ssize_t n;

	buf_reset(&body, SIZE_MAX);
	arena_reset(f.rq.mem);
	f.at = 0;
	if (!multipart_open(&m, f.rq.mem, &f.rq.body, type))
		return false;
	while (multipart_next(&m, &part) == MULTIPART_PART) {
		if (str_find(part.name, '"', 0) < part.name.n ||
		    str_find(part.name, '\\', 0) < part.name.n)
			return false;
		buf_str(&body, STR("--another\r\n"
		    "Content-Disposition: form-data; name=\""));
		buf_str(&body, part.name);
		buf_str(&body, part.is_file ? STR("\"; filename=\"x\"\r\n\r\n") :
		    STR("\"\r\n\r\n"));
		while ((n = multipart_read(&m, piece, sizeof(piece))) > 0)
			buf_add(&body, piece, (size_t)n);
		buf_str(&body, STR("\r\n"));
	}
	buf_str(&body, STR("--another--"));
	return true;
}

static void
check_again(struct str type)
{
	struct str was = f.bytes;

	if (memmem(was.p, was.n, "another", 7) != NULL || !write_again(type))
		return;
	f.bytes = buf_view(&body);
	assert(describe(&other, STR("multipart/form-data; boundary=another"),
	    0, 4096) == MULTIPART_END);
	assert(str_eq(buf_view(&one), buf_view(&other)));
	f.bytes = was;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str all = { (const char *)data, n };
	size_t end = str_find(all, '\n', 3), step, chunk;
	enum multipart_step s;
	struct str type;
	char *copy;

	if (n < 3)
		return 0;
	if (f.rq.mem == NULL) {
		fake_open(&f, 64 << 20);
		buf_open(&one, 64 << 20);
		buf_open(&other, 64 << 20);
		buf_open(&body, 64 << 20);
	}
	step = (size_t)data[0] * data[0];
	chunk = 1 + (size_t)data[1] * data[1];
	f.cut = data[2] & 1;
	copy = malloc(n + 100);
	assert(copy != NULL);
	memcpy(copy, "multipart/form-data; boundary=", 30);
	memcpy(copy + 30, all.p + 3, end > 3 ? end - 3 : 0);
	type = (struct str){ copy, 30 + (end > 3 ? end - 3 : 0) };
	f.bytes = str_sub(all, end + 1, n);
	s = describe(&one, type, 0, 65536);
	assert(describe(&other, type, step, chunk) == s);
	assert(str_eq(buf_view(&one), buf_view(&other)));
	if (s == MULTIPART_END)
		check_again(type);
	free(copy);
	return 0;
}
