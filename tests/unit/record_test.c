/* Answers as FastCGI records, through a real socket: every size around the
 * longest record, header lines, and peers that are slow or gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "record.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

static struct buf out, head;
static struct req rq = { .out = &out, .head = &head };

/* What the peer read. */
static struct reader {
	int fd;
	unsigned pause_us; /* once, after the first piece */
	char *data;
	size_t n;
} reader;

static void *
read_all(void *arg)
{
	struct reader *r = arg;
	sigset_t alarms;
	ssize_t got;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL); /* the sender's */
	while ((got = read(r->fd, r->data + r->n, 65536)) > 0) {
		if (r->n == 0 && r->pause_us > 0)
			usleep(r->pause_us);
		r->n += (size_t)got;
	}
	return NULL;
}

/* Sends rq to a reader that pauses so long. */
static bool
sent(unsigned pause_us)
{
	pthread_t thread;
	bool good;
	int ends[2];

	free(reader.data);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	reader = (struct reader){ ends[1], pause_us, malloc(20 << 20), 0 };
	assert_non_null(reader.data);
	assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
	good = record_send(ends[0], 0x1234, &rq);
	close(ends[0]);
	pthread_join(thread, NULL);
	close(ends[1]);
	return good;
}

/* Takes the records apart; true if they are whole and in order, with the
 * contents of STDOUT put together in *text (in place). */
static bool
decoded(struct str *text)
{
	const unsigned char *p = (const unsigned char *)reader.data;
	size_t at = 0, n, total = 0;
	bool ended = false;

	while (at + 8 <= reader.n) {
		n = (size_t)p[at + 4] << 8 | p[at + 5];
		if (p[at] != 1 || p[at + 2] != 0x12 || p[at + 3] != 0x34 ||
		    p[at + 6] != 0 || p[at + 7] != 0 || at + 8 + n > reader.n)
			return false;
		if (p[at + 1] == 3) {
			*text = (struct str){ reader.data, total };
			return ended && n == 8 && at + 16 == reader.n &&
			    memcmp(p + at + 8, "\0\0\0\0\0\0\0\0", 8) == 0;
		}
		if (p[at + 1] != 6 || ended || n > 65528)
			return false;
		ended = n == 0;
		memmove(reader.data + total, p + at + 8, n);
		total += n;
		at += 8 + n;
	}
	return false;
}

static void
fill(size_t n)
{
	char *p;
	size_t i;

	buf_reset(&out, SIZE_MAX);
	p = buf_room(&out, n);
	assert_true(n == 0 || p != NULL);
	for (i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 251);
	buf_took(&out, n);
}

static void
check_answer(const char *lines)
{
	struct str text = STR_NONE, want = str_of(lines);

	assert_true(decoded(&text));
	assert_true(str_starts(text, want));
	assert_true(str_eq(str_sub(text, want.n, text.n), buf_view(&out)));
}

static void
every_size(void **state)
{
	static const size_t sizes[] = { 1, 2, 7, 8, 65000, 131056, 1000000,
		RECORD_BODY_MAX };
	char lines[200];
	size_t i;

	(void)state;
	rq.status = 200;
	buf_reset(&head, 0);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]) + 300; i++) {
		/* The header block takes about 90 bytes of the first record. */
		fill(i < 300 ? 65528 - 200 + i : sizes[i - 300]);
		assert_true(sent(0));
		snprintf(lines, sizeof(lines), "Status: 200 OK\r\n"
		    "Content-Length: %zu\r\n"
		    "Content-Type: application/json; charset=utf-8\r\n\r\n",
		    out.n);
		check_answer(lines);
	}
}

static void
head_of(const char *lines)
{
	buf_reset(&head, 0);
	buf_str(&head, str_of(lines));
}

static void
header_lines(void **state)
{
	(void)state;
	fill(0);
	rq.status = 404;
	head_of("");
	assert_true(sent(0));
	check_answer("Status: 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	rq.status = 299;
	head_of("X-Content-Type: a\r\n");
	fill(3);
	assert_true(sent(0));
	check_answer("Status: 299 Other\r\nContent-Length: 3\r\nContent-Type: "
	    "application/json; charset=utf-8\r\nX-Content-Type: a\r\n\r\n");
	rq.status = 200;
	head_of("ETag: \"x\"\r\ncontent-TYPE: text/plain\r\n");
	assert_true(sent(0));
	check_answer("Status: 200 OK\r\nContent-Length: 3\r\nETag: \"x\"\r\n"
	    "content-TYPE: text/plain\r\n\r\n");
}

static void
without_body(void **state)
{
	(void)state;
	head_of("ETag: \"x\"\r\n");
	fill(3);
	rq.status = 304;
	assert_true(sent(0));
	fill(0);
	check_answer("Status: 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
	rq.status = 204;
	assert_true(sent(0));
	check_answer("Status: 204 No Content\r\nETag: \"x\"\r\n\r\n");
}

static void
largest_head(void **state)
{
	struct str text = STR_NONE;

	(void)state;
	rq.status = 200;
	buf_reset(&head, 0);
	while (buf_ok(&head) && head.n < RECORD_HEAD_MAX)
		buf_byte(&head, 'x');
	fill(RECORD_BODY_MAX);
	assert_true(sent(0));
	assert_true(decoded(&text));
	assert_true(text.n > RECORD_BODY_MAX + RECORD_HEAD_MAX);
}

static volatile sig_atomic_t alarms_seen;

static void
on_alarm(int number)
{
	(void)number;
	alarms_seen++;
}

/* Signals cut the sending short, with a part sent and with nothing sent: it
 * goes on where it was. */
static void
interrupted(void **state)
{
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = on_alarm };
	char lines[200];

	(void)state;
	rq.status = 200;
	head_of("");
	fill(4000000);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_true(sent(100000));
	setitimer(ITIMER_REAL, &never, NULL);
	assert_true(alarms_seen > 5);
	snprintf(lines, sizeof(lines), "Status: 200 OK\r\nContent-Length: %zu"
	    "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n", out.n);
	check_answer(lines);
}

static void
peer_that_takes_nothing(void **state)
{
	struct timeval timeout = { .tv_usec = 50000 };
	int ends[2];

	(void)state;
	fill(4000000);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	assert_false(record_send(ends[0], 1, &rq));
	close(ends[1]);
	assert_false(record_send(ends[0], 1, &rq)); /* gone: and no SIGPIPE */
	close(ends[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size),
		cmocka_unit_test(header_lines),
		cmocka_unit_test(without_body),
		cmocka_unit_test(largest_head),
		cmocka_unit_test(interrupted),
		cmocka_unit_test(peer_that_takes_nothing),
	};

	buf_open(&out, RECORD_BODY_MAX);
	buf_open(&head, RECORD_HEAD_MAX);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
