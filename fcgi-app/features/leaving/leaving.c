/*
 * The end of an account, by its owner and with the password.
 *
 * It is closed in one statement: nobody sees it or anything of it any more, as
 * can_see asks for is_active; its logins end; its address and what was said in
 * private are gone.  There is no way back.  Then a job removes its rows, some
 * hundred at a time and each time in a transaction of its own, so that it goes
 * on where it was killed; comments that others replied to stay as stubs.  The
 * row of the account goes last, after an hour: until then a process that starts
 * must know which of its logins have ended.  What somebody wrote to it or in
 * its name meanwhile goes with it, as each round looks at all tables again.
 */
#include "leaving.h"

#include "accounts/accounts.h"

#define BATCH 200
#define ROUND 20 /* accounts */

enum err
leaving_close(struct req *rq)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_close(rq->user), &row);

	if (e == OK)
		e = job_add(rq, JOB_REMOVE_ACCOUNTS, rq->user, STR_NONE);
	return e == OK ? accounts_end_others(rq, rq->user, 0) : e;
}

enum err
leaving_deactivate(struct req *rq)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_deactivate(rq->user), &row);

	return e == OK ? accounts_end_others(rq, rq->user, 0) : e;
}

/* 204 the account is gone; 400 not the password; 429. */
static enum err
leave(struct req *rq)
{
	const struct fields_password *in = rq->in;
	enum err e = accounts_prove(rq, "password", in->password);

	if (e == OK)
		e = leaving_close(rq);
	return e == OK ? reply_empty(rq) : e;
}

static enum err
remove_rows(struct req *rq, int64_t account)
{
	struct row row;
	int64_t n = 1;
	enum err e = OK;

	while (e == OK && n > 0) {
		e = pg_row(rq, q_accounts_remove_rows(account, BATCH), &row);
		if (e == OK) {
			n = row_int(&row, "removed");
			e = pg_commit(rq);
		}
	}
	return e;
}

/* Removes the rows of the account job->arg; 0: of all that were removed, and
 * those themselves when it is time. */
enum err
leaving_remove_job(struct req *rq, const struct job_row *job)
{
	struct rows gone;
	enum err e;
	int i;

	if (job->arg > 0)
		return remove_rows(rq, job->arg);
	e = pg_rows(rq, q_accounts_removed(ROUND), &gone);
	for (i = 0; e == OK && i < gone.n; i++) {
		struct row row = rows_at(&gone, i);

		e = remove_rows(rq, row_int(&row, "id"));
		if (e == OK && row_bool(&row, "old"))
			e = pg_run(rq, q_accounts_remove(row_int(&row, "id")),
			    NULL);
		if (e == OK)
			e = pg_commit(rq);
	}
	return e;
}

static const struct route routes[] = {
	{ DELETE, "/users/me", leave, fields_password, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .slow = true, .touches = { "person", "names" },
	    .doc = "Remove one's account, with the password; all that is "
	    "its goes, and does not come back." },
	ROUTE_END,
};

const struct feature feature_leaving = { "leaving", routes };
