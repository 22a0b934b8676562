/* Running migrations. */
#include "migrate.h"

#include "conf.h"
#include "schemes.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static bool
run(PGconn *c, const char *text, const char *what)
{
	PGresult *r = PQexec(c, text);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK ||
	    PQresultStatus(r) == PGRES_TUPLES_OK;

	if (!good)
		fprintf(stderr, "%s: %s", what, PQerrorMessage(c));
	PQclear(r);
	return good;
}

static const char table[] =
    "create table if not exists schema_migration ("
    "name text primary key, digest text not null, "
    "run_at timestamptz not null default now())";

enum state { NEW, DONE, CHANGED, BROKEN };

static enum state
state_of(PGconn *c, const struct migration *m)
{
	const char *args[2] = { m->name, m->text };
	PGresult *r = PQexecParams(c, "select digest = md5($2::text) "
	    "from schema_migration where name = $1", 2, NULL, args, NULL, NULL,
	    0);
	enum state s = NEW;

	if (PQresultStatus(r) != PGRES_TUPLES_OK) {
		fprintf(stderr, "migrate: %s", PQerrorMessage(c));
		s = BROKEN;
	} else if (PQntuples(r) == 1) {
		s = PQgetvalue(r, 0, 0)[0] == 't' ? DONE : CHANGED;
	}
	PQclear(r);
	return s;
}

static bool
remember(PGconn *c, const struct migration *m)
{
	const char *args[2] = { m->name, m->text };
	PGresult *r = PQexecParams(c, "insert into schema_migration "
	    "(name, digest) values ($1, md5($2::text)) "
	    "on conflict (name) do update set digest = excluded.digest, "
	    "run_at = now()", 2, NULL, args, NULL, NULL, 0);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK;

	if (!good)
		fprintf(stderr, "migrate: %s: %s", m->name, PQerrorMessage(c));
	PQclear(r);
	return good;
}

/* Triggers are made anew whenever their text is another. */
static const struct migration triggers = { "schemes", schemes_triggers };

static bool
apply(PGconn *c, const struct migration *m)
{
	switch (state_of(c, m)) {
	case DONE:
		return true;
	case CHANGED:
		if (m == &triggers)
			break;
		fprintf(stderr, "migrate: %s was changed after it ran here; "
		    "write a new migration instead\n", m->name);
		return false;
	case BROKEN:
		return false;
	case NEW:
		break;
	}
	if (!run(c, "begin", m->name))
		return false;
	if (!run(c, m->text, m->name) || !remember(c, m)) {
		(void)run(c, "rollback", m->name);
		return false;
	}
	if (!run(c, "commit", m->name))
		return false;
	printf("migrated %s\n", m->name);
	return true;
}

bool
migrate(void)
{
	PGconn *c = PQconnectdb(conf.database);
	const struct migration *m;
	bool good = PQstatus(c) == CONNECTION_OK;

	if (!good)
		fprintf(stderr, "migrate: %s", PQerrorMessage(c));
	/* notices such as "already exists, skipping" are no news */
	good = good && run(c, "set client_min_messages = warning", "set") &&
	    run(c, "set client_encoding = 'UTF8'", "set") &&
	    run(c, "select pg_advisory_lock(7274991)", "lock") &&
	    run(c, table, "schema_migration");
	for (m = migrations; good && m->name != NULL; m++)
		good = apply(c, m);
	good = good && apply(c, &triggers);
	PQfinish(c);
	return good;
}

static const struct migration *
find(const struct migration *list, const char *name)
{
	while (list->name != NULL && strcmp(list->name, name) != 0)
		list++;
	return list->name != NULL ? list : NULL;
}

static bool
same_digest(PGconn *c, const struct migration *m, const char *digest)
{
	const char *args[2] = { m->text, digest };
	PGresult *r = PQexecParams(c, "select md5($1::text) = $2", 2, NULL,
	    args, NULL, NULL, 0);
	bool good = PQresultStatus(r) == PGRES_TUPLES_OK;
	bool same = good && PQgetvalue(r, 0, 0)[0] == 't';

	if (!good)
		fprintf(stderr, "migrate: %s", PQerrorMessage(c));
	else if (!same)
		fprintf(stderr, "%s is another one here than it was there\n",
		    m->name);
	PQclear(r);
	return same;
}

bool
migrate_knows(const struct migration *ran)
{
	PGconn *c = PQconnectdb(conf.database);
	const struct migration *mine;
	bool good = PQstatus(c) == CONNECTION_OK;

	if (!good)
		fprintf(stderr, "migrate: %s", PQerrorMessage(c));
	for (; good && ran->name != NULL; ran++) {
		if (strcmp(ran->name, triggers.name) == 0)
			continue;
		mine = find(migrations, ran->name);
		good = mine != NULL && same_digest(c, mine, ran->text);
		if (mine == NULL)
			fprintf(stderr, "its schema is newer than this "
			    "program, which does not know %s\n", ran->name);
	}
	PQfinish(c);
	return good;
}

static void
write_one(FILE *to, const struct migration *m)
{
	fprintf(to, "set constraints all immediate;\n%s\n;\n"
	    "insert into schema_migration (name, digest) values\n"
	    "('%s', md5($migration$%s$migration$))\n"
	    "on conflict (name) do update set digest = excluded.digest,\n"
	    "    run_at = now();\n", m->text, m->name, m->text);
}

void
migrate_write_rest(FILE *to, const struct migration *ran)
{
	const struct migration *m;

	fprintf(to, "set search_path = public;\n");
	for (m = migrations; m->name != NULL; m++)
		if (find(ran, m->name) == NULL)
			write_one(to, m);
	write_one(to, &triggers);
}

bool
migrate_fill(double size)
{
	PGconn *c = PQconnectdb(conf.database);
	char scale[80];
	bool good = PQstatus(c) == CONNECTION_OK;

	if (!good)
		fprintf(stderr, "demo: %s", PQerrorMessage(c));
	snprintf(scale, sizeof(scale), "set pinwall.scale = '%g'", size);
	good = good && run(c, scale, "size") &&
	    run(c, "set client_encoding = 'UTF8'", "set") &&
	    run(c, demo_scripts->text, demo_scripts->name) &&
	    run(c, "vacuum analyze", "vacuum");
	PQfinish(c);
	return good;
}
