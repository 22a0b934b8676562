/*
 * Time: microseconds since 1970 (UTC) for what people see, a monotonic clock
 * for durations.  Neither enters the kernel on Linux (vDSO).
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

#define SECOND_US INT64_C(1000000)

int64_t clock_now(void);
int64_t clock_mono(void);
/* "2026-11-22T01:02:03.000004Z"; out holds at least 28 bytes; returns the
 * length, 27.  Years 0..9999; others are cut to the nearest. */
int clock_iso(char *out, int64_t us);

#endif
