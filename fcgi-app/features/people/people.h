/*
 * What other features may use of people: changing one's own account.
 */
#ifndef FEATURES_PEOPLE_H
#define FEATURES_PEOPLE_H

#include "app.h"

/* What of one's account is to be changed; absent (STR_NONE, fd -1, shoe_size
 * -1) is left as it is, empty text and a shoe size of 0 take it back. */
struct people_edit {
	struct str name; /* of the path, where it says whose account */
	struct str username, email;
	struct str password; /* proves a new e-mail address */
	struct str user_name, profile_name, introduction;
	struct str gender, birthday, phone_number;
	int64_t shoe_size;
	struct upload avatar;
	int64_t crop_x, crop_y, crop_size; /* size 0: the whole picture */
	int64_t remove_avatar;             /* 1: no picture any more */
};

/* To begin with where only a part of it is taken: what a route does not
 * declare is 0, which is not absent. */
extern const struct people_edit people_edit_nothing;

/* Changes the viewer's account; the field of the picture is called `picture`
 * where it is refused.  OK, or told: 400 taken, wrong password, no picture. */
enum err people_change(struct req *rq, const struct people_edit *in,
    const char *picture) MUST_CHECK;

/* A shown name: one line of anything that can be seen. */
field_check people_check_shown;
/* M, F, O, or empty. */
field_check people_check_gender;
/* YYYY-MM-DD from 1900 until today, or empty. */
field_check people_check_birthday;
/* +821012345678, or empty (ITU-T E.164). */
field_check people_check_phone;

/* Fields of a struct that has the members. */
#define PEOPLE_TEXT(T, m, least, most, check) \
	FIELD_STR(T, m, FROM_BODY, TYPE_TEXT, false, least, most, check)
#define PEOPLE_NAMES(T) \
	PEOPLE_TEXT(T, user_name, 1, 20, people_check_shown), \
	PEOPLE_TEXT(T, profile_name, 1, 20, accounts_check_username), \
	FIELD_STR(T, introduction, FROM_BODY, TYPE_PROSE, false, 0, 100, \
	    NULL)
#define PEOPLE_PRIVATE(T) \
	PEOPLE_TEXT(T, gender, 0, 10, people_check_gender), \
	PEOPLE_TEXT(T, birthday, 0, 20, people_check_birthday)
#define PEOPLE_SHOP(T) \
	FIELD_INT(T, shoe_size, FROM_BODY, false, 0, 310, -1), \
	PEOPLE_TEXT(T, phone_number, 0, 20, people_check_phone)
#define PEOPLE_CROP(T) \
	FIELD_INT(T, crop_x, FROM_BODY, false, 0, 65500, 0), \
	FIELD_INT(T, crop_y, FROM_BODY, false, 0, 65500, 0), \
	FIELD_INT(T, crop_size, FROM_BODY, false, 16, 65500, 0)

/* What changing somebody tells: an avatar is a picture of its owner. */
#define PEOPLE_TOUCHES { "person", "names", "pins_by" }

#endif
