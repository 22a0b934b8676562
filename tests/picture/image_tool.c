/*
 * Runs the image process, or asks it, from the command line.
 *
 *   image_tool serve                serves image.sock in conf.run_dir
 *   image_tool first DIR FILE...    asks for the first file of each picture
 *   image_tool rest DIR FILE...     asks for the others
 *
 * Prints each answer as one line of JSON and writes the files to DIR.
 * Settings come from the environment (PINWALL_RUN_DIR ...).  It exits 0
 * whatever the answers were.
 */
#include "conf.h"
#include "image.h"
#include "json.h"
#include "log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/un.h>

static int
serve(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char file[sizeof(at.sun_path)];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(file, sizeof(file), "%s/image.new", conf.run_dir);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", file);
	unlink(file);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, 128) != 0) {
		perror("image_tool");
		return 1;
	}
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/image.sock",
	    conf.run_dir);
	if (rename(file, at.sun_path) != 0) {
		perror("image_tool");
		return 1;
	}
	log_open("image", NULL);
	return image_run(fd);
}

static void
text(struct buf *b, const char *key, const char *value)
{
	json_key(b, key);
	json_str(b, str_of(value));
}

static void
number(struct buf *b, const char *key, int64_t value)
{
	json_key(b, key);
	buf_int(b, value);
}

static void
print_facts(struct buf *b, const struct image *m)
{
	int i;

	number(b, "width", m->width);
	number(b, "height", m->height);
	number(b, "frames", m->frames);
	text(b, "source", m->source);
	text(b, "colour", m->colour);
	text(b, "placeholder", m->placeholder);
	json_key(b, "dhash");
	buf_printf(b, "\"%016" PRIx64 "\"", m->dhash);
	json_key(b, "sha256");
	buf_byte(b, '"');
	for (i = 0; i < 32; i++)
		buf_printf(b, "%02x", m->sha256[i]);
	buf_byte(b, '"');
	json_key(b, "palette");
	buf_byte(b, '[');
	for (i = 0; i < m->npalette; i++) {
		json_comma(b);
		json_str(b, str_of(m->palette[i]));
	}
	buf_byte(b, ']');
}

static void
print_file(struct buf *b, const struct image_file *f, const char *dir, int nth)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%d-%s.%s", dir, nth, f->name, f->ext);
	out = fopen(path, "w");
	if (out == NULL || fwrite(f->bytes.p, 1, f->bytes.n, out) !=
	    f->bytes.n || fclose(out) != 0)
		perror(path);
	json_comma(b);
	buf_byte(b, '{');
	text(b, "name", f->name);
	text(b, "ext", f->ext);
	text(b, "path", path);
	number(b, "width", f->width);
	number(b, "height", f->height);
	number(b, "bytes", (int64_t)f->bytes.n);
	buf_byte(b, '}');
}

static int
ask(enum image_want want, const char *dir, const char *file, int nth)
{
	struct arena *a = arena_open(1 << 20);
	int fd = open(file, O_RDONLY | O_CLOEXEC), i;
	const char *why = "";
	struct image m;
	struct buf b;
	enum err e;

	if (fd < 0) {
		perror(file);
		return 1;
	}
	e = image_make(a, fd, want, &m, &why);
	buf_open(&b, 1 << 20);
	buf_byte(&b, '{');
	text(&b, "outcome", err_code(e));
	text(&b, "why", why);
	if (e == OK)
		print_facts(&b, &m);
	json_key(&b, "files");
	buf_byte(&b, '[');
	for (i = 0; e == OK && i < m.nfiles; i++)
		print_file(&b, &m.files[i], dir, nth);
	buf_printf(&b, "]}\n");
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout);
	buf_close(&b);
	arena_close(a);
	close(fd);
	log_flush();
	return 0;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;
	bool first;

	if (!conf_load(NULL))
		return 1;
	log_open("image_tool", NULL);
	if (argc == 2 && strcmp(argv[1], "serve") == 0)
		return serve();
	first = argc > 3 && strcmp(argv[1], "first") == 0;
	if (argc < 4 || (!first && strcmp(argv[1], "rest") != 0)) {
		fprintf(stderr, "usage: image_tool serve | "
		    "first DIR FILE... | rest DIR FILE...\n");
		return 2;
	}
	for (i = 3; i < argc; i++)
		failed |= ask(first ? IMAGE_FIRST : IMAGE_REST, argv[2],
		    argv[i], i - 3);
	return failed;
}
