/*
 * The site's counters, in the text form that Prometheus reads.
 */
#ifndef META_METRICS_H
#define META_METRICS_H

#include "app.h"

/* 200 the counters of all processes since the master started; 404 to who is
 * not on this machine. */
enum err metrics(struct req *rq);

#endif
