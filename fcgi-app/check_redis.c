/* Are both Redis there, set up as they must be, and is nobody let in who should
 * not be?  See check.h. */
#include "check.h"

#include "arena.h"
#include "clock.h"
#include "conf.h"
#include "redis_greet.h"

#include <stdio.h>

#define OLDEST "7"
#define WAIT_US (2 * SECOND_US)
#define RENDER "deploy/redis-render writes it as it should be"

/* The handles, by the settings that say where and as whom. */
static const struct login {
	const char *setting, **where, *file_setting, **file, *user;
	const char *key; /* it must be able to read this */
} logins[] = {
	[REDIS_STATE] = { "redis_state", &conf.redis_state,
	    "redis_state_password_file",
	    &conf.redis_state_password_file, "app", "rl:check" },
	[REDIS_CACHE] = { "redis_cache", &conf.redis_cache,
	    "redis_cache_password_file",
	    &conf.redis_cache_password_file, "app", "q:check" },
	[REDIS_GUARD] = { "redis_cache", &conf.redis_cache,
	    "redis_guard_password_file",
	    &conf.redis_guard_password_file, "guard", "E" },
};

static const struct redis_reply *
ask(enum redis at, const char *one, const char *two, const char *three)
{
	struct str words[] = { str_of(one), str_of(two), str_of(three) };

	return redis_call(at, words,
	    three != NULL ? 3 : two != NULL ? 2 : 1);
}

/* What INFO says of a field; STR_NONE if nothing. */
static struct str
field_of(struct str info, const char *name)
{
	size_t from, to, n = strlen(name);
	struct str line;

	for (from = 0; from < info.n; from = to + 1) {
		to = str_find(info, '\n', from);
		line = str_sub(info, from, to);
		if (line.n > n && line.p[n] == ':' &&
		    str_starts(line, str_of(name)))
			return str_sub(line, n + 1,
			    str_find(line, '\r', n));
	}
	return STR_NONE;
}

/* As a handle connects. */
static bool
is_let_in(const struct login *l, char *why)
{
	struct redis_link link = { .open = false };
	char run_id[REDIS_RUN_ID + 1];
	int64_t deadline = clock_mono() + WAIT_US;
	enum redis_end end = redis_link_open(&link, *l->where, deadline, why);

	if (end == REDIS_DONE)
		end = redis_greet(&link, l->user, *l->file, run_id, deadline,
		    why);
	redis_link_close(&link);
	return end == REDIS_DONE;
}

/* Does the server answer this handle, with its login? */
static bool
look_at_login(enum redis at)
{
	const struct login *l = &logins[at];
	const struct redis_reply *r;
	char why[REDIS_WHY] = "";

	if (!is_let_in(l, why)) {
		check_error(l->setting, "start it (" RENDER "), and name its "
		    "socket", "user %s is not let in: %s", l->user, why);
		return false;
	}
	r = ask(at, "GET", l->key, NULL);
	if (r == NULL || redis_failed(r, "")) {
		check_error(l->setting, "give the user its rights; " RENDER,
		    "user %s may not read %s: %.80s", l->user, l->key,
		    r == NULL ? redis_end_name(redis_end(at)) :
		    redis_text(r).p);
		return false;
	}
	return true;
}

/* Nothing of the site asks ACL anything, not even who it is: a user who may has
 * more rights than were given for the site. */
static void
look_at_rights(enum redis at)
{
	const struct login *l = &logins[at];
	const struct redis_reply *r = ask(at, "ACL", "WHOAMI", NULL);
	bool open = r != NULL && !redis_failed(r, "");

	if ((*l->file)[0] == '\0')
		check_warning(l->file_setting, "let nobody in without a "
		    "password; " RENDER, "whoever reaches %s may do there "
		    "what he likes", l->setting);
	else if (open)
		check_warning(l->file_setting, RENDER, "user %s may do more "
		    "than it needs", l->user);
	else
		check_ok(l->file_setting, "user %s may do what it needs, no "
		    "more", l->user);
}

