/*
 * New accounts, and the proof of their addresses.
 */
#include "accounts.h"
#include "outbox.h"
#include "password.h"
#include "rand.h"
#include "token.h"

#define VERIFY_S (3 * 86400)

enum err
accounts_check_password(struct req *rq, const char *field,
    struct str password, struct str repeated, struct str username,
    struct str email)
{
	struct str about[] = { username, email };
	const char *reason;

	if (!str_eq(password, repeated))
		return fail_field(rq, field,
		    "the two passwords are not the same");
	if (!password_has_room())
		return fail(rq, ERR_BUSY, "no memory for a password");
	reason = password_weak(password, about, 2);
	return reason == NULL ? OK :
	    fail_field(rq, field, "%s", words_in(rq->lang, reason));
}

enum err
accounts_mail_token(struct req *rq, int64_t account, struct str purpose,
    struct str email, int64_t seconds, struct str *token)
{
	struct token_hash hash;
	enum err e = pg_run(rq, q_accounts_mail_turn(account, purpose), NULL);

	*token = token_opaque(rq->mem, &hash);
	return e == OK ? pg_run(rq, q_accounts_mail_token_add(
	    (struct str){ (const char *)hash.p, sizeof(hash.p) }, account,
	    purpose, email, seconds), NULL) : e;
}

enum err
accounts_send_verification(struct req *rq, int64_t account, struct str email)
{
	struct str token;
	enum err e = accounts_mail_token(rq, account, STR("verify"), email,
	    VERIFY_S, &token);

	if (e != OK)
		return e;
	return mail_later(rq, email,
	    words_in(rq->lang, "Confirm your e-mail address"),
	    arena_printf(rq->mem, words_in(rq->lang,
	    "Somebody, probably you, gave this address to Pinwall.\n\n"
	    "To confirm it, open this page within three days:\n"
	    "%s/verify-email?key=%s\n\n"
	    "If it was not you, ignore this mail.\n"),
	    conf.public_url, token.p));
}

static const struct field registration_fields[] = {
	BODY_TEXT(struct accounts_new, email, 3, 254, accounts_check_email),
	BODY_TEXT_OPT(struct accounts_new, username, 1, 20,
	    accounts_check_username),
	BODY_SECRET(struct accounts_new, password1, 1, 128),
	BODY_SECRET(struct accounts_new, password2, 1, 128),
	FIELD_END,
};

/* A free name made of the address, as "minji" of minji@example.com: the name
 * itself if it is free, else with a number. */
static enum err
invent_username(struct req *rq, struct str email, struct str *out)
{
	struct str base = str_sub(email, 0, str_find(email, '@', 0));
	struct str names[6];
	struct rows taken;
	char *p = arena_alloc(rq->mem, 16), c;
	size_t i, n = 0;
	int k, j;
	enum err e;

	for (i = 0; i < base.n && n < 14; i++) {
		c = base.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c == '_' && n > 0))
			p[n++] = c;
	}
	names[0] = (struct str){ p, n };
	if (accounts_check_username(rq->mem, &names[0]) != NULL)
		names[0] = STR("person");
	for (k = 1; k < 6; k++)
		names[k] = arena_printf(rq->mem, "%.*s%06" PRId64,
		    STR_ARG(names[0]), rand_below(1000000));
	if (str_eq(names[0], STR("person")))
		names[0] = names[1];
	e = pg_rows(rq, q_accounts_names_like((struct texts){ names, 6 }),
	    &taken);
	if (e != OK)
		return e;
	for (k = 0; k < 6; k++) {
		*out = names[k];
		for (j = 0; j < taken.n; j++) {
			struct row row = rows_at(&taken, j);

			if (str_eq_nocase(row_text(&row, "username"), *out))
				break;
		}
		if (j == taken.n)
			return OK;
	}
	return OK; /* all taken: the constraint says so */
}

/* Taken, perhaps just now: then another name is invented, if none was wished,
 * and Postgres finds another profile name, or says what is taken. */
static enum err
add(struct req *rq, const struct accounts_new *in, struct str stored,
    struct row *row)
{
	struct str username = in->username;
	enum err e = OK;

	if (username.p == NULL)
		e = invent_username(rq, in->email, &username);
	if (e == OK)
		e = pg_row(rq, q_accounts_add_if_free(username, in->email,
		    stored), row);
	if (e != ERR_NOT_FOUND)
		return e;
	e = OK;
	if (in->username.p == NULL)
		e = invent_username(rq, in->email, &username);
	return e == OK ? pg_row(rq, q_accounts_add(username, in->email,
	    stored), row) : e;
}

