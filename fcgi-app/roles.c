/* `pinwall serve`: the roles of the site's processes under one master, or some
 * of them, as each may have a service of its own with just its rights. */
#include "auth.h"
#include "commands.h"
#include "conf.h"
#include "fetch_proc.h"
#include "guard_proc.h"
#include "index_proc.h"
#include "mail.h"
#include "master.h"
#include "role.h"
#include "secret.h"
#include "serve.h"
#include "store.h"
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static bool
open_fast(void)
{
	return serve_open(false);
}

static bool
open_slow(void)
{
	return serve_open(true);
}

static int
run_fast(void)
{
	static const struct worker_hooks hooks = { open_fast, serve,
		serve_done, NULL, serve_close };

	return worker_run(&hooks, false);
}

static int
run_slow(void)
{
	static const struct worker_hooks hooks = { open_slow, serve,
		serve_done, NULL, serve_close };

	return worker_run(&hooks, true);
}

/* Jobs end logins too. */
static bool
jobs_ready(void)
{
	if (!auth_open())
		return false;
	role_ready();
	return true;
}

static int
run_jobs(void)
{
	return secret_open() && mail_open() && store_open() ?
	    jobs_run(jobs_ready, false) : 1;
}

static bool
long_ready(void)
{
	role_ready();
	return true;
}

/* Jobs that mails and notices must not wait for. */
static int
run_long(void)
{
	return secret_open() && store_open() ? jobs_run(long_ready, true) : 1;
}

/* It wakes whenever something happens, so it also listens for this host's
 * workers to what others do. */
static int
run_index(void)
{
	return index_proc_run(role_ready,
	    conf.host[0] != '\0' ? auth_catch_up : NULL);
}

static int
run_guard(void)
{
	return guard_proc_run(role_ready);
}

static int
run_fetch(void)
{
	return fetch_run(ROLE_LISTEN_FD);
}

/* pinwall-image lies beside the program (image_main.c says why). */
static int
become_image(const struct command_line *line)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 7);

	if (n < 0)
		return 1;
	memcpy(path + n, "-image", 7);
	execv(path, line->whole);
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return 1;
}

/* Switches off what is not named, if anything is. */
static bool
choose(struct role *roles, char **names, int n)
{
	struct role *role;
	int i, known = 0;
	bool wanted;

	for (role = roles; role->name != NULL; role++) {
		wanted = n == 0;
		for (i = 0; i < n; i++)
			if (strcmp(role->name, names[i]) == 0) {
				wanted = true;
				known++;
			}
		if (!wanted)
			role->count = 0;
	}
	return known == n;
}

int
command_serve(const struct command_line *line)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t fast = conf.fast_workers > 0 ? conf.fast_workers :
	    2 * (cores > 0 ? cores : 1);
	struct role roles[] = {
		{ "image", 1, NULL, "image.sock", false },
		{ "fetch", 1, run_fetch, "fetch.sock", true },
		{ "jobs", (int)conf.job_workers, run_jobs, NULL, true },
		{ "long", 1, run_long, NULL, true },
		{ "index", 1, run_index, NULL, true },
		{ "guard", conf.cache ? 1 : 0, run_guard, NULL, true },
		{ "slow", (int)conf.slow_workers, run_slow, "slow.sock",
		    true },
		{ "fast", (int)fast, run_fast, "fast.sock", true },
		{ NULL, 0, NULL, NULL, false },
	};

	if (line->role != NULL && strcmp(line->role, "image") == 0)
		return become_image(line);
	if (line->role != NULL)
		return role_run(roles, line->role, line->slot);
	if (!choose(roles, line->argv, line->argc)) {
		fprintf(stderr, "serve takes names of roles: image, fetch, "
		    "jobs, long, index, guard, slow, fast\n");
		return 2;
	}
	/* made once, before anybody reads it; not every role may have it */
	if (line->argc == 0 && !secret_open())
		return 1;
	return master_run(line->argc > 0 ? line->argv[0] : "pinwall", roles,
	    line->whole);
}
