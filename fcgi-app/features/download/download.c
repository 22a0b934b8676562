/*
 * One's own account as a file to download: what `pinwall export` writes, asked
 * for by the person, with the password.
 *
 * A wish is a row of account_export (0034_export.sql), of which a person has
 * one at most, and a job of the process for those that take long.  The job says
 * in a transaction of its own that it begins, then packs all into a nameless
 * file, which is gone if the process is; when it is whole the store keeps it
 * under a new key, and the row gets that key in the transaction that also
 * sends a mail.  So nothing half is ever found.  A process that died leaves the
 * job, and another makes it again: how often is counted, so that one which ends
 * its process cannot do so for ever.  Who takes a job that somebody is at comes
 * back later.
 *
 * The file is sent by Nginx to its owner, by X-Accel-Redirect to where no
 * address leads.  The row goes after a week, by its owner's wish, by the next
 * wish and with the account; a job removes the file after it.  A file without a
 * row is removed with those of pictures (features/media); none is in a backup.
 */
#include "accounts/accounts.h"
#include "outbox.h"
#include "portable/portable.h"
#include "rand.h"
#include "spool.h"
#include "store.h"
#include "throttle.h"

#include <sys/stat.h>

#define TRIES 8       /* the last of them four minutes after the first */
#define AGAIN_S 20    /* when somebody is at it */
#define KEY_BYTES 18

#define FILE_PATH "/api/accounts/export/file"

/* --- Asking ------------------------------------------------------------ */

static struct query
state_of(struct req *rq)
{
	return q_download_state(rq->user, arena_printf(rq->mem, "%s%s",
	    conf.public_url, FILE_PATH));
}

/* 200 {"state": none, making, ready or failed, ...}. */
static enum err
state(struct req *rq)
{
	return reply_one(rq, state_of(rq));
}

/* One a day; one that we could not make is none. */
static enum err
may_ask(struct req *rq)
{
	struct row row;
	struct str now;
	char who[24];
	enum err e = pg_row(rq, state_of(rq), &row);

	if (e != OK)
		return e;
	now = row_text(&row, "state");
	if (str_eq(now, STR("making")))
		return fail(rq, ERR_CONFLICT,
		    "your data is being put together already");
	if (str_eq(now, STR("failed")))
		return OK;
	snprintf(who, sizeof(who), "%" PRId64, rq->user);
	return throttle(rq, LIMIT_EXPORT, str_of(who));
}

/* 202 the state: making; 400 not the password; 409 it is being made; 429. */
static enum err
ask(struct req *rq)
{
	const struct fields_password *in = rq->in;
	struct row row;
	enum err e = accounts_prove(rq, "password", in->password);

	if (e == OK)
		e = may_ask(rq);
	if (e == OK)
		e = pg_run(rq, q_download_drop(rq->user, true), NULL);
	if (e == OK)
		e = pg_row(rq, q_download_add(rq->user,
		    rq->lang == LANG_KO), &row);
	if (e == OK)
		e = job_add(rq, JOB_EXPORT, row_int(&row, "id"), STR_NONE);
	if (e == OK)
		e = pg_row(rq, state_of(rq), &row);
	return e == OK ? reply_row(rq, 202, &row) : e;
}

/* 204 there is none; one that is being made is not wanted any more. */
static enum err
drop(struct req *rq)
{
	enum err e = pg_run(rq, q_download_drop(rq->user, false), NULL);

	return e == OK ? reply_empty(rq) : e;
}

/* 200 Nginx sends the file; 404 there is none. */
static enum err
file(struct req *rq)
{
	struct row row;
	char made[28];
	enum err e = pg_row(rq, q_download_file(rq->user), &row);

	if (e != OK)
		return e;
	(void)clock_iso(made, row_time(&row, "ended_at"));
	buf_str(reply_json(rq, 200), STR("{}"));
	reply_header(rq, "Content-Type", STR("application/zip"));
	reply_header(rq, "Content-Disposition", arena_printf(rq->mem,
	    "attachment; filename=\"pinwall-%.10s.zip\"", made));
	reply_header(rq, "X-Accel-Redirect", store_export_path(rq->mem,
	    row_text(&row, "file")));
	return OK;
}

/* --- Making ------------------------------------------------------------ */

