/* The options that every command has. */
#include "commands.h"

#include <assert.h>
#include <stdlib.h>

void
command_line_read(struct command_line *line, int argc, char **argv)
{
	int64_t slot;
	int i;

	*line = (struct command_line){ .whole = argv,
		.file = getenv("PINWALL_CONF") };
	/* the arguments as they came are handed on to processes */
	line->argv = calloc((size_t)argc + 1, sizeof(*line->argv));
	assert(line->argv != NULL);
	for (i = 2; i < argc; i++) {
		bool last = i + 1 == argc;

		if (strcmp(argv[i], "--conf") == 0 && !last) {
			line->file = argv[++i];
		} else if (strcmp(argv[i], "--role") == 0 && !last) {
			line->role = argv[++i];
		} else if (strcmp(argv[i], "--slot") == 0 && !last &&
		    str_int(str_of(argv[i + 1]), &slot)) {
			line->slot = (int)slot;
			i++;
		} else {
			line->argv[line->argc++] = argv[i];
		}
	}
}
