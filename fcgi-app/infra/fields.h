/*
 * The fields of calls that want nothing else: the id that stands in the path;
 * a page of a list, of 40 unless another size is asked for, at most 200; the
 * viewer's password.
 */
#ifndef INFRA_FIELDS_H
#define INFRA_FIELDS_H

#include "input.h"

struct fields_id {
	int64_t id;
};

struct fields_page {
	struct page page;
};

struct fields_password {
	struct str password;
};

extern const struct field fields_id[], fields_page[], fields_password[];

#endif
