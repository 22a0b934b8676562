/* Settings: files, the environment, paths, bounds.  Each reading is in a
 * process of its own, as settings are read once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"

#include <sys/stat.h>
#include <sys/wait.h>

static char folder[] = "/tmp/pinwall-conf-XXXXXX";
static char path[100];
static char said[4000];

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
take_all(int fd)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, said + n, sizeof(said) - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(fd);
}

/* Reads the file in another process; ask, if not NULL, looks at what came of
 * it.  0 when it was read and ask was content; what was written is in said. */
static int
load(const char *file, int (*ask)(void))
{
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		status = conf_load(file) ? 0 : 1;
		_exit(status != 0 || ask == NULL ? status : ask());
	}
	close(ends[1]);
	take_all(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define IS(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "not so: %s\n", #condition); \
			return 2; \
		} \
	} while (0)

static int
ask_defaults(void)
{
	IS(strcmp(conf.public_url, "http://127.0.0.1:8080") == 0);
	IS(conf.statement_ms == 3000 && conf.file == NULL);
	IS(conf.run_dir[0] == '/'); /* from where the process is */
	return 0;
}

static int
ask_values(void)
{
	char want[200];

	IS(conf.slow_workers == 3 && conf.limit_scale == 1000000);
	IS(strcmp(conf.mail_from, "a = b # c") == 0);
	IS(strcmp(conf.smtp_url, "") == 0);
	snprintf(want, sizeof(want), "%s/some/where", folder);
	IS(strcmp(conf.run_dir, want) == 0);
	IS(strcmp(conf.media_dir, "/absolute") == 0);
	snprintf(want, sizeof(want), "%s/secret.key", folder);
	IS(strcmp(conf.secret_file, want) == 0);
	IS(strcmp(conf.smtp_password_file, "") == 0); /* none stays none */
	IS(strcmp(conf.file, path) == 0);
	return 0;
}

static int
ask_environment(void)
{
	IS(conf.slow_workers == 5 && strcmp(conf.mail_from, "env") == 0);
	return 0;
}

static void
values(void **state)
{
	(void)state;
	assert_int_equal(load(NULL, ask_defaults), 0);
	write_file("# comment\n\n  \t \nslow_workers = 3\r\n"
	    "limit_scale=1000000\n\tmail_from =  a = b # c  \nsmtp_url =\n"
	    "run_dir = some/where\nmedia_dir = /absolute");
	assert_int_equal(load(path, ask_values), 0);
	assert_string_equal(said, "");
	setenv("PINWALL_SLOW_WORKERS", "5", 1);
	setenv("PINWALL_MAIL_FROM", "env", 1);
	assert_int_equal(load(path, ask_environment), 0);
	setenv("PINWALL_SLOW_WORKERS", "33", 1);
	assert_int_equal(load(path, NULL), 1);
	assert_string_equal(said,
	    "PINWALL_SLOW_WORKERS: slow_workers must be a number from 1 to "
	    "32\n");
	unsetenv("PINWALL_SLOW_WORKERS");
	unsetenv("PINWALL_MAIL_FROM");
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "\n\nnot_known = 1\n", ":3: there is no setting not_known" },
		{ "slow_workers", ":1: not of the form `name = value`" },
		{ "= 1", ":1: there is no setting " },
		{ "Slow_workers = 1", ":1: there is no setting Slow_workers" },
		{ "slow_workers =", ":1: slow_workers must be a number" },
		{ "slow_workers = 0", ":1: slow_workers must be a number" },
		{ "slow_workers = 33", ":1: slow_workers must be a number" },
		{ "slow_workers = 1 2", ":1: slow_workers must be a number" },
		{ "slow_workers = 01", ":1: slow_workers must be a number" },
		{ "slow_workers = 1\nslow_workers = x", ":2: slow_workers" },
		{ "slow_workers = 18446744073709551617",
		    ":1: slow_workers must be a number" },
	};
	char want[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(bad[i].text);
		assert_int_equal(load(path, NULL), 1);
		snprintf(want, sizeof(want), "%s%s", path, bad[i].why);
		assert_memory_equal(said, want, strlen(want));
	}
	assert_int_equal(load("/nonexistent/file", NULL), 1);
	assert_non_null(strstr(said, "/nonexistent/file: No such file"));
	assert_int_equal(load(folder, NULL), 1);
	assert_non_null(strstr(said, ": Is a directory"));
}

static int
print_it(void)
{
	FILE *f = freopen(path, "we", stdout);

	conf_print();
	return f != NULL && fflush(f) == 0 ? 0 : 2;
}

/* What is printed is a file of settings that reads back the same. */
static void
printed(void **state)
{
	static char first[20000];
	struct stat st;
	FILE *f;

	(void)state;
	write_file("slow_workers = 7\nmail_from = x <y@z>\n");
	assert_int_equal(load(path, print_it), 0);
	assert_int_equal(stat(path, &st), 0);
	f = fopen(path, "re");
	assert_int_equal(fread(first, 1, sizeof(first), f), st.st_size);
	fclose(f);
	assert_non_null(strstr(first, "\nslow_workers = 7\n"));
	assert_non_null(strstr(first, "\nmail_from = x <y@z>\n"));
	assert_int_equal(load(path, print_it), 0);
	assert_string_equal(said, "");
	f = fopen(path, "re");
	memset(said, 0, sizeof(said));
	assert_int_equal(fread(said, 1, sizeof(said) - 1, f) > 0, 1);
	assert_memory_equal(said, first, strlen(said));
	fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(refused),
		cmocka_unit_test(printed),
	};
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/pinwall.conf", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
