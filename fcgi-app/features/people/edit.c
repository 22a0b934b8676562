/*
 * Changing one's own account, whichever route asks for it.
 *
 * Only what is given is changed: a picture stays until another one comes or it
 * is taken away by name.  A new address needs the password, is to be proved
 * anew, and the old one is told.
 */
#include "people.h"

#include "accounts/accounts.h"
#include "media.h"
#include "outbox.h"
#include "utf8.h"

#include <time.h>

const struct people_edit people_edit_nothing = {
	.shoe_size = -1, .avatar = { .fd = -1 },
};

/* Characters that show nothing, or turn the direction of what does. */
static bool
is_unseen(int32_t c)
{
	static const int32_t ranges[][2] = {
		{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x2800, 0x2800 }, { 0x3164, 0x3164 },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0xe0000, 0xe0fff },
	};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

const char *
people_check_shown(struct arena *a, struct str *value)
{
	bool seen = false;
	size_t i = 0;
	int32_t c;

	(void)a;
	while (i < value->n) {
		c = utf8_next(*value, &i);
		if (is_unseen(c))
			return "invisible characters are not allowed";
		/* the joiner of emoji, and what chooses their looks */
		seen = seen || (c != 0x200d && c != 0xfe0e && c != 0xfe0f);
	}
	return seen ? NULL : "invisible characters are not allowed";
}

const char *
people_check_gender(struct arena *a, struct str *value)
{
	(void)a;
	if (value->n == 0 || (value->n == 1 &&
	    strchr("MFO", value->p[0]) != NULL))
		return NULL;
	return "use M, F or O";
}

static bool
is_date(struct str s, struct tm *out)
{
	struct tm back;
	size_t i;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	for (i = 0; i < s.n; i++)
		if (i != 4 && i != 7 && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
#define DIGIT(k) (s.p[k] - '0')
	*out = (struct tm){
		.tm_year = DIGIT(0) * 1000 + DIGIT(1) * 100 + DIGIT(2) * 10 +
		    DIGIT(3) - 1900,
		.tm_mon = DIGIT(5) * 10 + DIGIT(6) - 1,
		.tm_mday = DIGIT(8) * 10 + DIGIT(9),
	};
#undef DIGIT
	back = *out;
	return timegm(&back) != (time_t)-1 && back.tm_mon == out->tm_mon &&
	    back.tm_mday == out->tm_mday && back.tm_year == out->tm_year;
}

const char *
people_check_birthday(struct arena *a, struct str *value)
{
	struct tm day = { 0 };

	(void)a;
	if (value->n == 0)
		return NULL;
	if (!is_date(*value, &day))
		return "use a date like 1999-12-31";
	if (day.tm_year < 0 || timegm(&day) > clock_now() / SECOND_US)
		return "this is not the birthday of anybody here";
	return NULL;
}

const char *
people_check_phone(struct arena *a, struct str *value)
{
	size_t i;

	(void)a;
	if (value->n == 0)
		return NULL;
	if (value->n < 8 || value->n > 16 || value->p[0] != '+' ||
	    value->p[1] == '0')
		return "use the international form, like +821012345678";
	for (i = 1; i < value->n; i++)
		if (value->p[i] < '0' || value->p[i] > '9')
			return "use the international form, like +821012345678";
	return NULL;
}

/* A new address: the password must prove whose account it is, the old address
 * is told, the new one is asked. */
static enum err
change_email(struct req *rq, const struct people_edit *in, struct str old)
{
	enum err e = accounts_prove(rq, "password", in->password);

	if (e == OK)
		e = accounts_send_verification(rq, rq->user, in->email);
	if (e != OK)
		return e;
	return mail_later(rq, old,
	    words_in(rq->lang, "Your e-mail address was changed"),
	    arena_printf(rq->mem, words_in(rq->lang,
	    "The e-mail address of your account at Pinwall was changed.\n\n"
	    "If it was not you, set a new password at once:\n"
	    "%s/reset-password\n"), conf.public_url));
}

static enum err
take_picture(struct req *rq, const struct people_edit *in,
    const char *field, struct media *out)
{
	struct image_square square = { (int32_t)in->crop_x,
		(int32_t)in->crop_y, (int32_t)in->crop_size };

	return square.size > 0 ? media_prepare_square(rq, field,
	    in->avatar.fd, square, out) :
	    media_prepare(rq, field, in->avatar.fd, out);
}

enum err
people_change(struct req *rq, const struct people_edit *in,
    const char *picture)
{
	struct media media;
	struct row row;
	struct str old;
	int64_t avatar = in->remove_avatar == 1 ? -1 : 0;
	enum err e = OK;

	if (in->avatar.fd >= 0)
		e = take_picture(rq, in, picture, &media);
	if (e == OK)
		e = pg_row(rq, q_accounts_by_id(rq->user), &row);
	if (e != OK)
		return e;
	old = row_text(&row, "email");
	if (in->email.p != NULL && !str_eq(in->email, old))
		e = change_email(rq, in, old);
	if (e == OK && in->avatar.fd >= 0)
		e = media_add(rq, rq->user, &media, &avatar);
	if (e == OK)
		e = pg_row(rq, q_people_edit(rq->user, in->username,
		    in->email, avatar, in->user_name, in->profile_name,
		    in->introduction, in->gender, in->birthday,
		    in->shoe_size, in->phone_number), &row);
	return e;
}
