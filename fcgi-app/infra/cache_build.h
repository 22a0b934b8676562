/*
 * Which program this is, by the id that the linker gave it, with those settings
 * that answers show: what another one has kept is of no use to it.
 */
#ifndef INFRA_CACHE_BUILD_H
#define INFRA_CACHE_BUILD_H

#include <stdint.h>

uint64_t cache_build(void);

#endif
