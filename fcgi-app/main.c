/* Arguments -> one of the program's commands; nothing else. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

static const struct command {
	const char *name;
	int (*run)(const struct command_line *line);
	const char *arguments, *doc;
} commands[] = {
	{ "serve", command_serve, "[ROLE]...",
	    "Run the site: the master and its processes, or those of some "
	    "roles." },
	{ "migrate", command_migrate, "",
	    "Bring the database's schema up to date." },
	{ "demo", command_demo, "[--pictures DIR]... | --scale SIZE",
	    "Fill an empty site with people, pins and boards; or any site, as "
	    "the superuser of its database, with a million pins (SIZE 1)." },
	{ "user", command_user, "add NAME EMAIL | staff NAME | unstaff NAME",
	    "Make accounts (password on standard input), and staff of them." },
	{ "jobs", command_jobs, "[KIND]",
	    "Run the jobs that are due now, with KIND also that one." },
	{ "words", command_words, "[--bench] [TITLE]...",
	    "Print the words of titles (or of each line of standard input); "
	    "how long it takes." },
	{ "index", command_index, "[rebuild | status]",
	    "Keep the index of similar pins (a process of the site does); "
	    "make it anew; tell how large it is." },
	{ "guard", command_guard, "",
	    "Guard the cache (a process of the site does); several do no "
	    "harm." },
	{ "cachectl", command_cachectl,
	    "bump TAG... | bump table:TABLE | epoch | stats",
	    "End what is kept of a tag, of a table, or everything; tell how "
	    "the cache does." },
	{ "routes", command_routes, "[--json | --nginx]",
	    "Print the route table." },
	{ "openapi", command_openapi, "", "Print the API's document." },
	{ "conf", command_conf, "",
	    "Print all settings with their values and meanings." },
	{ NULL, NULL, NULL, NULL },
};

static void
usage(FILE *to)
{
	const struct command *c;

	fprintf(to, "usage: pinwall COMMAND [--conf FILE] ...\n\n");
	for (c = commands; c->name != NULL; c++)
		fprintf(to, "  %s %s\n        %s\n", c->name, c->arguments,
		    c->doc);
	fprintf(to, "\nSettings come from FILE, then from PINWALL_NAME in the "
	    "environment.\nExit status: 0 done, 1 failed, 2 wrong "
	    "arguments.\n");
}

static bool
wants_help(const struct command_line *line)
{
	int i;

	for (i = 0; i < line->argc; i++)
		if (strcmp(line->argv[i], "--help") == 0)
			return true;
	return false;
}

static int
run(const struct command *c, int argc, char **argv)
{
	struct command_line line;
	const char *file = NULL;
	int status = 0;

	command_line_read(&line, argc, argv, &file);
	if (wants_help(&line))
		printf("usage: pinwall %s [--conf FILE] %s\n%s\n", c->name,
		    c->arguments, c->doc);
	else
		status = conf_load(file) ? c->run(&line) : 1;
	free(line.argv);
	return status;
}

int
main(int argc, char **argv)
{
	const struct command *c;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	for (c = commands; argc >= 2 && c->name != NULL; c++)
		if (strcmp(argv[1], c->name) == 0)
			return run(c, argc, argv);
	usage(stderr);
	return 2;
}
