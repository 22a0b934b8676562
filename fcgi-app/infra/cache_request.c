/* Fences that are asked for at Postgres.  See cache_request.h. */
#include "cache_request.h"

#include "conf.h"
#include "log.h"

#include <libpq-fe.h>

static PGconn *second;

static bool
connected(void)
{
	const char *keys[] = { "dbname", "options", "connect_timeout",
		"application_name", NULL };
	const char *values[] = { conf.database,
		"-c statement_timeout=1000 -c search_path=public", "2",
		"pinwall-fence", NULL };

	if (second != NULL && PQstatus(second) == CONNECTION_OK)
		return true;
	PQfinish(second);
	second = PQconnectdbParams(keys, values, 1);
	if (PQstatus(second) == CONNECTION_OK)
		return true;
	log_error("cache fence reason=%s", PQerrorMessage(second));
	return false;
}

static bool
ask(const char *text, const char *const *args, int n, struct str *out,
    char room[32])
{
	PGresult *r;
	bool good;

	if (!connected())
		return false;
	r = PQexecParams(second, text, n, NULL, args, NULL, NULL, 0);
	good = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
	if (good)
		snprintf(room, 32, "%s", PQgetvalue(r, 0, 0));
	else
		log_error("cache fence reason=%s", PQresultErrorMessage(r));
	PQclear(r);
	*out = str_of(room);
	return good;
}

bool
cache_request_make(uint64_t xid, const struct str *tags, size_t n, int64_t *id)
{
	char number[24], room[32];
	const char *args[2] = { number, NULL };
	struct str answer;
	struct buf list;
	size_t i;
	bool good;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)xid);
	buf_open(&list, 1 << 16);
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&list, '\n');
		buf_str(&list, tags[i]);
	}
	buf_byte(&list, '\0');
	args[1] = list.p;
	good = buf_ok(&list) && ask("with made as (insert into cache_fence "
	    "(xid, tags) values ($1::text::xid8, string_to_array($2, e'\\n')) "
	    "returning id) select id from made, pg_notify('guard', '')", args,
	    2, &answer, room) && str_int(answer, id);
	buf_close(&list);
	return good;
}

bool
cache_request_is_fenced(int64_t id, bool *fenced)
{
	char number[24], room[32];
	const char *args[1] = { number };
	struct str answer;

	snprintf(number, sizeof(number), "%lld", (long long)id);
	/* whose row is gone was served, and more than that */
	if (!ask("select coalesce(bool_or(fenced), true) from cache_fence "
	    "where id = $1::bigint", args, 1, &answer, room))
		return false;
	*fenced = str_eq(answer, STR("t"));
	return true;
}

void
cache_request_end(void)
{
	PQfinish(second);
	second = NULL;
}
