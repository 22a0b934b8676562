/*
 * The pages of the browser application that show data, as documents.
 *
 * What a page is, nginx/web knows; here is what only the server can say before
 * a script runs: is there such a thing for this viewer (the status), its title
 * and picture for those who show a link to it (Open Graph, https://ogp.me),
 * and the first answers of the API that the page will ask for.  Nginx fills in
 * the two halves of the shell and those answers (SSI), each by its own request,
 * so that they come from the cache as any other; a script reads them from the
 * document instead of asking again (core/first.ts, which knows the same
 * paths).
 *
 * Addresses of the API stand percent-encoded in a directive, everything else
 * is escaped as HTML: nothing of a person's can be a directive or an element.
 *
 * What is not here: pages without data of their own (the shell as it is), and
 * the words of a page for who has no scripts.
 */
#include "app.h"
#include "files.h"
#include "form.h"
#include "hashtag.h"
#include "html.h"
#include "pins/pins.h"

#include <assert.h>
#include <stdarg.h>

struct place {
	int64_t pin, board, tag, post;
	struct str username;
};

static const struct field pin_fields[] = {
	PATH_ID(struct place, pin),
	FIELD_END,
};
static const struct field post_fields[] = {
	PATH_ID(struct place, post),
	FIELD_END,
};
static const struct field board_fields[] = {
	PATH_ID(struct place, board),
	FIELD_END,
};
static const struct field tag_fields[] = {
	PATH_ID(struct place, tag),
	FIELD_END,
};
static const struct field person_fields[] = {
	PATH_TEXT(struct place, username, 20, NULL),
	FIELD_END,
};

/* What is said of a page; texts that are not known are STR_NONE. */
struct head {
	struct str title, text, image, address;
	struct str files; /* of the picture that the page shows at once */
	const char *type; /* of Open Graph */
};

static void
half(struct req *rq, struct buf *b, const char *which)
{
	buf_printf(b, "<!--# include virtual=\"/_shell/%s.%s.html\" -->\n",
	    which, rq->lang == LANG_KO ? "ko" : "en");
}

/* The picture, asked for while the scripts are on their way.  The browser
 * chooses the file as it does for grid/Picture.tsx. */
static void
preload(struct buf *b, struct str files)
{
	struct file_name f;
	struct str rest, key = files_key(files, &rest);
	const char *between = "";

	buf_str(b, STR("<link rel=\"preload\" as=\"image\" "
	    "fetchpriority=\"high\" imagesizes=\""
	    "(min-width: 1024px) 640px, 100vw\" imagesrcset=\""));
	while (files_next(&rest, &f)) {
		if (!str_eq(f.ext, STR("webp")))
			continue;
		buf_printf(b, "%s%s/", between, conf.media_url);
		files_path(b, key, &f);
		buf_printf(b, " %" PRId64 "w", f.width);
		between = ", ";
	}
	buf_str(b, STR("\">\n"));
}

/* An answer of the API, for who reads the document: its address below /api/,
 * percent-encoded where it has parts of a person's. */
