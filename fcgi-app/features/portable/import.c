/*
 * An account out of a zip file.
 *
 * It is made closed, with a row in account_import, so that nobody sees anything
 * of it; its pins and pictures come in transactions of their own, each with the
 * memory of one.  Boards, talk and all that others notice come in the last one,
 * which also opens the account: that is the moment at which it is there.  An
 * import that fails removes the account again; one that was killed is removed
 * by the next of that name.
 */
#include "accounts/accounts.h"
#include "import_rows.h"
#include "work.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBERS 400000
#define TEXT_MOST (256 << 20)
#define LINE_MOST 32768
/* What a file may unfold to: so many times its size, and some more. */
#define UNFOLDS 4
#define AND_MORE (100 << 20)

struct format {
	struct str format;
	int64_t version;
};

static const struct field format_fields[] = {
	BODY_TEXT(struct format, format, 1, 40, NULL),
	BODY_INT(struct format, version, 1, INT32_MAX),
	FIELD_END,
};

/* A text as a body. */
static ssize_t
read_text(void *from, void *p, size_t n)
{
	struct str *left = from;

	n = n < left->n ? n : left->n;
	memcpy(p, left->p, n);
	*left = str_sub(*left, n, left->n);
	return (ssize_t)n;
}

/* The line as the input of a request with these fields. */
static enum err
read_line(struct req *rq, const struct field *fields, struct str line)
{
	struct route *route = arena_zalloc(rq->mem, sizeof(*route));
	struct str *left = arena_alloc(rq->mem, sizeof(*left));

	*route = (struct route){ .method = POST, .fields = fields };
	*left = line;
	rq->route = route;
	rq->method = POST;
	rq->content_type = STR("application/json");
	rq->body = (struct body){ read_text, left, (int64_t)line.n };
	return input_read(rq);
}

/* Why not: what the request would have answered. */
static void
complain(const struct req *rq, const char *where, int64_t number, enum err e)
{
	struct str why = buf_view(rq->errors->n > 0 ? rq->errors : rq->out);

	fprintf(stderr, "%s", where);
	if (number > 0)
		fprintf(stderr, ":%" PRId64, number);
	fprintf(stderr, ": %s %.*s\n", err_code(e), STR_ARG(why));
	if (e == ERR_BUSY)
		fprintf(stderr, "somebody else holds what this needs, or "
		    "Postgres is busy: try again later\n");
}

/* A member's text as a file that goes when it is closed.  NULL: there is none,
 * or *bad. */
static FILE *
open_member(struct import *im, const char *name, bool *bad)
{
	FILE *text = tmpfile();
	enum unpack_found found = text == NULL ? UNPACK_BAD :
	    unpack_read(&im->zip, name, TEXT_MOST, fileno(text));

	if (text != NULL)
		im->bytes -= lseek(fileno(text), 0, SEEK_CUR);
	*bad = im->bytes < 0 || (found != UNPACK_OK && found != UNPACK_NONE);
	if (*bad)
		fprintf(stderr, "%s: it is damaged or too large\n", name);
	if (text != NULL)
		rewind(text);
	if (text != NULL && (found != UNPACK_OK || *bad)) {
		fclose(text);
		text = NULL;
	}
	return text;
}

/* The only line of a member, read into rq->in. */
static bool
read_object(struct req *rq, struct import *im, const char *name,
    const struct field *fields)
{
	char line[LINE_MOST];
	bool bad;
	FILE *text = open_member(im, name, &bad);
	size_t n;
	enum err e;

	if (text == NULL) {
		if (!bad)
			fprintf(stderr, "%s: it is missing\n", name);
		return false;
	}
	n = fread(line, 1, sizeof(line), text);
	fclose(text);
	e = read_line(rq, fields, arena_dup(rq->mem, (struct str){ line, n }));
	if (e != OK)
		complain(rq, name, 0, e);
	return e == OK;
}

static enum err
finish(struct req *rq, enum err e)
{
	e = pg_finish(rq, e);
	rq->outcome = e;
	return e;
}

struct lines {
	const struct import_section *of;
	FILE *text;
	int64_t number, left_out;
};

static enum err
add_line(struct req *rq, struct import *im, struct lines *l, struct str line)
{
	enum err e = line.n > 0 && line.p[line.n - 1] == '\n' ?
	    read_line(rq, l->of->fields, arena_dup(rq->mem, line)) :
	    fail(rq, ERR_INPUT, "a line that is too long, or cut off");

	l->number++;
	if (e == OK)
		e = l->of->add(rq, im);
	if (e == ERR_NOT_FOUND) {
		printf("%s:%" PRId64 ": left out, what it refers to is not "
		    "here\n", l->of->name, l->number);
		l->left_out++;
		return OK;
	}
	if (e != OK)
		complain(rq, l->of->name, l->number, e);
	return e;
}

/* All lines of a member; a transaction is finished after each so many. */
static enum err
add_lines(struct req *rq, struct import *im, struct lines *l)
{
	static char line[LINE_MOST];
	enum err e = OK;
	int64_t each = l->of->each;

	while (e == OK && fgets(line, sizeof(line), l->text) != NULL) {
		work_go_on(im->work, rq);
		e = add_line(rq, im, l, str_of(line));
		if (e != OK || each == 0 || l->number % each != 0)
			continue;
		e = finish(rq, e);
		if (e != OK)
			complain(rq, l->of->name, l->number, e);
		else
			work_begin(im->work, rq, "import");
	}
	return e;
}

