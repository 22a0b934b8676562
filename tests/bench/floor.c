/*
 * The floor: what the transport and the database cost when there is no
 * application.  The benchmark holds the real routes against it, and the tests
 * of the transport use it as an application that does what they ask.
 *
 * It has the same master, workers and FastCGI code as pinwall, and next to
 * nothing else: no router, no typed input, no login, no limits.  Numbers in
 * paths are not bounded and nothing is checked: it is no example of anything.
 *
 *     floor [--conf FILE] [--role NAME --slot N]
 *
 * GET  /api/echo       a constant of 2 KiB
 * GET  /api/pk/ID      one row of pin by its key, if a database is set
 * POST /api/len        length and Adler-32 of the body
 * GET  /api/fill/N     N bytes
 * GET  /api/sleep/MS   after a while; answers the worker's process id
 * *    /api/hit        counts itself, in all workers together; reads no body
 * GET  /api/hits       that count
 * *    /api/slow/...   the same, for Nginx to send to the slow pool
 */
#include "clock.h"
#include "conf.h"
#include "json.h"
#include "log.h"
#include "master.h"
#include "req.h"
#include "shared.h"
#include "worker.h"

#include <inttypes.h>
#include <libpq-fe.h>

/* All its SQL; each takes one parameter. */
enum { PIN_BY_KEY, STATEMENTS };

static const struct statement {
	const char *name, *sql;
} statements[STATEMENTS] = {
	[PIN_BY_KEY] = { "pin_by_key",
	    "select id, title, image_url from pin where id = $1" },
};

/* The core's router asks for it. */
const struct feature *const features[] = { NULL };

static PGconn *db;
static char constant[2048];

static void
make_constant(void)
{
	memset(constant, 'x', sizeof(constant));
	memcpy(constant, "{\"text\":\"", 9);
	memcpy(constant + sizeof(constant) - 2, "\"}", 2);
}

static bool
open_database(void)
{
	PGresult *result;
	bool good = true;
	int i;

	if (conf.database[0] == '\0')
		return true;
	db = PQconnectdb(conf.database);
	for (i = 0; i < STATEMENTS && good; i++) {
		result = PQprepare(db, statements[i].name, statements[i].sql, 1,
		    NULL);
		good = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
	}
	if (!good)
		log_error("database error=%s", PQerrorMessage(db));
	return good;
}

static bool
floor_open(void)
{
	make_constant();
	return open_database();
}

static void
floor_close(void)
{
	PQfinish(db);
}

static void
echo(struct req *rq, const char *rest)
{
	(void)rest;
	buf_add(rq->out, constant, sizeof(constant));
}

/* The result of a prepared statement; NULL if there is no database or it
 * failed. */
static PGresult *
ask(struct req *rq, int statement, const char *parameter)
{
	PGresult *result;

	if (db == NULL)
		return NULL;
	result = PQexecPrepared(db, statements[statement].name, 1, &parameter,
	    NULL, NULL, 0);
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	log_error("fault request=%s %s", rq->id, PQerrorMessage(db));
	PQclear(result);
	return NULL;
}

static struct str
cell(const PGresult *result, int row, int column)
{
	return (struct str){ PQgetvalue(result, row, column),
		(size_t)PQgetlength(result, row, column) };
}

static void
pin_by_key(struct req *rq, const char *rest)
{
	PGresult *result = ask(rq, PIN_BY_KEY, rest);

	if (result == NULL) {
		rq->status = 500;
		return;
	}
	if (PQntuples(result) == 1) {
		buf_add(rq->out, "{\"id\":", 6);
		buf_str(rq->out, cell(result, 0, 0));
		buf_add(rq->out, ",\"title\":", 9);
		json_str(rq->out, cell(result, 0, 1));
		buf_add(rq->out, ",\"image\":", 9);
		json_str(rq->out, cell(result, 0, 2));
		buf_byte(rq->out, '}');
	} else {
		rq->status = 404;
	}
	PQclear(result);
}