static void __attribute__((format(printf, 2, 3)))
first(struct buf *b, const char *fmt, ...)
{
	char path[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	assert(n > 0 && (size_t)n < sizeof(path));
	buf_str(b, STR("<script type=\"application/json\" data-path=\""));
	html_text(b, str_of(path));
	buf_printf(b, "\"><!--# include virtual=\"/api/%s\" --></script>\n",
	    path);
}

/* The document down to the answers, of which who is logged in is the first. */
static struct buf *
begin(struct req *rq, const struct head *h)
{
	struct buf *b = reply_json(rq, 200);
	struct str site = STR("Pinwall"), text = h->text;
	struct str address = arena_printf(rq->mem, "%s/%.*s", conf.public_url,
	    STR_ARG(h->address));

	if (text.p == NULL)
		text = str_of(words_in(rq->lang,
		    "A community for people who collect pictures."));
	reply_header(rq, "Content-Type", STR("text/html; charset=utf-8"));
	half(rq, b, "head");
	buf_str(b, STR("<title>"));
	if (h->title.p != NULL) {
		html_text(b, h->title);
		buf_str(b, STR(" · "));
	}
	buf_str(b, STR("Pinwall</title>\n<link rel=\"canonical\" href=\""));
	html_text(b, address);
	buf_str(b, STR("\">\n"));
	html_meta(b, "name", "description", text);
	html_meta(b, "property", "og:site_name", site);
	html_meta(b, "property", "og:type", str_of(h->type));
	html_meta(b, "property", "og:url", address);
	html_meta(b, "property", "og:title", h->title.p != NULL ? h->title :
	    site);
	html_meta(b, "property", "og:description", text);
	html_meta(b, "property", "og:locale",
	    rq->lang == LANG_KO ? STR("ko_KR") : STR("en_US"));
	if (h->image.p != NULL)
		html_meta(b, "property", "og:image", h->image);
	html_meta(b, "name", "twitter:card", h->image.p != NULL ?
	    STR("summary_large_image") : STR("summary"));
	if (h->files.p != NULL)
		preload(b, h->files);
	half(rq, b, "body");
	first(b, "session");
	return b;
}

static enum err
end(struct buf *b)
{
	buf_str(b, STR("</body>\n</html>\n"));
	return OK;
}

/* 200 the first page: what one follows, or the newest pins. */
static enum err
home(struct req *rq)
{
	struct head h = { .type = "website" };
	struct buf *b = begin(rq, &h);

	if (rq->user > 0)
		first(b, "pins/following_pin");
	else
		first(b, "pins/");
	return end(b);
}

/* 200 the first page with the newest pins. */
static enum err
latest(struct req *rq)
{
	struct head h = { .type = "website" };
	struct buf *b = begin(rq, &h);

	first(b, "pins/");
	return end(b);
}

/* 200 the page of the newest pins and of tags. */
static enum err
explore(struct req *rq)
{
	struct head h = { .type = "website", .address = STR("explore"),
	    .title = str_of(words_in(rq->lang, "Explore")) };
	struct buf *b = begin(rq, &h);

	first(b, "tags/?limit=60");
	first(b, "pins/");
	return end(b);
}

/* 200 the page of a pin; 404 no such pin for this viewer; 410 it was
 * deleted. */
static enum err
pin(struct req *rq)
{
	const struct place *in = rq->in;
	struct head h = { .type = "article" };
	struct row row;
	struct buf *b;
	struct str author;
	enum err e = pg_row(rq, q_pages_pin(in->pin, rq->user), &row);

	if (e == ERR_NOT_FOUND)
		e = pins_gone(rq, in->pin);
	if (e != OK)
		return e;
	author = row_text(&row, "author");
	h.title = hashtag_plain(rq->mem, row_text(&row, "title"));
	h.text = arena_printf(rq->mem, words_in(rq->lang,
	    "A picture collected by %.*s."), STR_ARG(author));
	h.image = row_text(&row, "image");
	h.files = row_text(&row, "files");
	h.address = arena_printf(rq->mem, "pin/%" PRId64, in->pin);
	b = begin(rq, &h);
	first(b, "pins/%" PRId64, in->pin);
	first(b, "items/%" PRId64 "/social", in->pin);
	first(b, "items/%" PRId64 "/comments", in->pin);
	first(b, "pins/%" PRId64 "/similar_pin?limit=48&why=1", in->pin);
	author = form_encode(rq->mem, author);
	first(b, "users/%.*s", STR_ARG(author));
	return end(b);
}

/* 200 the page of a board; 404 no such board for this viewer. */
static enum err
board(struct req *rq)
{
	const struct place *in = rq->in;
	struct head h = { .type = "website" };
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_pages_board(in->board, rq->user), &row);

	if (e != OK)
		return e;
	h.title = row_text(&row, "title");
	h.text = row_text(&row, "content");
	if (h.text.n == 0)
		h.text = arena_printf(rq->mem, words_in(rq->lang,
		    "A board of %.*s with %lld pins."),
		    STR_ARG(row_text(&row, "author")),
		    (long long)row_int(&row, "pins"));
	h.image = row_text(&row, "image");
	h.address = arena_printf(rq->mem, "board/%" PRId64, in->board);
	b = begin(rq, &h);
	first(b, "boards/%" PRId64, in->board);
	first(b, "pins/?board=%" PRId64, in->board);
	return end(b);
}

