/* Programs of Postgres.  See pg_tool.h. */
#include "pg_tool.h"

#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

bool
pg_tool_open(void)
{
	char *why = NULL;
	PQconninfoOption *all = PQconninfoParse(conf.database, &why), *o;

	if (all == NULL) {
		fprintf(stderr, "database: %s", why != NULL ? why : "?\n");
		PQfreemem(why);
		return false;
	}
	for (o = all; o->keyword != NULL; o++)
		if (o->val != NULL && o->envvar != NULL)
			setenv(o->envvar, o->val, 1);
	PQconninfoFree(all);
	return true;
}

static void
become(const char *const *argv, int in, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	if (null >= 0 && dup2(in >= 0 ? in : null, STDIN_FILENO) >= 0 &&
	    dup2(out >= 0 ? out : null, STDOUT_FILENO) >= 0)
		execvp(argv[0], (char *const *)(const void *)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

pid_t
pg_tool_start(const char *const *argv, int in, int out)
{
	pid_t pid = fork();

	if (pid == 0)
		become(argv, in, out);
	if (pid < 0)
		fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	return pid;
}

bool
pg_tool_wait(pid_t pid)
{
	int status;

	if (pid <= 0)
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
