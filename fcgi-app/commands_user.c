/* `pinwall user`: accounts by hand. */
#include "accounts/accounts.h"
#include "commands.h"
#include "password.h"
#include "work.h"

#include <stdio.h>

#define USAGE "user: add NAME EMAIL | staff NAME | unstaff NAME\n"

/* The first line of standard input. */
static struct str
read_password(struct arena *a)
{
	char line[600];
	size_t n;

	if (fgets(line, sizeof(line), stdin) == NULL)
		return STR_NONE;
	n = strcspn(line, "\r\n");
	return arena_dup(a, (struct str){ line, n });
}

static const char *
check(struct arena *a, struct str *name, struct str *email,
    struct str password)
{
	struct str about[] = { *name, *email };
	const char *why = accounts_check_username(a, name);

	if (why == NULL)
		why = accounts_check_email(a, email);
	if (why == NULL && password.p == NULL)
		why = "the password is read from standard input";
	return why != NULL ? why : password_weak(password, about, 2);
}

static int
add(struct req *rq, struct str name, struct str email)
{
	struct str password = read_password(rq->mem), hash;
	const char *why = check(rq->mem, &name, &email, password);
	struct row row;
	enum err e;

	if (why != NULL) {
		fprintf(stderr, "user: %s\n", why);
		return 1;
	}
	hash = password_hash(rq->mem, password);
	if (hash.p == NULL)
		return 1;
	e = pg_row(rq, q_accounts_add(name, email, hash), &row);
	if (e == OK)
		e = pg_run(rq, q_accounts_verified(row_int(&row, "id"),
		    email), NULL);
	e = pg_finish(rq, e);
	if (e != OK)
		fprintf(stderr, "user: %.*s\n", STR_ARG(buf_view(
		    rq->errors->n > 0 ? rq->errors : rq->out)));
	return e == OK ? 0 : 1;
}

static int
set_staff(struct req *rq, struct str name, bool staff)
{
	int64_t n = 0;
	enum err e = pg_finish(rq, pg_run(rq, q_accounts_set_staff(name,
	    staff), &n));

	if (e == OK && n == 0)
		fprintf(stderr, "user: nobody has this name\n");
	return e == OK && n == 1 ? 0 : 1;
}

static int
run(struct req *rq, const struct command_line *line)
{
	const char *what = line->argc > 0 ? line->argv[0] : "";

	if (strcmp(what, "add") == 0 && line->argc == 3)
		return add(rq, str_of(line->argv[1]), str_of(line->argv[2]));
	if (strcmp(what, "staff") == 0 && line->argc == 2)
		return set_staff(rq, str_of(line->argv[1]), true);
	if (strcmp(what, "unstaff") == 0 && line->argc == 2)
		return set_staff(rq, str_of(line->argv[1]), false);
	fputs(USAGE, stderr);
	return 2;
}

int
command_user(const struct command_line *line)
{
	struct work w;
	struct req rq;
	int status = 1;

	work_open(&w, 1 << 20);
	work_begin(&w, &rq, "user");
	if (pg_open(10000))
		status = run(&rq, line);
	work_close(&w);
	pg_close();
	return status;
}