static enum err
add_section(struct req *rq, struct import *im, const struct import_section *s)
{
	struct lines l = { .of = s };
	bool bad;
	enum err e;

	l.text = open_member(im, s->name, &bad);
	if (l.text == NULL)
		return bad ? ERR_INPUT : OK;
	e = add_lines(rq, im, &l);
	fclose(l.text);
	if (e == OK)
		printf("%s: %" PRId64 "\n", s->name, l.number - l.left_out);
	return e;
}

static enum err
add_sections(struct req *rq, struct import *im, const struct import_section *s)
{
	enum err e = OK;

	for (; e == OK && s->name != NULL; s++)
		e = add_section(rq, im, s);
	return e;
}

/* The closed account, and its picture. */
static enum err
begin(struct req *rq, struct import *im, const struct import_profile *in)
{
	struct str none = STR("");
	struct row row;
	int64_t media = 0;
	enum err e = pg_row(rq, q_portable_begin_import(in->username,
	    in->email, in->verified == 1, in->created, in->user_name,
	    in->profile_name, in->introduction.p != NULL ? in->introduction :
	    none, in->gender, in->birthday,
	    in->shoe_size > 0 ? in->shoe_size : 0, in->phone_number), &row);

	if (e != OK)
		return e;
	im->account = row_int(&row, "id");
	e = pg_run(rq, q_portable_notices_off(im->account, in->notices_off),
	    NULL);
	if (e == OK)
		e = pg_commit(rq);
	if (e == OK)
		e = import_picture(rq, im, in->picture, &media);
	return e == OK && media > 0 ? pg_run(rq, q_portable_avatar(im->account,
	    media), NULL) : e;
}

static enum err
finish_all(struct req *rq, struct import *im)
{
	struct row row;
	enum err e = pg_row(rq, q_portable_quiet(), &row);

	if (e == OK)
		e = add_sections(rq, im, import_last);
	if (e == OK)
		e = pg_row(rq, q_portable_open_import(im->account), &row);
	return finish(rq, e);
}

bool
portable_sweep(struct work *w, struct str username)
{
	static struct req rq;
	struct row row;
	int64_t id = 0;
	enum err e;

	work_begin(w, &rq, "import");
	e = pg_row(&rq, q_portable_unfinished(username), &row);
	if (e == OK) {
		id = row_int(&row, "id");
		e = pg_run(&rq, q_portable_trash_import(id), NULL);
	}
	if (e == OK)
		e = pg_run(&rq, q_portable_drop_import(id), NULL);
	e = pg_finish(&rq, e == ERR_NOT_FOUND ? OK : e);
	if (e != OK)
		complain(&rq, "what an import left", 0, e);
	return e == OK;
}

/* Nobody sees what an import left, but its name and its address are taken. */
enum err
portable_sweep_job(struct req *rq, const struct job_row *job)
{
	(void)job;
	return pg_run(rq, q_portable_sweep(), NULL);
}

static bool
import_all(struct import *im, struct req *rq, const struct import_profile *in)
{
	enum err e = finish(rq, begin(rq, im, in));

	if (e != OK) {
		complain(rq, "profile.json", 0, e);
		return false;
	}
	work_begin(im->work, rq, "import");
	e = finish(rq, add_sections(rq, im, import_own));
	if (e != OK)
		return false;
	work_begin(im->work, rq, "import");
	e = finish_all(rq, im);
	return e == OK;
}

/* One at a time, by the database. */
static bool
take_lock(struct req *rq)
{
	struct row row;
	enum err e = pg_row(rq, q_portable_lock_import(), &row);

	if (e == OK && row_bool(&row, "held"))
		return true;
	fprintf(stderr, "another import is at work\n");
	return false;
}

static bool
read_format(struct req *rq, struct import *im)
{
	const struct format *format;

	if (!read_object(rq, im, "format.json", format_fields))
		return false;
	format = rq->in;
	if (str_eq(format->format, STR("pinwall-account")) &&
	    format->version == 1)
		return true;
	fprintf(stderr, "format.json: another format, or a newer one\n");
	return false;
}

static bool
import_file(struct import *im)
{
	static struct req rq;
	const struct import_profile *in;
	char name[100];
	bool good;

	work_begin(im->work, &rq, "import");
	if (!read_format(&rq, im) || !read_object(&rq, im, "profile.json",
	    import_profile_fields) || !take_lock(&rq))
		return false;
	in = rq.in;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(in->username));
	/* which takes the memory of what was read */
	if (!portable_sweep(im->work, str_of(name)))
		return false;
	work_begin(im->work, &rq, "import");
	good = read_object(&rq, im, "profile.json", import_profile_fields) &&
	    import_all(im, &rq, rq.in);
	if (!good)
		(void)portable_sweep(im->work, str_of(name));
	printf("%s: %s\n", name, good ? "imported" : "not imported");
	return good;
}

bool
portable_import(struct work *w, const char *path)
{
	struct import im = { .work = w };
	struct stat st;
	bool good;

	if (stat(path, &st) != 0 || !unpack_open(&im.zip, path, MEMBERS))
		return false;
	im.bytes = st.st_size * UNFOLDS + AND_MORE;
	good = import_file(&im);
	unpack_drop(&im.zip);
	return good;
}
