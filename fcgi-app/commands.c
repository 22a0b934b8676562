/* Commands of a few lines; larger ones have files of their own. */
#include "commands.h"
#include "guard_proc.h"
#include "migrate.h"
#include "meta/openapi.h"
#include "role.h"
#include "router.h"
#include "store.h"
#include "token.h"

#include <stdio.h>

static int
wrong(const char *why)
{
	fprintf(stderr, "%s; see --help\n", why);
	return 2;
}

int
command_migrate(const struct command_line *line)
{
	if (line->argc > 0)
		return wrong("migrate takes no arguments");
	return migrate() ? 0 : 1;
}

int
command_conf(const struct command_line *line)
{
	if (line->argc > 0)
		return wrong("conf takes no arguments");
	conf_print();
	return 0;
}

int
command_openapi(const struct command_line *line)
{
	struct buf b;

	if (line->argc > 0)
		return wrong("openapi takes no arguments");
	buf_open(&b, 16 << 20);
	openapi_write(&b);
	printf("%.*s\n", STR_ARG(buf_view(&b)));
	buf_close(&b);
	return 0;
}

/* A path as a regular expression: {name} is one segment. */
static void
print_pattern(const char *path)
{
	const char *p;

	for (p = path; *p != '\0'; p++) {
		if (*p == '{') {
			fputs("[^/]+", stdout);
			p = strchr(p, '}');
		} else if (*p == '.') {
			fputs("\\.", stdout);
		} else {
			putchar(*p);
		}
	}
}

/* Nginx lets large bodies pass to pinwall_upload alone, and those of several
 * files to pinwall_uploads. */
static const char *
pool_of(const struct route *r)
{
	const struct field *f;
	const char *pool = r->slow ? "slow" : NULL;

	for (f = r->fields; f != NULL && f->name != NULL; f++) {
		if (f->type == TYPE_FILE)
			pool = "upload";
		if (f->type == TYPE_FILES)
			return "uploads";
	}
	return pool;
}

static void
print_nginx(const struct route *r, bool first)
{
	const char *pool = pool_of(r);

	(void)first;
	if (pool == NULL)
		return;
	printf("\"~^%s:/api", method_name(r->method));
	print_pattern(r->path);
	printf("/?$\" pinwall_%s;\n", pool);
}

static const char *
auth_name(enum auth auth)
{
	static const char *const names[] = { "forgotten", "none", "optional",
		"try", "user", "staff" };

	return names[auth];
}

static void
print_text(const struct route *r, bool first)
{
	(void)first;
	printf("%-6s /api%-44s %-8s %s%s\n", method_name(r->method), r->path,
	    auth_name(r->auth), r->slow ? "slow  " : "", r->doc);
}

static void
print_field_names(const struct route *r)
{
	static const char *const from[] = { "", "path", "query", "body" };
	static const char *const type[] = { "", "int", "bool", "text",
		"prose", "secret", "number", "file", "files", "page", "ids" };
	const struct field *f;

	printf("\"fields\":[");
	for (f = r->fields; f != NULL && f->name != NULL; f++)
		printf("%s{\"name\":\"%s\",\"from\":\"%s\",\"type\":\"%s\","
		    "\"required\":%s,\"min\":%" PRId64 ",\"max\":%" PRId64 "}",
		    f == r->fields ? "" : ",", f->name, from[f->from],
		    type[f->type], f->required ? "true" : "false", f->min,
		    f->max);
	printf("]");
}

static void
print_tags(const char *name, const char *const tags[ROUTE_TAGS])
{
	int i;

	printf(",\"%s\":[", name);
	for (i = 0; i < ROUTE_TAGS && tags[i] != NULL; i++)
		printf("%s\"%s\"", i > 0 ? "," : "", tags[i]);
	printf("]");
}

static void
print_json(const struct route *r, bool first)
{
	printf("%s\n{\"method\":\"%s\",\"path\":\"/api%s\",\"auth\":\"%s\","
	    "\"slow\":%s,\"limited\":%s,\"cookies\":%s,"
	    "\"status\":%d,", first ? "" : ",",
	    method_name(r->method), r->path, auth_name(r->auth),
	    r->slow ? "true" : "false",
	    r->limit != LIMIT_NONE ? "true" : "false",
	    r->cookies ? "true" : "false",
	    r->status != 0 ? r->status : 200);
	print_field_names(r);
	print_tags("reads", r->reads);
	print_tags("touches", r->touches);
	printf("}");
}

int
command_routes(const struct command_line *line)
{
	bool json = line->argc == 1 && strcmp(line->argv[0], "--json") == 0;
	bool nginx = line->argc == 1 && strcmp(line->argv[0], "--nginx") == 0;
	void (*print)(const struct route *, bool) = json ? print_json :
	    nginx ? print_nginx : print_text;
	const struct feature *const *f;
	const struct route *r;
	bool first = true;

	if (line->argc > (json || nginx ? 1 : 0))
		return wrong("routes takes --json or --nginx");
	if (!router_open())
		return 1;
	if (json)
		printf("[");
	for (f = features; *f != NULL; f++)
		for (r = (*f)->routes; r->path != NULL; r++) {
			print(r, first);
			first = false;
		}
	if (json)
		printf("\n]\n");
	return 0;
}

int
command_guard(const struct command_line *line)
{
	if (line->argc > 0)
		return wrong("guard takes no arguments");
	log_open("guard", NULL);
	return guard_proc_run(role_ready);
}

int
command_jobs(const struct command_line *line)
{
	if (line->argc > 1)
		return wrong("jobs takes one kind at most");
	log_open("jobs", NULL);
	if (!store_open() || !pg_open(60000))
		return 1;
	if (line->argc == 1 && !jobs_add_now(str_of(line->argv[0]))) {
		fprintf(stderr, "there is no kind of job %s\n", line->argv[0]);
		return 1;
	}
	if (jobs_run_due(INT32_MAX) < 0)
		return 1;
	log_flush();
	return 0;
}
