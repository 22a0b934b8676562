/* Roles, inside a process of the master.  The contract is in role.h. */
#include "role.h"

#include "log.h"
#include "shared.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>

#define KEEP (256 * 1024)

static bool has_pipe;

int
role_run(const struct role *roles, const char *name, int slot)
{
	const struct role *role = roles;
	int status;

	while (role->name != NULL && strcmp(role->name, name) != 0)
		role++;
	if (role->name == NULL) {
		fprintf(stderr, "there is no role %s\n", name);
		return 2;
	}
	if (!shared_join(ROLE_SHARED_FD, slot)) {
		fprintf(stderr, "%s: the master's shared memory does not fit "
		    "this program: restart it\n", name);
		return 2;
	}
	close(ROLE_SHARED_FD);
	has_pipe = true;
	/* Large pieces go back to the kernel; left to itself, the allocator
	 * would keep as much as the largest there ever was. */
	mallopt(M_MMAP_THRESHOLD, KEEP);
	mallopt(M_TRIM_THRESHOLD, KEEP);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	log_open(role->name, &shared_own()->log);
	status = role->run();
	log_flush();
	return status;
}

void
role_ready(void)
{
	ssize_t put;

	if (!has_pipe)
		return;
	has_pipe = false;
	do
		put = write(ROLE_READY_FD, "R", 1);
	while (put < 0 && errno == EINTR);
	close(ROLE_READY_FD);
}