enum err
accounts_sign_up(struct req *rq, const struct accounts_new *in,
    const char *field, int64_t *account, struct str *stored)
{
	struct row row;
	enum err e = accounts_check_password(rq, field, in->password1,
	    in->password2, in->username.p != NULL ? in->username : STR(""),
	    in->email);

	if (e != OK)
		return e;
	*stored = password_hash(rq->mem, in->password1);
	if (stored->p == NULL)
		return ERR_BUSY;
	e = add(rq, in, *stored, &row);
	if (e != OK)
		return e;
	*account = row_int(&row, "id");
	return accounts_send_verification(rq, *account, in->email);
}

/* 201 tokens and the person; 400 taken, weak, not the same; 429. */
static enum err
registration(struct req *rq)
{
	struct str stored;
	int64_t account;
	enum err e = accounts_sign_up(rq, rq->in, "password1", &account,
	    &stored);

	return e == OK ? accounts_reply_login(rq, 201, account, stored) : e;
}

struct key {
	struct str key;
};

const struct field accounts_verify_email_fields[] = {
	BODY_TEXT(struct key, key, 1, 200, NULL),
	FIELD_END,
};

/* 200 the address is proved; 400 the key is of no use. */
enum err
accounts_verify_email(struct req *rq)
{
	const struct key *in = rq->in;
	struct token_hash hash;
	struct row row;
	enum err e = ERR_NOT_FOUND;

	if (token_opaque_read(in->key, &hash))
		e = pg_row(rq, q_accounts_mail_token_use(
		    (struct str){ (const char *)hash.p, sizeof(hash.p) },
		    STR("verify"), 0), &row);
	if (e == ERR_NOT_FOUND)
		return fail_field(rq, "key",
		    "this key is not valid or has expired");
	if (e == OK)
		e = pg_run(rq, q_accounts_verified(row_int(&row, "account"),
		    row_text(&row, "email")), NULL);
	return e == OK ? reply_detail(rq, 200, "ok") : e;
}

/* Sends the mail again, if there is such an account to be confirmed. */
enum err
accounts_resend_job(struct req *rq, const struct job_row *job)
{
	struct row wish, row, account;
	enum err e = pg_row(rq, q_jobs_reset(job->id), &wish);

	if (e != OK)
		return e;
	rq->lang = row_bool(&wish, "korean") ? LANG_KO : LANG_EN;
	e = pg_row(rq, q_accounts_by_email(row_text(&wish, "email")), &row);
	if (e == OK)
		e = pg_row(rq, q_accounts_by_id(row_int(&row, "id")),
		    &account);
	if (e == OK && !row_bool(&account, "verified"))
		e = accounts_send_verification(rq, row_int(&row, "id"),
		    row_text(&row, "email"));
	return e == ERR_NOT_FOUND ? OK : e;
}

/* 200 a new mail is on its way; 409 the address is proved already. */
static enum err
resend(struct req *rq)
{
	struct row row;
	enum err e = pg_row(rq, q_accounts_by_id(rq->user), &row);

	if (e != OK)
		return e;
	if (row_bool(&row, "verified"))
		return fail(rq, ERR_CONFLICT,
		    "this e-mail address is confirmed already");
	e = accounts_send_verification(rq, rq->user, row_text(&row, "email"));
	return e == OK ? reply_detail(rq, 200, "a mail is on its way") : e;
}

static const struct route routes[] = {
	{ POST, "/rest-auth/registration", registration, registration_fields,
	    AUTH_NONE, .limit = LIMIT_SIGNUP, .status = 201,
	    .shape = SHAPE_TOKEN, .slow = true, .touches = { "person" },
	    .doc = "Sign up; a mail asks to confirm the address." },
	{ POST, "/rest-auth/registration/verify-email", accounts_verify_email,
	    accounts_verify_email_fields, AUTH_NONE, .limit = LIMIT_TOKEN,
	    .shape = SHAPE_DETAIL, .touches = { "person" },
	    .doc = "Confirm an address with the key from the mail." },
	{ POST, "/rest-auth/registration/resend-email", resend, NULL,
	    AUTH_USER, .limit = LIMIT_MAIL, .shape = SHAPE_DETAIL,
	    .touches_nothing = true,
	    .doc = "Send the mail that confirms the address once more." },
	ROUTE_END,
};

const struct feature feature_register = { "register", routes };
