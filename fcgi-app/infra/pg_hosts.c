/* The hosts of the setting `database`.  See pg_hosts.h. */
#include "pg_hosts.h"

#include "clock.h"
#include "conf.h"

#include <stdio.h>
#include <string.h>

#define NAME_SIZE 260 /* of a host, or of a folder with a socket */

#define HOSTS 8
#define SILENCE_US SECOND_US /* who is there answers sooner */
#define AGAIN_US (5 * SECOND_US)

static int first; /* in the list */
static int64_t again[HOSTS]; /* not asked before */

static const char *
value_of(const struct pg_hosts *h, const char *keyword)
{
	const PQconninfoOption *o = h->all;

	while (o->keyword != NULL && strcmp(o->keyword, keyword) != 0)
		o++;
	return o->val;
}

static int
count(const char *list)
{
	int n = 1;

	for (; list != NULL && *list != '\0'; list++)
		n += *list == ',';
	return n;
}

/* The i-th of a list as long as that of hosts; NULL: what is set holds for
 * all. */
static const char *
part(const struct pg_hosts *h, const char *keyword, int i, char *out)
{
	const char *list = value_of(h, keyword);

	if (h->n == 1 || list == NULL || count(list) != h->n)
		return NULL;
	for (; i > 0; i--)
		list = strchr(list, ',') + 1;
	snprintf(out, NAME_SIZE, "%.*s", (int)strcspn(list, ","), list);
	return out;
}

bool
pg_hosts_open(struct pg_hosts *h, char *why, size_t n)
{
	char *reason = NULL;
	const char *list, *attrs;

	*h = (struct pg_hosts){ PQconninfoParse(conf.database, &reason), 1, 0,
		false };
	if (h->all == NULL) {
		snprintf(why, n, "%s", reason != NULL ? reason : "?");
		PQfreemem(reason);
		return false;
	}
	list = value_of(h, "hostaddr");
	h->first = first;
	h->n = count(list != NULL ? list : value_of(h, "host"));
	attrs = value_of(h, "target_session_attrs");
	h->write = attrs != NULL && strcmp(attrs, "read-write") == 0;
	return true;
}

void
pg_hosts_close(struct pg_hosts *h)
{
	PQconninfoFree(h->all);
}

/* Who wanted a password said something. */
static bool
is_silent(const PGconn *conn, int64_t took)
{
	return PQstatus(conn) != CONNECTION_OK && took > SILENCE_US &&
	    PQconnectionUsedPassword(conn) == 0;
}

PGconn *
pg_hosts_connect(const struct pg_hosts *h, int i, const char *who,
    const char *wait_s)
{
	/* what stands before dbname may be said otherwise by the setting */
	const char *keys[] = { "connect_timeout", "dbname", "host", "hostaddr",
		"port", "target_session_attrs", "application_name",
		"client_encoding", NULL };
	char host[NAME_SIZE], address[NAME_SIZE], port[NAME_SIZE];
	int at = (h->first + i) % h->n;
	const char *values[] = { wait_s, conf.database,
		part(h, "host", at, host), part(h, "hostaddr", at, address),
		part(h, "port", at, port), h->write ? "any" : NULL, who,
		"UTF8", NULL };
	int64_t began = clock_mono();
	PGconn *conn;

	if (h->n > 1 && at < HOSTS && began < again[at])
		return NULL;
	conn = PQconnectdbParams(keys, values, 1);
	if (h->n > 1 && at < HOSTS && is_silent(conn, clock_mono() - began)) {
		again[at] = clock_mono() + AGAIN_US;
		first = (at + 1) % h->n;
	}
	return conn;
}

void
pg_hosts_keep(const struct pg_hosts *h, int i)
{
	first = (h->first + i) % h->n;
}
