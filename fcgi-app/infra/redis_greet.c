/* Login and run id.  See redis_greet.h. */
#include "redis_greet.h"

#include <errno.h>

static bool
say_login(struct buf *b, const char *user, const char *password_file, char *why)
{
	char password[256];
	FILE *f = fopen(password_file, "re");
	bool good = f != NULL && fgets(password, sizeof(password), f) != NULL;

	if (!good)
		snprintf(why, REDIS_WHY, "%s: %s", password_file,
		    f == NULL ? strerror(errno) : "it is empty");
	if (f != NULL)
		fclose(f);
	if (!good)
		return false;
	password[strcspn(password, "\r\n")] = '\0';
	redis_link_head(b, 3);
	redis_link_word(b, STR("AUTH"));
	redis_link_word(b, str_of(user));
	redis_link_word(b, str_of(password));
	explicit_bzero(password, sizeof(password));
	return true;
}

static enum redis_end
hear_login(struct redis_link *l, int64_t deadline, char *why)
{
	struct redis_reply *r = NULL;
	enum redis_end end = redis_link_receive(l, deadline, &r, why);

	if (end == REDIS_DONE && redis_failed(r, "")) {
		snprintf(why, REDIS_WHY, "%.*s", STR_ARG(redis_text(r)));
		end = REDIS_LOST;
	}
	redis_link_free(r);
	return end;
}

static void
find_run_id(struct str info, char *run_id)
{
	struct str name = STR("\nrun_id:");
	const char *at = info.n > 0 ? memmem(info.p, info.n, name.p, name.n) :
	    NULL;
	size_t from = at != NULL ? (size_t)(at - info.p) + name.n : info.n;

	run_id[0] = '\0';
	if (info.n - from >= REDIS_RUN_ID)
		snprintf(run_id, REDIS_RUN_ID + 1, "%s", info.p + from);
}

/* Sentinel may name one that leads no more, or not yet. */
static bool
leads(struct str info)
{
	struct str role = STR("\nrole:master");

	return info.n > 0 && memmem(info.p, info.n, role.p, role.n) != NULL;
}

static enum redis_end
hear_info(struct redis_link *l, char *run_id, int64_t deadline, char *why)
{
	struct redis_reply *r = NULL;
	enum redis_end end = redis_link_receive(l, deadline, &r, why);
	struct str info;

	if (end == REDIS_DONE) {
		info = redis_failed(r, "") ? STR_NONE : redis_text(r);
		find_run_id(info, run_id);
		if (l->must_lead && !leads(info)) {
			snprintf(why, REDIS_WHY, "it is a replica");
			end = REDIS_LOST;
		}
	}
	redis_link_free(r);
	return end;
}

static void
forget(struct buf *b)
{
	if (b->n > 0)
		explicit_bzero(b->p, b->n);
	buf_close(b);
}

enum redis_end
redis_greet(struct redis_link *l, const char *user, const char *password_file,
    char *run_id, int64_t deadline, char *why)
{
	bool has_login = password_file[0] != '\0';
	enum redis_end end = REDIS_LOST;
	struct buf b;

	buf_open(&b, 1024);
	if (!has_login || say_login(&b, user, password_file, why)) {
		redis_link_head(&b, 3);
		redis_link_word(&b, STR("INFO"));
		redis_link_word(&b, STR("server"));
		redis_link_word(&b, STR("replication"));
		end = redis_link_send(l, buf_view(&b), deadline, why);
	}
	forget(&b);
	if (end == REDIS_DONE && has_login)
		end = hear_login(l, deadline, why);
	return end == REDIS_DONE ? hear_info(l, run_id, deadline, why) : end;
}
