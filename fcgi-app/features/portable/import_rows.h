/*
 * What may stand in the lines of an account's file, and what becomes of each.
 */
#ifndef FEATURES_IMPORT_ROWS_H
#define FEATURES_IMPORT_ROWS_H

#include "unpack.h"
#include "portable.h"

struct import {
	struct unpack zip;
	struct work *work;
	int64_t account;
	int64_t bytes;  /* that may still be read from the file */
};

struct import_profile {
	struct str username, email, user_name, profile_name, introduction;
	struct str gender, birthday, phone_number, notices_off, picture;
	int64_t verified, created, shoe_size;
};
extern const struct field import_profile_fields[];

/* Stores a member as a picture of the account's; *media 0: it names none. */
enum err import_picture(struct req *rq, struct import *im, struct str name,
    int64_t *media) MUST_CHECK;

/* The lines of a member: their fields, and what is done with rq->in of each.
 * ERR_NOT_FOUND: what it refers to is not here. */
struct import_section {
	const char *name;
	const struct field *fields;
	enum err (*add)(struct req *rq, struct import *im);
	int each;   /* so many lines a transaction; 0: all in one */
};
/* In the order in which they are made; name NULL at the end of each.  What
 * others notice comes last. */
extern const struct import_section import_own[], import_last[];

#endif
