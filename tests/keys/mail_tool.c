/*
 * Sends one mail as the jobs process would: `mail_tool TO SUBJECT <TEXT`, with
 * settings from the environment (PINWALL_SMTP_URL ...).  Prints the status
 * of the outcome and the seconds it took.
 */
#include "arena.h"
#include "clock.h"
#include "conf.h"
#include "log.h"
#include "mail.h"

int
main(int argc, char **argv)
{
	struct arena *a = arena_open(8 * 1024 * 1024);
	char *text = arena_alloc(a, 4 * 1024 * 1024);
	int64_t started = clock_mono();
	size_t n;
	enum err e;

	if (argc != 3 || !conf_load(NULL) || !mail_open())
		return 2;
	n = fread(text, 1, 4 * 1024 * 1024, stdin);
	e = mail_send(a, str_of(argv[1]), argv[2], (struct str){ text, n });
	log_flush();
	printf("%d %.3f\n", err_status(e),
	    (double)(clock_mono() - started) / 1e6);
	arena_close(a);
	return e == OK ? 0 : 1;
}
