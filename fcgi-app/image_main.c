/*
 * pinwall-image: the process that decodes pictures, as a program of its own.
 *
 * It is what `pinwall serve` runs for the role "image".  The decoders come
 * with a hundred libraries; in the other processes they would cost each some
 * 3 MB of memory of its own and 60 ms at its start, and be there to attack.
 */
#include "commands.h"
#include "image.h"
#include "role.h"

#include <stdlib.h>

static int
run_image(void)
{
	return image_run(ROLE_LISTEN_FD);
}

int
main(int argc, char **argv)
{
	const struct role roles[] = {
		{ "image", 1, run_image, "image.sock", false },
		{ NULL, 0, NULL, NULL, false },
	};
	struct command_line line = { 0 };
	int status;

	command_line_read(&line, argc, argv);
	status = conf_load(line.file) ?
	    role_run(roles, "image", line.slot) : 1;
	free(line.argv);
	return status;
}
