/* Mail by jobs. */
#include "outbox.h"

#include "jobs.h"
#include "json.h"
#include "mail.h"
#include "pg.h"
#include "reply.h"

enum err
mail_later(struct req *rq, struct str to, const char *subject,
    struct str text)
{
	struct buf b;
	struct str data;
	bool fits;

	buf_open(&b, 65536);
	buf_byte(&b, '{');
	json_key(&b, "to");
	json_str(&b, to);
	json_key(&b, "subject");
	json_str(&b, str_of(subject));
	json_key(&b, "text");
	json_str(&b, text);
	buf_byte(&b, '}');
	data = arena_dup(rq->mem, buf_view(&b));
	fits = buf_ok(&b);
	buf_close(&b);
	if (!fits)
		return fail(rq, ERR_INTERNAL, "mail over its maximum");
	return job_add(rq, JOB_MAIL, 0, data);
}

enum err
mail_job(struct req *rq, const struct job_row *job)
{
	struct row row;
	struct str subject;
	enum err e = pg_row(rq, q_jobs_mail(job->id), &row);

	if (e != OK)
		return e;
	subject = arena_dup(rq->mem, row_text(&row, "subject"));
	e = mail_send(rq->mem, row_text(&row, "recipient"), subject.p,
	    row_text(&row, "body"));
	/* an address that nothing can be sent to is no reason to try again */
	return e == ERR_INPUT || e == ERR_TOO_LARGE ? OK : e;
}