/* Adler-32 as in RFC 1950, section 9. */
static uint32_t
adler(uint32_t sum, const unsigned char *p, size_t n)
{
	uint32_t a = sum & 0xffff, b = sum >> 16;

	for (; n > 0; n--) {
		a = (a + *p++) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void
body_length(struct req *rq, const char *rest)
{
	unsigned char piece[16384];
	int64_t length = 0;
	uint32_t sum = 1;
	ssize_t n;

	(void)rest;
	while ((n = rq->body.read(rq->body.from, piece, sizeof(piece))) > 0) {
		sum = adler(sum, piece, (size_t)n);
		length += n;
	}
	if (n < 0)
		rq->status = 400;
	buf_printf(rq->out, "{\"announced\":%" PRId64 ",\"length\":%" PRId64
	    ",\"adler\":%" PRIu32 ",\"whole\":%s}", rq->body.length, length,
	    sum, n < 0 ? "false" : "true");
}

static int64_t
number_of(const char *text)
{
	int64_t n = 0;

	return str_int(str_of(text), &n) ? n : 0;
}

static void
fill(struct req *rq, const char *rest)
{
	size_t i, n = (size_t)number_of(rest);
	char *p = buf_room(rq->out, n);

	if (p == NULL)
		return;
	for (i = 0; i < n; i++)
		p[i] = (char)('a' + i % 23);
	buf_took(rq->out, n);
}

static void
nap(struct req *rq, const char *rest)
{
	int64_t ms = number_of(rest);
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
	buf_printf(rq->out, "{\"pid\":%d}", (int)getpid());
}

static _Atomic int64_t *
hit_counter(void)
{
	size_t n;

	return shared_area(&n);
}

static void
hit(struct req *rq, const char *rest)
{
	(void)rest;
	buf_printf(rq->out, "{\"hits\":%" PRId64 "}", ++*hit_counter());
}

static void
hits(struct req *rq, const char *rest)
{
	(void)rest;
	buf_printf(rq->out, "{\"hits\":%" PRId64 "}", *hit_counter());
}

/* Below /api.  A path that ends in '/' is a beginning; the rest is given. */
static const struct path {
	struct str path;
	void (*answer)(struct req *rq, const char *rest);
} paths[] = {
	{ STR("/echo"), echo },
	{ STR("/pk/"), pin_by_key },
	{ STR("/len"), body_length },
	{ STR("/fill/"), fill },
	{ STR("/sleep/"), nap },
	{ STR("/hit"), hit },
	{ STR("/hits"), hits },
};

static void
floor_serve(struct req *rq)
{
	struct str path = rq->path;
	const struct path *p;
	size_t i;

	path = str_sub(path, str_starts(path, STR("/api/slow/")) ? 9 : 4,
	    path.n);
	rq->status = 200;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		p = &paths[i];
		if (p->path.p[p->path.n - 1] == '/' ?
		    str_starts(path, p->path) : str_eq(path, p->path)) {
			p->answer(rq, path.p + p->path.n);
			return;
		}
	}
	rq->status = 404;
}

static void
floor_done(struct req *rq)
{
	log_info("request id=%s path=%.*s status=%d", rq->id,
	    STR_ARG(rq->path), rq->status);
}

static const struct worker_hooks hooks = {
	.open = floor_open,
	.serve = floor_serve,
	.done = floor_done,
	.close = floor_close,
};

static int
run_fast(void)
{
	return worker_run(&hooks, false);
}

static int
run_slow(void)
{
	return worker_run(&hooks, true);
}

int
main(int argc, char **argv)
{
	struct role roles[] = {
		{ "fast", 4, run_fast, "fast.sock", true },
		{ "slow", 2, run_slow, "slow.sock", true },
		{ .name = NULL },
	};
	const char *file = NULL, *role = NULL;
	int64_t slot = -1;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--conf") == 0)
			file = argv[i + 1];
		else if (strcmp(argv[i], "--role") == 0)
			role = argv[i + 1];
		else if (strcmp(argv[i], "--slot") == 0)
			slot = number_of(argv[i + 1]);
	}
	if (!conf_load(file))
		return 2;
	if (conf.fast_workers > 0)
		roles[0].count = (int)conf.fast_workers;
	roles[1].count = (int)conf.slow_workers;
	return role != NULL ? role_run(roles, role, (int)slot) :
	    master_run(roles, argv);
}
