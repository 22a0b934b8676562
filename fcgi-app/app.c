/* The list of features and of the jobs they do: the only file that knows them
 * all. */
#include "app.h"

#define FEATURE(name) extern const struct feature feature_##name;
#include "features.def"
#undef FEATURE

const struct feature *const features[] = {
#define FEATURE(name) &feature_##name,
#include "features.def"
#undef FEATURE
	NULL,
};

job_handler *const job_handlers[JOB_COUNT] = {
#define JOB(name, kind, handler) [JOB_##name] = handler,
#include "job.def"
#undef JOB
};