/* 200 the page of a tag; 404 no such tag. */
static enum err
tag(struct req *rq)
{
	const struct place *in = rq->in;
	struct head h = { .type = "website" };
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_pages_tag(in->tag, rq->user), &row);

	if (e != OK)
		return e;
	h.title = arena_printf(rq->mem, "#%.*s",
	    STR_ARG(row_text(&row, "title")));
	h.text = arena_printf(rq->mem, words_in(rq->lang,
	    "%lld pins with this tag."), (long long)row_int(&row, "pins"));
	h.image = row_text(&row, "image");
	h.address = arena_printf(rq->mem, "tag/%" PRId64 "/%.*s", in->tag,
	    STR_ARG(form_encode(rq->mem, row_text(&row, "title"))));
	b = begin(rq, &h);
	first(b, "tags/%" PRId64, in->tag);
	first(b, "pins/?tag=%" PRId64, in->tag);
	return end(b);
}

/* 200 the page of a person, with one more answer, whose address has the name
 * between before and after, or is before alone; 404 nobody has this name.
 * The name is as in the address, which the script asks by. */
static enum err
person_with(struct req *rq, const char *before, const char *after)
{
	const struct place *in = rq->in;
	struct head h = { .type = "profile" };
	struct str name = form_encode(rq->mem, in->username);
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_pages_person(in->username, rq->user), &row);

	if (e != OK)
		return e;
	h.title = row_text(&row, "title");
	h.text = arena_printf(rq->mem, words_in(rq->lang,
	    "Boards and pins of %.*s."), STR_ARG(h.title));
	h.image = row_text(&row, "image");
	h.address = arena_printf(rq->mem, "@%.*s",
	    STR_ARG(form_encode(rq->mem, h.title)));
	b = begin(rq, &h);
	first(b, "users/%.*s", STR_ARG(name));
	if (after != NULL)
		first(b, "%s%.*s%s", before, STR_ARG(name), after);
	else
		first(b, "%s", before);
	return end(b);
}

static enum err
person(struct req *rq)
{
	return person_with(rq, "boards/?author__username=", "&limit=100");
}

static enum err
person_pins(struct req *rq)
{
	return person_with(rq, "pins/?author__username=", "");
}

static enum err
person_style(struct req *rq)
{
	const struct place *in = rq->in;
	struct row row;
	char path[80];
	enum err e = pg_row(rq, q_pages_account(in->username), &row);

	if (e != OK)
		return e;
	snprintf(path, sizeof(path), "styles/posts/?type=default&user_id=%"
	    PRId64 "&limit=50", row_int(&row, "id"));
	return person_with(rq, path, NULL);
}

static enum err
followers(struct req *rq)
{
	return person_with(rq, "users/", "/followers");
}

static enum err
following(struct req *rq)
{
	return person_with(rq, "users/", "/followings");
}

/* The page of style posts of a type. */
static enum err
styles_of(struct req *rq, const char *type)
{
	struct head h = { .type = "website", .address = STR("style"),
	    .title = str_of(words_in(rq->lang, "Style")),
	    .text = str_of(words_in(rq->lang,
	    "What people wear, and how they put it together.")) };
	struct buf *b = begin(rq, &h);

	if (rq->user > 0 || strcmp(type, "following") != 0)
		first(b, "styles/posts/?type=%s&limit=50", type);
	return end(b);
}

static enum err
styles_popular(struct req *rq)
{
	return styles_of(rq, "popular");
}

