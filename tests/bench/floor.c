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
 * GET  /api/pin/ID     the row of the application's own query for one pin
 * GET  /api/list       the rows of its query for a page of 52 pins
 * GET  /api/kept       what stands in redis-cache under q:floor
 * GET  /api/kept/304   asks for that, and answers 304 without it
 * POST /api/len        length and Adler-32 of the body
 * GET  /api/fill/N     N bytes
 * GET  /api/sleep/MS   after a while; answers the worker's process id
 * *    /api/hit        counts itself, in all workers together; reads no body
 * GET  /api/hits       that count
 * *    /api/slow/...   the same, for Nginx to send to the slow pool
 */
#include "clock.h"
#include "conf.h"
#include "files.h"
#include "json.h"
#include "log.h"
#include "master.h"
#include "pg_args.h"
#include "queries.h"
#include "req.h"
#include "shared.h"
#include "worker.h"

#include <fcntl.h>
#include <hiredis.h>
#include <inttypes.h>
#include <libpq-fe.h>

/* All its SQL. */
enum { PIN_BY_KEY, PIN_ONE, PIN_PAGE, STATEMENTS };

static const struct floor_statement {
	const char *name;
	const char *sql;            /* of its own, */
	const struct statement *of; /* or the application's */
} asks[STATEMENTS] = {
	[PIN_BY_KEY] = { "pin_by_key",
	    "select id, title, image_url from pin where id = $1", NULL },
	[PIN_ONE] = { "pin_one", NULL, &q_pins_one_of },
	[PIN_PAGE] = { "pin_page", NULL, &q_pins_page_of },
};

/* The core's router asks for it. */
const struct feature *const features[] = { NULL };

static PGconn *db;
static redisContext *redis;
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
	PQclear(PQexec(db, "set plan_cache_mode = force_generic_plan"));
	PQclear(PQexec(db, "set pinwall.media_url = ''"));
	for (i = 0; i < STATEMENTS && good; i++) {
		result = PQprepare(db, asks[i].name, asks[i].of != NULL ?
		    asks[i].of->text : asks[i].sql, 0, NULL);
		good = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
	}
	if (!good)
		log_error("database error=%s", PQerrorMessage(db));
	return good;
}

/* If it does not answer, the two routes that ask it do not. */
static void
open_redis(void)
{
	char password[200] = "";
	ssize_t n = 0;
	int fd = open(conf.redis_cache_password_file, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		n = read(fd, password, sizeof(password) - 1);
	if (fd >= 0)
		close(fd);
	password[n > 0 && password[n - 1] == '\n' ? n - 1 : n] = '\0';
	redis = redisConnectUnix(conf.redis_cache);
	if (redis != NULL && redis->err == 0)
		freeReplyObject(redisCommand(redis, "AUTH app %s", password));
}

static bool
floor_open(void)
{
	make_constant();
	open_redis();
	return open_database();
}

static void
floor_close(void)
{
	PQfinish(db);
	if (redis != NULL)
		redisFree(redis);
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
ask(struct req *rq, int statement, int n, const char *const *parameters,
    int binary)
{
	PGresult *result;

	if (db == NULL)
		return NULL;
	result = PQexecPrepared(db, asks[statement].name, n, parameters, NULL,
	    NULL, binary);
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
	PGresult *result = ask(rq, PIN_BY_KEY, 1, &rest, 0);

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

static int64_t
number_at(const PGresult *result, int row, int column)
{
	return pg_get_int8(PQgetvalue(result, row, column));
}

/* By hand, in the order of the query's columns. */
static void
pin_json(struct buf *b, const PGresult *r, int i)
{
	buf_add(b, "{\"id\":", 6);
	buf_int(b, number_at(r, i, 0));
	buf_add(b, ",\"author\":", 10);
	json_str(b, cell(r, i, 1));
	buf_add(b, ",\"boards\":", 10);
	buf_str(b, cell(r, i, 2));
	buf_add(b, ",\"tag_set\":", 11);
	buf_str(b, cell(r, i, 3));
	buf_add(b, ",\"created_at\":", 14);
	json_time(b, pg_get_time(PQgetvalue(r, i, 4)));
	buf_add(b, ",\"updated_at\":", 14);
	json_time(b, pg_get_time(PQgetvalue(r, i, 5)));
	buf_add(b, ",\"title\":", 9);
	json_str(b, cell(r, i, 6));
	buf_add(b, ",\"image\":", 9);
	json_str(b, cell(r, i, 7));
	buf_add(b, ",\"image_url\":", 13);
	json_str(b, cell(r, i, 8));
	buf_add(b, ",\"media\":{\"width\":", 18);
	buf_int(b, pg_get_int4(PQgetvalue(r, i, 9)));
	buf_add(b, ",\"height\":", 10);
	buf_int(b, pg_get_int4(PQgetvalue(r, i, 10)));
	buf_add(b, ",\"colour\":", 10);
	json_str(b, cell(r, i, 11));
	buf_add(b, ",\"placeholder\":", 15);
	json_str(b, cell(r, i, 12));
	buf_add(b, ",\"animated\":", 12);
	buf_str(b, PQgetvalue(r, i, 13)[0] ? STR("true") : STR("false"));
	buf_add(b, ",\"sizes\":", 9);
	files_json_all(b, cell(r, i, 14));
	buf_add(b, "}}", 2);
}

static void
pins_json(struct req *rq, PGresult *result, int most)
{
	int i, n;

	if (result == NULL) {
		rq->status = 500;
		return;
	}
	n = PQntuples(result) < most ? PQntuples(result) : most;
	for (i = 0; i < n; i++) {
		buf_byte(rq->out, i == 0 ? '[' : ',');
		pin_json(rq->out, result, i);
	}
	buf_byte(rq->out, ']');
	PQclear(result);
}

static void
pin_one(struct req *rq, const char *rest)
{
	const char *parameters[] = { rest, "0" };

	pins_json(rq, ask(rq, PIN_ONE, 2, parameters, 1), 1);
}

static void
pin_page(struct req *rq, const char *rest)
{
	static const char *const parameters[] = { "0", "infinity",
		"9223372036854775807", "53" };

	(void)rest;
	pins_json(rq, ask(rq, PIN_PAGE, 4, parameters, 1), 52);
}

static void
kept(struct req *rq, const char *rest)
{
	redisReply *r = redis == NULL || redis->err != 0 ? NULL :
	    redisCommand(redis, "GET q:floor");

	if (r == NULL || r->type != REDIS_REPLY_STRING)
		rq->status = 500;
	else if (rest[0] != '\0')
		rq->status = 304;
	else
		buf_add(rq->out, r->str, r->len);
	if (r != NULL)
		freeReplyObject(r);
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
	{ STR("/pin/"), pin_one },
	{ STR("/list"), pin_page },
	{ STR("/kept"), kept },
	{ STR("/kept/"), kept },
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
	    master_run("pinwall", roles, argv);
}
