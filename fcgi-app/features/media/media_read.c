/*
 * Where a picture is that lies in a bucket.
 *
 * Nginx asks when it has not kept the picture, and follows X-Accel-Redirect to
 * the service with a signature of some minutes; the signature is seen by
 * nobody else, and the bucket is open to nobody.  With local files Nginx does
 * not ask, and there is nothing to tell.
 */
#include "app.h"
#include "store.h"

struct place {
	struct str shard, key, file;
};

static bool
is_name(struct str s, const char *more)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9') ||
		    strchr(more, s.p[i]) != NULL))
			return false;
	return s.n > 0 && s.p[0] != '.';
}

static const struct field place_fields[] = {
	PATH_TEXT(struct place, shard, 2, NULL),
	PATH_TEXT(struct place, key, 60, NULL),
	PATH_TEXT(struct place, file, 40, NULL),
	FIELD_END,
};

/* 200 where Nginx reads on, and nothing where media are files; 404 no name of a
 * picture in a bucket. */
static enum err
where(struct req *rq)
{
	const struct place *in = rq->in;
	struct str path = store_signed_path(rq->mem, arena_printf(rq->mem,
	    "%.*s/%.*s/%.*s", STR_ARG(in->shard), STR_ARG(in->key),
	    STR_ARG(in->file)));

	buf_str(reply_json(rq, 200), STR("{}"));
	if (path.n == 0)
		return OK;
	if (!is_name(in->key, "-") || !is_name(in->file, "-.") ||
	    !str_eq(in->shard, str_sub(in->key, 0, 2)))
		return fail(rq, ERR_NOT_FOUND, "%s",
		    words_in(rq->lang, "not found"));
	/* Nginx would keep the charset of another type for the picture. */
	reply_header(rq, "Content-Type", STR("application/octet-stream"));
	reply_header(rq, "X-Accel-Redirect", arena_printf(rq->mem,
	    "/_pinwall_bucket%.*s", STR_ARG(path)));
	return OK;
}

static const struct route routes[] = {
	{ GET, "/media/{shard}/{key}/{file}", where, place_fields, AUTH_NONE,
	    .shape = SHAPE_OTHER,
	    .doc = "For Nginx: where a picture is that lies in a bucket; {}." },
	ROUTE_END,
};

const struct feature feature_media_read = { "media", routes };
