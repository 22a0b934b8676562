/*
 * Looking before a pin is made: what is at an address, and whether one has the
 * same picture already.
 *
 * An address is fetched and judged as that of a pin is, with the same words
 * for what is wrong with it, and nothing of it is kept.  A page tells which
 * pictures it shows; each of them is looked at by a call of its own.
 */
#include "pins/pins.h"

#include "base64.h"
#include "media.h"

struct preview {
	struct str image_url;
};

static const struct field preview_fields[] = {
	BODY_TEXT(struct preview, image_url, 1, 400, NULL),
	FIELD_END,
};

static void
add_base64(struct buf *b, struct str bytes)
{
	size_t n = BASE64_PADDED(bytes.n);
	char *to = buf_room(b, n + 1);

	if (to == NULL)
		return;
	base64_padded(to, bytes.p, bytes.n);
	buf_took(b, n);
}

static enum err
reply_image(struct req *rq, const struct media_look *look)
{
	const struct image *f = &look->facts;
	struct buf *b = reply_json(rq, 200);
	enum err e;

	buf_str(b, STR("{\"kind\":\"image\""));
	json_key(b, "type");
	json_str(b, str_of(f->source));
	json_key(b, "width");
	buf_int(b, f->width);
	json_key(b, "height");
	buf_int(b, f->height);
	json_key(b, "bytes");
	buf_int(b, look->bytes);
	json_key(b, "colour");
	json_str(b, str_of(f->colour));
	json_key(b, "placeholder");
	json_str(b, str_of(f->placeholder));
	json_key(b, "thumb");
	buf_byte(b, '"');
	add_base64(b, f->files[0].bytes);
	buf_byte(b, '"');
	e = pins_tell_duplicate(rq, f->sha256, b);
	buf_byte(b, '}');
	return e;
}

static enum err
reply_images(struct req *rq, const struct webpage *page)
{
	struct buf *b = reply_json(rq, 200);
	int i;

	buf_str(b, STR("{\"kind\":\"page\""));
	json_key(b, "title");
	json_str(b, page->title);
	json_key(b, "images");
	buf_byte(b, '[');
	for (i = 0; i < page->n; i++) {
		json_comma(b);
		json_str(b, page->images[i]);
	}
	buf_str(b, STR("]}"));
	return OK;
}

/* 200 a picture, or the pictures of a page; 400 as for a pin of this address;
 * 413; 429. */
static enum err
preview(struct req *rq)
{
	const struct preview *in = rq->in;
	struct media_look *look = arena_zalloc(rq->mem, sizeof(*look));
	enum err e = media_look(rq, "image_url", in->image_url, look);

	if (e != OK)
		return e;
	return look->is_page ? reply_images(rq, &look->page) :
	    reply_image(rq, look);
}

struct known {
	struct str sha256;
};

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *
check_digest(struct arena *a, struct str *value)
{
	size_t i;

	(void)a;
	for (i = 0; i < value->n && digit(value->p[i]) >= 0; i++)
		continue;
	return i == 64 && value->n == 64 ? NULL :
	    "64 digits of 0-9 and a-f are needed";
}

static const struct field known_fields[] = {
	QUERY_TEXT(struct known, sha256, 64, check_digest),
	FIELD_END,
};

/* 200 {"duplicate_of": ...}, or {} if one has no such picture. */
static enum err
known(struct req *rq)
{
	const struct known *in = rq->in;
	unsigned char sha256[32];
	struct buf *b;
	enum err e;
	int i;

	for (i = 0; i < 32; i++)
		sha256[i] = (unsigned char)(digit(in->sha256.p[2 * i]) << 4 |
		    digit(in->sha256.p[2 * i + 1]));
	b = reply_json(rq, 200);
	buf_byte(b, '{');
	e = pins_tell_duplicate(rq, sha256, b);
	buf_byte(b, '}');
	return e;
}

static const struct route routes[] = {
	{ POST, "/pins/preview", preview, preview_fields, AUTH_USER,
	    .limit = LIMIT_LOOK, .shape = SHAPE_OTHER, .slow = true,
	    .touches_nothing = true,
	    .doc = "What is at an address, before it is made a pin: a picture "
	    "(kind image: type, width, height, bytes, colour, placeholder, "
	    "thumb as WebP in base64, and duplicate_of if one has it already) "
	    "or a page (kind page: its title, and images, the addresses of at "
	    "most 40)." },
	{ GET, "/pins/known", known, known_fields, AUTH_USER,
	    .shape = SHAPE_OTHER,
	    .doc = "Which of one's own pins, if any, has the picture with the "
	    "bytes of this SHA-256: duplicate_of." },
	ROUTE_END,
};

const struct feature feature_pins_preview = { "pins_preview", routes };
