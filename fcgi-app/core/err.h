/*
 * The outcomes of a step.  One list, err.def: answers to the caller (4xx) and
 * faults of ours (5xx).  Whoever detects a fault logs it once; everybody else
 * passes the value on unchanged.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdbool.h>

enum err {
#define ERR(name, status, fault, detail) name,
#include "err.def"
#undef ERR
	ERR_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))

int err_status(enum err e);
bool err_is_fault(enum err e);
/* What the caller is told when nobody said more. */
const char *err_detail(enum err e);
/* "ERR_NOT_FOUND": the code in logs and in the answer to a fault. */
const char *err_code(enum err e);

#endif
