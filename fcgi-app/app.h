/*
 * The one header a feature includes.
 */
#ifndef APP_H
#define APP_H

#include "answer.h"
#include "clock.h"
#include "conf.h"
#include "fields.h"
#include "input.h"
#include "jobs.h"
#include "json.h"
#include "log.h"
#include "pg.h"
#include "queries.h"
#include "reply.h"
#include "req.h"
#include "route.h"
#include "str.h"
#include "words.h"

#include <inttypes.h>

#endif