static enum err
send_mail(struct req *rq, const struct row *to)
{
	if (!row_bool(to, "verified"))
		return OK;
	rq->lang = row_bool(to, "korean") ? LANG_KO : LANG_EN;
	return mail_later(rq, row_text(to, "email"),
	    words_in(rq->lang, "Your data is ready"),
	    arena_printf(rq->mem, words_in(rq->lang,
	    "The file with your data at Pinwall is ready.\n\n"
	    "For a week you can download it here:\n"
	    "%s/settings/account\n\n"
	    "If it was not you who asked for it, set a new password at once:\n"
	    "%s/forgot\n"), conf.public_url, conf.public_url));
}

/* Gives the file to the store and its key to the row. */
static enum err
keep(struct req *rq, int64_t id, int fd)
{
	char name[KEY_BYTES * 2];
	struct stat st;
	struct row row;
	enum err e;

	rand_text(name, KEY_BYTES);
	if (fstat(fd, &st) != 0)
		return ERR_STORAGE;
	e = store_keep_export(rq->mem, str_of(name), fd);
	if (e != OK)
		return e;
	e = pg_row(rq, q_download_done(id, str_of(name), st.st_size), &row);
	if (e == OK)
		return send_mail(rq, &row);
	(void)!store_remove(rq->mem, str_of(name)); /* or the sweep does */
	return e == ERR_NOT_FOUND ? OK : e; /* nobody wants it any more */
}

/* No transaction is open. */
static enum err
make(struct req *rq, int64_t id, int64_t account)
{
	struct upload zip;
	enum err e = spool_open(rq, &zip);

	if (e == OK)
		e = portable_export(account, zip.fd);
	return e == OK ? keep(rq, id, zip.fd) : e;
}

/* What cannot get better, and what did not for a while, is told its owner. */
static enum err
give_up(struct req *rq, int64_t id, enum err why)
{
	log_error("export id=%" PRId64 " given-up reason=%s", id,
	    err_code(why));
	return pg_run(rq, q_download_failed(id, why == ERR_TOO_LARGE ?
	    STR("too_large") : why == ERR_STORAGE ? STR("no_room") :
	    STR("fault")), NULL);
}

static enum err
try(struct req *rq, int64_t id)
{
	struct row row;
	int64_t tries;
	enum err e = pg_row(rq, q_download_begin(id), &row);

	if (e == ERR_NOT_FOUND)
		return OK; /* nobody wants it, or it is there */
	if (e == OK)
		e = pg_commit(rq);
	if (e != OK)
		return e;
	tries = row_int(&row, "tries");
	/* one more: its process died every time */
	e = tries > TRIES ? ERR_INTERNAL :
	    make(rq, id, row_int(&row, "account"));
	if (e == OK || (tries < TRIES && e != ERR_TOO_LARGE))
		return e;
	e = pg_finish(rq, e);
	return give_up(rq, id, e);
}

/* Makes the export job->arg. */
enum err
download_make_job(struct req *rq, const struct job_row *job)
{
	struct row row;
	enum err e = pg_row(rq, q_download_hold(job->arg), &row), after;

	if (e != OK)
		return e;
	if (!row_bool(&row, "held"))
		return job_later(rq, JOB_EXPORT, job, AGAIN_S);
	e = try(rq, job->arg);
	if (e != OK)
		e = pg_finish(rq, e);
	after = pg_row(rq, q_download_let_go(job->arg), &row);
	return e == OK ? after : e;
}

/* Removes those that have had their time. */
enum err
download_sweep_job(struct req *rq, const struct job_row *job)
{
	(void)job;
	return pg_run(rq, q_download_sweep(), NULL);
}

static const struct route routes[] = {
	{ GET, "/accounts/export", state, NULL, AUTH_USER, .shape = SHAPE_ROW,
	    .columns = q_download_state_columns,
	    .doc = "How it stands with the viewer's data to download: none, "
	    "making, ready (its size in bytes, its url and until when), or "
	    "failed (too_large, no_room, fault)." },
	{ POST, "/accounts/export", ask, fields_password, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 202, .shape = SHAPE_ROW,
	    .columns = q_download_state_columns, .slow = true,
	    .touches_nothing = true,
	    .doc = "Ask for a file of all one's data, with the password; one "
	    "a day." },
	{ DELETE, "/accounts/export", drop, NULL, AUTH_USER,
	    .limit = LIMIT_WRITE, .status = 204, .shape = SHAPE_EMPTY,
	    .touches_nothing = true,
	    .doc = "Remove that file, or do not make it." },
	{ GET, "/accounts/export/file", file, NULL, AUTH_USER,
	    .shape = SHAPE_FILE, .doc = "The viewer's data as a zip file." },
	ROUTE_END,
};

const struct feature feature_download = { "download", routes };
