/*
 * Drives the fetch process and its client from the tests.
 *
 *   fetch_tool serve             serves fetch.sock in conf.run_dir
 *   fetch_tool get [KINDS [MAX]] one URL a line on standard input, in hex, so
 *                                that any byte can be in it; for each a line
 *                                of JSON with the outcome on standard output.
 *                                With PINWALL_TEST_OUT the last body is kept
 *                                in that file.
 *
 * Settings come from the environment, as everywhere (PINWALL_RUN_DIR ...).
 */
#include "clock.h"
#include "conf.h"
#include "fetch.h"
#include "fetch_proc.h"
#include "json.h"
#include "log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/un.h>

static int
serve(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/fetch.sock",
	    conf.run_dir);
	unlink(at.sun_path);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
	    chmod(at.sun_path, 0600) != 0 || listen(fd, 1024) != 0) {
		perror(at.sun_path);
		return 1;
	}
	return fetch_run(fd);
}

static int
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static struct str
unhex(char *line)
{
	size_t n = strcspn(line, "\n"), i;

	for (i = 0; i + 1 < n; i += 2)
		line[i / 2] = (char)(digit(line[i]) << 4 | digit(line[i + 1]));
	return (struct str){ line, n / 2 };
}

static void
get(struct arena *a, const struct fetch_want *want, int out_fd)
{
	int64_t started = clock_mono();
	struct fetch_got got;
	const char *why;
	struct stat file;
	struct buf b;
	enum err e = fetch_get(a, want, out_fd, &got, &why);

	if (fstat(out_fd, &file) != 0)
		file.st_size = -1;
	buf_open(&b, 1 << 20);
	buf_printf(&b, "{\"err\":\"%s\",\"reason\":\"%s\",\"why\":", err_code(e),
	    fetch_reason_name(got.reason));
	json_str(&b, str_of(why));
	buf_printf(&b, ",\"bytes\":%" PRId64 ",\"file\":%" PRId64
	    ",\"status\":%d,\"redirects\":%d,\"ms\":%" PRId64 ",\"type\":",
	    got.bytes, (int64_t)file.st_size, got.http_status, got.redirects,
	    (clock_mono() - started) / 1000);
	json_str(&b, got.content_type);
	buf_str(&b, STR(",\"url\":"));
	json_str(&b, got.final_url);
	printf("%.*s}\n", STR_ARG(buf_view(&b)));
	fflush(stdout);
	buf_close(&b);
}

int
main(int argc, char **argv)
{
	struct fetch_want want = { .bytes_max = 20 << 20 };
	const char *out = getenv("PINWALL_TEST_OUT");
	struct arena *a;
	char *line = NULL;
	size_t cap = 0;
	int64_t max;
	int fd;

	if (argc < 2 || !conf_load(NULL))
		return 2;
	log_open("fetch", NULL);
	if (strcmp(argv[1], "serve") == 0)
		return serve();
	if (argc > 2)
		want.accept = argv[2];
	if (argc > 3 && str_int(str_of(argv[3]), &max))
		want.bytes_max = max;
	fd = out != NULL ? open(out, O_RDWR | O_CREAT | O_CLOEXEC, 0600) :
	    open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	a = arena_open(1 << 20);
	while (getline(&line, &cap, stdin) > 0) {
		want.url = unhex(line);
		get(a, &want, fd);
		arena_reset(a);
	}
	arena_close(a);
	free(line);
	close(fd);
	log_flush();
	return 0;
}
