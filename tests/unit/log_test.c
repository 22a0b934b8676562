/*
 * The log: lines of several processes come together in one stream, and none is
 * torn: what is written at once ends with a line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "log.h"

#include <sys/socket.h>
#include <unistd.h>

static void
whole_lines(void **state)
{
	static char text[1000], got[1 << 18];
	static struct log_buffer buffer;
	int ends[2], before = dup(STDERR_FILENO), i, packets = 0;
	ssize_t n;

	(void)state;
	/* a packet for each write */
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
	    ends), 0);
	memset(text, 'x', sizeof(text));
	log_open("test", &buffer);
	conf.log_level = 3;
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	for (i = 0; i < 400; i++) {
		log_text((struct str){ text, (size_t)(i * 7 % 1000) });
		log_info("%.*s", i * 5 % 400, text);
	}
	log_flush();
	assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
	while ((n = recv(ends[0], got, sizeof(got), 0)) > 0) {
		packets++;
		assert_int_equal(got[n - 1], '\n');
	}
	assert_true(packets > 3);
	log_open("test", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
