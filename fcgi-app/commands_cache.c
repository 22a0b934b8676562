/*
 * `pinwall cachectl`: the cache by hand.
 *
 * What is bumped goes the way of changes that others made: the outbox, and the
 * guardian.  So it holds under every fault that they hold under.
 */
#include "clock.h"
#include "commands.h"
#include "redis.h"
#include "schemes.h"
#include "work.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define USAGE "cachectl: bump TAG... | bump table:TABLE | epoch | stats\n"
#define PATIENCE (5 * SECOND_US)
#define TAGS 64

struct bump {
	struct str tags[TAGS];
	int n;
};

static bool
add(struct bump *b, struct str tag)
{
	if (b->n == TAGS) {
		fprintf(stderr, "cachectl: %d tags at most\n", TAGS);
		return false;
	}
	b->tags[b->n++] = tag;
	return true;
}

static bool
has_table(const struct scheme *s, struct str table)
{
	int i;

	for (i = 0; i < SCHEME_TABLES && s->tables[i] != NULL; i++)
		if (str_eq(table, str_of(s->tables[i])))
			return true;
	return false;
}

/* Every name that the table has a line for, in bulk. */
static bool
add_table(struct arena *mem, struct bump *b, struct str table)
{
	const struct scheme *s;
	int before = b->n;

	for (s = schemes; s->name != NULL; s++)
		if (has_table(s, table) &&
		    !add(b, arena_printf(mem, "%s!", s->name)))
			return false;
	if (b->n == before)
		fprintf(stderr, "cachectl: nothing depends on a table %.*s\n",
		    STR_ARG(table));
	return b->n > before;
}

static bool
add_tag(struct arena *mem, struct bump *b, struct str tag)
{
	struct str name = str_sub(tag, 0, str_find(tag, ':', 0));
	const struct scheme *s;

	if (name.n > 0 && name.p[name.n - 1] == '!')
		name = str_sub(name, 0, name.n - 1);
	if (str_starts(tag, STR("table:")))
		return add_table(mem, b, str_sub(tag, 6, tag.n));
	for (s = schemes; s->name != NULL; s++)
		if (str_eq(name, str_of(s->name)))
			return add(b, tag);
	fprintf(stderr, "cachectl: there is no name %.*s in sql/schemes\n",
	    STR_ARG(name));
	return false;
}

static enum err
wait_for(struct req *rq, int64_t id, bool *done)
{
	int64_t until = clock_mono() + PATIENCE;
	struct row row;
	enum err e;

	*done = false;
	do {
		e = pg_row(rq, q_guard_waiting(id), &row);
		if (e != OK)
			return e;
		*done = row_int(&row, "told") == 0;
		if (!*done)
			usleep(5000);
	} while (!*done && clock_mono() < until);
	return OK;
}

static int
bump(struct req *rq, const struct command_line *line)
{
	struct bump b = { .n = 0 };
	struct row row;
	bool done = false;
	int i;
	int64_t id = 0;
	enum err e;

	for (i = 1; i < line->argc; i++)
		if (!add_tag(rq->mem, &b, str_of(line->argv[i])))
			return 2;
	e = pg_row(rq, q_guard_bump((struct texts){ b.tags, b.n }), &row);
	if (e == OK)
		id = row_int(&row, "id");
	e = pg_finish(rq, e);
	if (e == OK)
		e = wait_for(rq, id, &done);
	if (e != OK)
		return 1;
	if (!done)
		fprintf(stderr, "cachectl: told, but no guardian has taken it "
		    "for %d s; without one nothing is served from the cache\n",
		    (int)(PATIENCE / SECOND_US));
	return done ? 0 : 1;
}

static const struct redis_reply *
ask(const char *command, const char *key, const char *second)
{
	struct str words[] = { str_of(command), str_of(key), str_of(second) };
	const struct redis_reply *r = redis_call(REDIS_GUARD, words,
	    1 + (key[0] != '\0') + (second[0] != '\0'));

	if (r == NULL || redis_failed(r, "")) {
		fprintf(stderr, "cachectl: redis_cache: %s\n",
		    redis_end_name(redis_end(REDIS_GUARD)));
		return NULL;
	}
	return r;
}

/* What was kept is of an epoch that is over; the guardian begins another. */
static int
epoch(void)
{
	return ask("DEL", "E", "G") != NULL ? 0 : 1;
}

static bool
print_number(const char *name, const char *command, const char *key)
{
	const struct redis_reply *r = ask(command, key, "");
	int64_t n;

	if (r == NULL || !redis_number(r, &n))
		return false;
	printf("%-12s %" PRId64 "\n", name, n);
	return true;
}

/* A line of INFO. */
static void
print_info(struct str info, const char *field, const char *name)
{
	size_t n = strlen(field), from, to;
	struct str line;

	for (from = 0; from < info.n; from = to + 1) {
		to = str_find(info, '\n', from);
		line = str_trim(str_sub(info, from, to));
		if (str_starts(line, str_of(field)))
			printf("%-12s %.*s\n", name,
			    STR_ARG(str_sub(line, n + 1, line.n)));
	}
}

static int
stats(struct req *rq)
{
	const struct redis_reply *r = ask("GET", "E", "");
	struct row row;
	struct str text;

	if (r == NULL)
		return 1;
	text = redis_text(r);
	text = str_sub(text, 0, str_find(text, '.', 0));
	printf("%-12s %.*s\n", "epoch",
	    STR_ARG(text.n > 0 ? text : STR("none: not in service")));
	if (!print_number("fences", "HLEN", "F") ||
	    !print_number("keys", "DBSIZE", "") ||
	    (r = ask("INFO", "", "")) == NULL)
		return 1;
	text = redis_text(r);
	print_info(text, "used_memory_human", "memory");
	print_info(text, "maxmemory_human", "of");
	print_info(text, "evicted_keys", "evicted");
	print_info(text, "keyspace_hits", "found");
	print_info(text, "keyspace_misses", "missed");
	if (pg_row(rq, q_guard_waiting(INT64_MAX), &row) != OK)
		return 1;
	printf("%-12s %" PRId64 "\n%-12s %" PRId64 "\n", "to tell",
	    row_int(&row, "told"), "to fence", row_int(&row, "asked"));
	return 0;
}

static int
run(struct req *rq, const struct command_line *line)
{
	const char *what = line->argc > 0 ? line->argv[0] : "";

	if (strcmp(what, "bump") == 0 && line->argc > 1)
		return bump(rq, line);
	if (strcmp(what, "epoch") == 0 && line->argc == 1)
		return epoch();
	if (strcmp(what, "stats") == 0 && line->argc == 1)
		return stats(rq);
	fputs(USAGE, stderr);
	return 2;
}

int
command_cachectl(const struct command_line *line)
{
	struct work w;
	struct req rq;
	int status = 1;

	work_open(&w, 1 << 20);
	work_begin(&w, &rq, "cachectl");
	if (pg_open(10000))
		status = run(&rq, line);
	work_close(&w);
	pg_close();
	return status;
}
