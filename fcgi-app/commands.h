/*
 * The program's commands, one function each; main.c lists them.  Settings are
 * loaded when they run (but `check` reads them itself).  argv: what follows the
 * command's name.  They return the exit status: 0 done, 1 failed (said why on
 * stderr), 2 wrong arguments.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "app.h"

/* The options that every command has were taken: --conf FILE. */
struct command_line {
	int argc;
	char **argv;    /* without the options above */
	char **whole;   /* as the program was called */
	const char *file; /* by --conf or PINWALL_CONF, or NULL */
	const char *role; /* of a process that the master started, or NULL */
	int slot;
};

/* Takes the options out of argv; line->argv is freed by the caller. */
void command_line_read(struct command_line *line, int argc, char **argv);

int command_serve(const struct command_line *line);
int command_migrate(const struct command_line *line);
int command_demo(const struct command_line *line);
int command_routes(const struct command_line *line);
int command_openapi(const struct command_line *line);
int command_conf(const struct command_line *line);
int command_check(const struct command_line *line);
int command_user(const struct command_line *line);
int command_index(const struct command_line *line);
int command_jobs(const struct command_line *line);
int command_guard(const struct command_line *line);
int command_cachectl(const struct command_line *line);
int command_backup(const struct command_line *line);
int command_restore(const struct command_line *line);
int command_export(const struct command_line *line);
int command_import(const struct command_line *line);
int command_words(const struct command_line *line);

#endif
