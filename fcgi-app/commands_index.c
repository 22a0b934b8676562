/* `pinwall index`: what similar pins are found with. */
#include "commands.h"
#include "index.h"
#include "index_proc.h"
#include "progress.h"
#include "role.h"

#include <inttypes.h>
#include <stdio.h>

static int
rebuild(void)
{
	int status = index_proc_rebuild(progress_draw);

	progress_end();
	return status;
}

static int
print_status(void)
{
	struct index_stats stats;
	struct index x;
	char path[256];
	enum err e;

	index_proc_path(path);
	index_open(&x, path);
	e = index_stats(&x, &stats);
	index_close(&x);
	if (e != OK) {
		fprintf(stderr, "%s: there is no index just now\n", path);
		return 1;
	}
	printf("pins        %" PRIu64 "\nkinds       %" PRIu64
	    "\nwords       %" PRIu64 "\nbytes       %" PRIu64
	    "\nchanges     %" PRIu64 "\ngeneration  %016" PRIx64 "\n",
	    stats.docs, stats.classes, stats.terms, stats.bytes, stats.flips,
	    stats.generation);
	return 0;
}

int
command_index(const struct command_line *line)
{
	if (line->argc == 1 && strcmp(line->argv[0], "rebuild") == 0)
		return rebuild();
	if (line->argc == 1 && strcmp(line->argv[0], "status") == 0)
		return print_status();
	if (line->argc == 0)
		return index_proc_run(role_ready, NULL);
	fprintf(stderr, "index takes nothing, rebuild or status; see --help\n");
	return 2;
}
