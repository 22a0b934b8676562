/* The list of outcomes, err.def, as tables. */
#include "err.h"

#include <assert.h>

static const struct {
	int status;
	bool fault;
	const char *detail, *code;
} errs[] = {
#define ERR(name, status, fault, detail) \
	[name] = { status, fault, detail, #name },
#include "err.def"
#undef ERR
};

int
err_status(enum err e)
{
	assert(e < ERR_COUNT);
	return errs[e].status;
}

bool
err_is_fault(enum err e)
{
	assert(e < ERR_COUNT);
	return errs[e].fault;
}

const char *
err_detail(enum err e)
{
	assert(e < ERR_COUNT);
	return errs[e].detail;
}

const char *
err_code(enum err e)
{
	assert(e < ERR_COUNT);
	return errs[e].code;
}
