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
	{ "backup", command_backup,
	    "[--keep N] DIR | --verify DIR | --list DIR",
	    "Add a backup to those in DIR while the site runs, and remove all "
	    "but the newest N; read all of them and compare; list them.\n"
	    "        In it: the database (with e-mail addresses and hashes of "
	    "passwords) and all pictures.\n"
	    "        Not in it: the secret file (with another one access "
	    "tokens and addresses of\n"
	    "        further pages are refused; refresh tokens go on), "
	    "settings, passwords of\n"
	    "        Postgres and Redis, what Redis keeps, mails, the index "
	    "(made anew).\n"
	    "        Exit status 3: made, but the site itself lacks files." },
	{ "restore", command_restore,
	    "[--replace] [--end-sessions] [--backup NAME] DIR",
	    "Make the site that of the newest backup in DIR, or of NAME; all "
	    "of it or nothing.\n"
	    "        Stop the site first; connect as `pinwall migrate` does.  "
	    "--replace: also if it\n"
	    "        is not empty.  --end-sessions: everybody logs in anew; "
	    "without it who logged\n"
	    "        out after the backup is logged in again.  Exit status 3: "
	    "done, but the backup\n"
	    "        lacked files." },
	{ "export", command_export, "USER FILE.zip",
	    "Write all of an account to a file (fcgi-app/features/portable/"
	    "portable.h says what\n"
	    "        is in it; no password)." },
	{ "import", command_import, "account FILE.zip",
	    "Make an account out of such a file, while the site runs: the "
	    "whole of it or\n"
	    "        nothing.  Tells what refers to what is not here.  Its "
	    "owner sets a password\n"
	    "        by mail." },
	{ "routes", command_routes, "[--json | --nginx]",
	    "Print the route table." },
	{ "openapi", command_openapi, "", "Print the API's document." },
	{ "conf", command_conf, "",
	    "Print all settings with their values and meanings." },
	{ "check", command_check, "[--json]",
	    "Tell what is wrong with the settings and with what the site "
	    "needs, a line each;\n        exit status 0 nothing, 1 warnings, "
	    "2 errors." },
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
	int status = 0;

	command_line_read(&line, argc, argv);
	if (wants_help(&line))
		printf("usage: pinwall %s [--conf FILE] %s\n%s\n", c->name,
		    c->arguments, c->doc);
	else
		status = c->run == command_check || conf_load(line.file) ?
		    c->run(&line) : 1;
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
	if (argc >= 2)
		fprintf(stderr, "\npinwall: there is no command %s\n", argv[1]);
	return 2;
}
