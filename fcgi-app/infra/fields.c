/* Fields that many calls have.  See fields.h. */
#include "fields.h"

const struct field fields_id[] = {
	PATH_ID(struct fields_id, id),
	FIELD_END,
};

const struct field fields_page[] = {
	QUERY_PAGE(struct fields_page, page, 40, 200),
	FIELD_END,
};

const struct field fields_password[] = {
	BODY_SECRET(struct fields_password, password, 1, 1000),
	FIELD_END,
};
