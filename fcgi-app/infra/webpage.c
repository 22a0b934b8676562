/* The client: ask, take the texts apart, believe nothing of them. */
#include "webpage.h"

#include "clock.h"
#include "image_call.h"
#include "log.h"
#include "webpage_parse.h"
#include "webpage_url.h"
#include "utf8.h"

#include <inttypes.h>

#define TEXTS_MAX ((WEBPAGE_FOUND_MAX + 2) * (WEBPAGE_TEXT_MAX + 1))

/* The next text, and *rest after it. */
static bool
next_text(struct str *rest, struct str *text)
{
	size_t end = str_find(*rest, '\0', 0);

	if (end == rest->n)
		return false;
	*text = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end + 1, rest->n);
	return text->n <= WEBPAGE_TEXT_MAX && utf8_length(*text) >= 0;
}

/* In one line of WEBPAGE_TITLE characters at most. */
static struct str
title_of(struct arena *a, struct str text)
{
	char *to;
	size_t i = 0, at, n = 0;
	int64_t length = 0;
	int32_t c;

	text = utf8_nfc(a, text);
	to = arena_alloc(a, text.n + 1);
	while (i < text.n && length < WEBPAGE_TITLE) {
		at = i;
		c = utf8_next(text, &i);
		if (c == 0xfffd)
			return STR(""); /* not the letters that were meant */
		if (c <= ' ' || (c >= 0x7f && c < 0xa0)) {
			if (n == 0 || to[n - 1] == ' ')
				continue;
			to[n++] = ' ';
		} else {
			memcpy(to + n, text.p + at, i - at);
			n += i - at;
		}
		length++;
	}
	return utf8_trim((struct str){ to, n });
}

static bool
is_there(const struct webpage *p, struct str address)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (str_eq(p->images[i], address))
			return true;
	return false;
}

static bool
fill(struct arena *a, struct str texts, struct str url, struct webpage *out)
{
	struct str text = STR_NONE, base;

	if (!next_text(&texts, &text))
		return false;
	out->title = title_of(a, text);
	if (!next_text(&texts, &base))
		return false;
	base = webpage_url_join(a, url, base);
	if (base.n == 0)
		base = url;
	while (texts.n > 0) {
		if (!next_text(&texts, &text))
			return false;
		text = webpage_url_join(a, base, text);
		if (out->n < WEBPAGE_IMAGES && text.n > 0 &&
		    !is_there(out, text))
			out->images[out->n++] = text;
	}
	return true;
}

static enum err
run(struct arena *a, struct image_call *c, int fd, struct str url,
    struct webpage *out)
{
	enum err e = image_call_ask(c, fd, IMAGE_PAGE);
	size_t n;

	if (e != OK)
		return e;
	n = (size_t)c->answer.files[0].bytes;
	if (c->answer.nfiles != 1 || n < 2 || n > TEXTS_MAX)
		return image_call_unfit("page");
	e = image_call_take(c, n);
	if (e != OK)
		return e;
	image_call_close(c);
	return fill(a, (struct str){ c->bytes, n }, url, out) ? OK :
	    image_call_unfit("text of a page");
}

enum err
webpage_read(struct arena *a, int fd, struct str url, struct webpage *out,
    const char **why)
{
	int64_t started = clock_mono();
	struct image_call *c = image_call_open(a);
	enum err e;

	memset(out, 0, sizeof(*out));
	e = run(a, c, fd, url, out);
	image_call_close(c);
	if (e == ERR_TOO_LARGE)
		e = ERR_INPUT;
	*why = e == ERR_INPUT ? image_why_text(IMAGE_NO_PAGE) : err_detail(e);
	log_info("page %s images=%d ms=%" PRId64, err_code(e), out->n,
	    (clock_mono() - started) / 1000);
	return e;
}