/* What both must be. */
static void
look_at_server(enum redis at, struct str info)
{
	const char *name = logins[at].setting;
	struct str version = field_of(info, "redis_version");
	struct str most = field_of(info, "maxmemory");

	if (version.n == 0 || version.p[0] < OLDEST[0])
		check_error(name, "upgrade it", "it is Redis %.*s, and "
		    OLDEST " is needed", STR_ARG(version));
	if (most.n == 0 || str_eq(most, STR("0")))
		check_warning(name, "set maxmemory; " RENDER,
		    "it may take all memory there is");
	if (str_starts(field_of(info, "loading"), STR("1")))
		check_warning(name, "wait", "it is reading its data");
}

static void
look_at_state(struct str info)
{
	struct str policy = field_of(info, "maxmemory_policy");

	if (!str_eq(policy, STR("noeviction")))
		check_error("redis_state", "maxmemory-policy noeviction",
		    "with %.*s it forgets limits, and what was used once",
		    STR_ARG(policy));
	else
		check_ok("redis_state", "%s: Redis %.*s, noeviction",
		    conf.redis_state, STR_ARG(field_of(info, "redis_version")));
}

static bool
keeps_snapshots(void)
{
	const struct redis_reply *r = ask(REDIS_GUARD, "CONFIG", "GET", "save");

	return r != NULL && redis_count(r) == 2 &&
	    redis_text(redis_item(r, 1)).n > 0;
}

/* As the guardian asks (ftc_guard.c): otherwise nothing is ever served. */
static void
look_at_cache(struct str info)
{
	struct str policy = field_of(info, "maxmemory_policy");
	struct str role = field_of(info, "role");

	if (!str_starts(policy, STR("volatile-")))
		check_error("redis_cache", "maxmemory-policy volatile-lru",
		    "with %.*s it %s", STR_ARG(policy),
		    str_eq(policy, STR("noeviction")) ? "is full one day" :
		    "forgets what makes answers safe");
	else if (!str_eq(field_of(info, "aof_enabled"), STR("0")) ||
	    keeps_snapshots())
		check_error("redis_cache", "save \"\" and appendonly no",
		    "it writes to disk, and would come back older than it was");
	else if (!str_eq(role, STR("master")))
		check_error("redis_cache", "name the one that is written to",
		    "it is a replica");
	else
		check_ok("redis_cache", "%s: Redis %.*s, %.*s, nothing on disk",
		    conf.redis_cache, STR_ARG(field_of(info, "redis_version")),
		    STR_ARG(policy));
}

/* What INFO says; lives as long as the arena. */
static struct str
info_of(enum redis at, struct arena *mem)
{
	const struct redis_reply *r = ask(at, "INFO", NULL, NULL);

	return r == NULL || redis_failed(r, "") ? STR_NONE :
	    arena_dup(mem, redis_text(r));
}

void
check_redis(void)
{
	struct arena *mem = arena_open(1 << 20);
	struct str state = STR_NONE, cache = STR_NONE;

	if (look_at_login(REDIS_STATE)) {
		look_at_rights(REDIS_STATE);
		state = info_of(REDIS_STATE, mem);
		look_at_server(REDIS_STATE, state);
		look_at_state(state);
	}
	if (conf.cache && look_at_login(REDIS_GUARD))
		look_at_rights(REDIS_GUARD);
	if (conf.cache && look_at_login(REDIS_CACHE)) {
		look_at_rights(REDIS_CACHE);
		cache = info_of(REDIS_CACHE, mem);
		look_at_server(REDIS_CACHE, cache);
		look_at_cache(cache);
	}
	if (state.n > 0 && cache.n > 0 && str_eq(field_of(state, "run_id"),
	    field_of(cache, "run_id")))
		check_error("redis_cache", "start two", "it is the same "
		    "server as redis_state");
	arena_close(mem);
	redis_close(REDIS_STATE);
	redis_close(REDIS_CACHE);
	redis_close(REDIS_GUARD);
}
