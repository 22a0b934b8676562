/*
 * The log: one line an event, `time level role[pid] event key=value ...`,
 * written to standard error.
 *
 * Lines are collected in a buffer and written when it fills, when the process
 * has nothing to do, and at once for warnings and errors.  A worker's buffer
 * lies in memory shared with the master, which writes what is left of it if
 * the worker is killed.  No secret and no personal text belongs in a line:
 * tokens, passwords, e-mail addresses and bodies are never passed to these
 * functions.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "str.h"

/* What the buffer looks like: n bytes of text not yet written. */
struct log_buffer {
	volatile uint32_t n;
	char text[32764];
};

/* role: a static string for this process.  shared: a zeroed buffer in shared
 * memory, or NULL for a private one. */
void log_open(const char *role, struct log_buffer *shared);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Requests, starts and stops. */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* As log_info, of a text that is made already: for the line that every
 * request has. */
void log_text(struct str text);
/* Writes what is collected. */
void log_flush(void);
/* True when something is collected. */
bool log_pending(void);

#endif
