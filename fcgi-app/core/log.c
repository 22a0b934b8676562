/* The log.  A line is composed on the stack, cut at 1,000 bytes, and appended
 * to the buffer; control characters in it become '?', so that one event is
 * one line whatever a client sends. */
#include "log.h"

#include "clock.h"
#include "conf.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static struct log_buffer own;
static struct log_buffer *lines = &own;
static const char *who = "pinwall";
static int pid; /* asked for once: getpid is a system call */

/* A child of fork writes lines of its own, into a buffer of its own. */
static void
forked(void)
{
	lines = &own;
	own.n = 0;
	pid = 0;
}

void
log_open(const char *role, struct log_buffer *shared)
{
	static bool once;

	if (!once)
		pthread_atfork(NULL, NULL, forked);
	once = true;
	who = role;
	lines = shared != NULL ? shared : &own;
}

void
log_flush(void)
{
	uint32_t from = 0, n = lines->n;
	ssize_t put;

	while (from < n) {
		put = write(STDERR_FILENO, lines->text + from, n - from);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break; /* nowhere to write: the lines are lost */
		from += (uint32_t)put;
	}
	lines->n = 0;
}

bool
log_pending(void)
{
	return lines->n > 0;
}

/* What stands before every event; returns its length. */
static int
head(char *line, size_t size, const char *level)
{
	int n = clock_iso(line, clock_now());

	if (pid == 0)
		pid = (int)getpid();
	return n + snprintf(line + n, size - (size_t)n, " %s %s[%d] ", level,
	    who, pid);
}

/* Whole lines are written: those of other processes come between two writes. */
static void
make_room(size_t n)
{
	if (lines->n + n > sizeof(lines->text))
		log_flush();
}

static void
put(const char *p, size_t n)
{
	make_room(n);
	memcpy(lines->text + lines->n, p, n);
	lines->n += (uint32_t)n;
}

static void __attribute__((format(printf, 2, 0)))
add(const char *level, const char *fmt, va_list ap)
{
	char line[1024];
	int i, begin = head(line, sizeof(line), level), n = begin;

	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	for (i = begin; i < n; i++)
		if ((unsigned char)line[i] < 32 || line[i] == 127)
			line[i] = '?';
	line[n++] = '\n';
	put(line, (size_t)n);
}

/* The clock's text and the rest of the head change at different times. */
void
log_text(struct str text)
{
	static char begin[80];
	static int n, of;
	char now[32];
	int clock;

	if (conf.log_level < 1)
		return;
	if (of == 0 || of != pid) {
		n = head(begin, sizeof(begin), "info");
		of = pid;
	}
	clock = clock_iso(now, clock_now());
	memcpy(begin, now, (size_t)clock);
	text = str_sub(text, 0, text.n < 900 ? text.n : 900);
	make_room((size_t)n + text.n + 1);
	put(begin, (size_t)n);
	put(text.p, text.n);
	put("\n", 1);
}

#define LEVEL(name, least, now) \
	void name(const char *fmt, ...) \
	{ \
		va_list ap; \
		if (conf.log_level < (least)) \
			return; \
		va_start(ap, fmt); \
		add(&#name[4], fmt, ap); \
		va_end(ap); \
		if (now) \
			log_flush(); \
	}

LEVEL(log_error, 0, true)
LEVEL(log_warn, 1, true)
LEVEL(log_info, 1, false)
LEVEL(log_debug, 3, false)
