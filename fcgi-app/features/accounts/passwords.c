/*
 * Changing a password, and setting one after it was forgotten.  Both end all
 * other logins of the account.
 */
#include "accounts.h"
#include "outbox.h"
#include "password.h"
#include "throttle.h"
#include "token.h"

#define RESET_S 3600

enum err
accounts_prove(struct req *rq, const char *field, struct str password)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_by_id(rq->user), &row);
	char who[24];

	if (e != OK)
		return e;
	snprintf(who, sizeof(who), "%" PRId64, rq->user);
	e = throttle(rq, LIMIT_LOGIN, str_of(who));
	if (e != OK)
		return e;
	if (password.p == NULL)
		return fail_field(rq, field, "this field is required");
	if (!password_has_room())
		return fail(rq, ERR_BUSY, "no memory for a password");
	if (!password_verify(row_text(&row, "password"), password))
		return fail_field(rq, field, "this is not your password");
	return OK;
}

/* Stores it and ends all logins but one; but_session 0: all. */
static enum err
set_password(struct req *rq, int64_t account, struct str password,
    int64_t but_session)
{
	struct str hash = password_hash(rq->mem, password);
	enum err e;

	if (hash.p == NULL)
		return ERR_BUSY;
	e = pg_run(rq, q_accounts_password_set(account, hash), NULL);
	return e == OK ? accounts_end_others(rq, account, but_session) : e;
}

struct change {
	struct str old_password, new_password1, new_password2;
};

const struct field accounts_change_fields[] = {
	BODY_SECRET(struct change, old_password, 1, 1000),
	BODY_SECRET(struct change, new_password1, 1, 128),
	BODY_SECRET(struct change, new_password2, 1, 128),
	FIELD_END,
};

enum err
accounts_change_password(struct req *rq, const struct accounts_change *in)
{
	struct row row;
	enum err e = accounts_prove(rq, in->old_field, in->old);

	if (e == OK)
		e = pg_row(rq, q_accounts_by_id(rq->user), &row);
	if (e == OK)
		e = accounts_check_password(rq, in->field, in->wanted,
		    in->repeated, row_text(&row, "username"),
		    row_text(&row, "email"));
	return e == OK ? set_password(rq, rq->user, in->wanted, rq->session)
	    : e;
}

/* 200 changed, other logins have ended; 400 old one wrong, new one weak. */
enum err
accounts_change(struct req *rq)
{
	const struct change *in = rq->in;
	enum err e = accounts_change_password(rq, &(struct accounts_change){
	    in->old_password, in->new_password1, in->new_password2,
	    "old_password", "new_password1" });

	return e == OK ? reply_detail(rq, 200, "the password is changed") : e;
}

struct reset {
	struct str email;
};

const struct field accounts_reset_fields[] = {
	BODY_TEXT(struct reset, email, 3, 254, accounts_check_email),
	FIELD_END,
};

static enum err
send_reset(struct req *rq, int64_t account, struct str email)
{
	struct str token;
	enum err e = accounts_mail_token(rq, account, STR("reset"), email,
	    RESET_S, &token);

	if (e != OK)
		return e;
	return mail_later(rq, email, words_in(rq->lang, "Set a new password"),
	    arena_printf(rq->mem, words_in(rq->lang,
	    "Somebody, probably you, asked to set a new password for this "
	    "address at Pinwall.\n\n"
	    "To set it, open this page within an hour:\n"
	    "%s/reset-password?uid=%lld&token=%s\n\n"
	    "If it was not you, ignore this mail; nothing has changed.\n"),
	    conf.public_url, (long long)account, token.p));
}

/* Sends the mail if there is such an account. */
enum err
accounts_reset_job(struct req *rq, const struct job_row *job)
{
	struct row wish, row;
	enum err e = pg_row(rq, q_jobs_reset(job->id), &wish);

	if (e != OK)
		return e;
	rq->lang = row_bool(&wish, "korean") ? LANG_KO : LANG_EN;
	e = pg_row(rq, q_accounts_by_email(row_text(&wish, "email")), &row);
	if (e == OK && row_bool(&row, "is_active"))
		e = send_reset(rq, row_int(&row, "id"),
		    row_text(&row, "email"));
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err
accounts_later(struct req *rq, enum job job, struct str email)
{
	struct buf b;
	struct str data;

	buf_open(&b, 2000);
	buf_byte(&b, '{');
	json_key(&b, "email");
	json_str(&b, email);
	json_key(&b, "lang");
	json_str(&b, rq->lang == LANG_KO ? STR("ko") : STR("en"));
	buf_byte(&b, '}');
	data = arena_dup(rq->mem, buf_view(&b));
	buf_close(&b);
	return job_add(rq, job, 0, data);
}

/* 200 always, and after the same time: whether there is such an account is
 * nobody's business, so a job looks. */
enum err
accounts_reset(struct req *rq)
{
	const struct reset *in = rq->in;
	enum err e = accounts_later(rq, JOB_RESET, in->email);

	return e == OK ? reply_detail(rq, 200, "if there is an account with "
	    "this address, a mail is on its way") : e;
}

struct confirm {
	int64_t uid;
	struct str token, new_password1, new_password2;
};

const struct field accounts_confirm_fields[] = {
	BODY_ID(struct confirm, uid),
	BODY_TEXT(struct confirm, token, 1, 200, NULL),
	BODY_SECRET(struct confirm, new_password1, 1, 128),
	BODY_SECRET(struct confirm, new_password2, 1, 128),
	FIELD_END,
};

/* 200 changed, all logins have ended; 400 token of no use, password weak. */
enum err
accounts_confirm(struct req *rq)
{
	const struct confirm *in = rq->in;
	struct token_hash hash;
	struct row row, account;
	enum err e = ERR_NOT_FOUND;

	if (token_opaque_read(in->token, &hash))
		e = pg_row(rq, q_accounts_mail_token_use(
		    (struct str){ (const char *)hash.p, sizeof(hash.p) },
		    STR("reset"), in->uid), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "token",
		    "this token is not valid or has expired");
	if (e == OK)
		e = pg_row(rq, q_accounts_by_id(in->uid), &account);
	if (e == OK)
		e = accounts_check_password(rq, "new_password1",
		    in->new_password1, in->new_password2,
		    row_text(&account, "username"),
		    row_text(&account, "email"));
	if (e == OK)
		e = set_password(rq, in->uid, in->new_password1, 0);
	return e == OK ? reply_detail(rq, 200, "the password is changed") : e;
}

static const struct route routes[] = {
	{ POST, "/rest-auth/password/change", accounts_change,
	    accounts_change_fields, AUTH_USER, .limit = LIMIT_WRITE,
	    .shape = SHAPE_DETAIL, .slow = true, .touches = { "person" },
	    .doc = "Change one's password; ends all other logins." },
	{ POST, "/rest-auth/password/reset", accounts_reset,
	    accounts_reset_fields, AUTH_NONE,
	    .limit = LIMIT_MAIL, .limit_by = "email",
	    .shape = SHAPE_DETAIL, .touches_nothing = true,
	    .doc = "Ask for a mail with which to set a new password." },
	{ POST, "/rest-auth/password/reset/confirm", accounts_confirm,
	    accounts_confirm_fields, AUTH_NONE, .limit = LIMIT_TOKEN,
	    .shape = SHAPE_DETAIL, .slow = true, .touches = { "person" },
	    .doc = "Set a new password with the uid and token from the mail." },
	ROUTE_END,
};

const struct feature feature_passwords = { "passwords", routes };