static enum err
styles_latest(struct req *rq)
{
	return styles_of(rq, "latest");
}

static enum err
styles_following(struct req *rq)
{
	return styles_of(rq, "following");
}

/* 200 the page of a style post; 404 no such post for this viewer. */
static enum err
style(struct req *rq)
{
	const struct place *in = rq->in;
	struct head h = { .type = "article" };
	struct row row;
	struct buf *b;
	enum err e = pg_row(rq, q_pages_style(in->post, rq->user), &row);

	if (e != OK)
		return e;
	h.title = arena_printf(rq->mem, words_in(rq->lang, "Style of %.*s"),
	    STR_ARG(row_text(&row, "author")));
	h.text = hashtag_plain(rq->mem, row_text(&row, "content"));
	h.image = row_text(&row, "image");
	h.files = row_text(&row, "files");
	h.address = arena_printf(rq->mem, "style/%" PRId64, in->post);
	b = begin(rq, &h);
	first(b, "styles/posts/%" PRId64, in->post);
	first(b, "items/%" PRId64 "/social", in->post);
	first(b, "items/%" PRId64 "/comments", in->post);
	return end(b);
}

#define STAFF "/pages/staff/"

/* 200 a page of the staff with its list; 401; 403. */
static enum err
staff(struct req *rq)
{
	const char *list = rq->route->path + strlen(STAFF);
	struct head h = { .type = "website",
	    .title = str_of(words_in(rq->lang, "Staff")),
	    .address = arena_printf(rq->mem, "staff/%s", list) };
	struct buf *b = begin(rq, &h);

	first(b, "staff/%s", list);
	return end(b);
}

/* Not kept: what they hold is, and they say who is logged in. */
#define PAGE_OF(path, handler, fields, auth, doc_) \
	{ GET, path, handler, fields, auth, .shape = SHAPE_HTML, \
	    .doc = doc_ " A document with directives for Nginx." }
#define PAGE(path, handler, fields, doc) \
	PAGE_OF(path, handler, fields, AUTH_TRY, doc)
#define STAFF_PAGE(list, doc) \
	PAGE_OF(STAFF list, staff, NULL, AUTH_STAFF, doc)

static const struct route routes[] = {
	PAGE("/pages/home", home, NULL, "The first page."),
	PAGE("/pages/latest", latest, NULL, "The first page, newest pins."),
	PAGE("/pages/explore", explore, NULL, "The newest pins, and tags."),
	PAGE("/pages/pin/{pin}", pin, pin_fields, "The page of a pin."),
	PAGE("/pages/style/popular", styles_popular, NULL,
	    "Popular style posts."),
	PAGE("/pages/style/latest", styles_latest, NULL,
	    "The newest style posts."),
	PAGE("/pages/style/following", styles_following, NULL,
	    "Style posts of whom one follows."),
	PAGE("/pages/style/post/{post}", style, post_fields,
	    "The page of a style post."),
	PAGE("/pages/board/{board}", board, board_fields,
	    "The page of a board."),
	PAGE("/pages/tag/{tag}", tag, tag_fields, "The page of a tag."),
	PAGE("/pages/person/{username}", person, person_fields,
	    "The page of a person."),
	PAGE("/pages/person/{username}/pins", person_pins, person_fields,
	    "The pins of a person."),
	PAGE("/pages/person/{username}/style", person_style, person_fields,
	    "The style posts of a person."),
	PAGE("/pages/person/{username}/followers", followers, person_fields,
	    "Who follows a person."),
	PAGE("/pages/person/{username}/following", following, person_fields,
	    "Whom a person follows."),
	STAFF_PAGE("reports", "What was reported, for the staff."),
	STAFF_PAGE("users", "People, for the staff."),
	STAFF_PAGE("jobs", "Jobs, for the staff."),
	STAFF_PAGE("caches", "The cache in numbers, for the staff."),
	STAFF_PAGE("log", "What the staff did, for the staff."),
	ROUTE_END,
};

const struct feature feature_pages = { "pages", routes };
