/* Settings.  A table made of conf.def says where each is kept. */
#include "conf.h"

#include "arena.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct conf conf = {
#define CONF_STR(name, def, doc) .name = def,
#define CONF_INT(name, def, min, max, doc) .name = def,
#include "conf.def"
#undef CONF_STR
#undef CONF_INT
};

static const struct setting {
	const char *name;
	const char **text;
	int64_t *number, min, max;
	const char *doc;
} settings[] = {
#define CONF_STR(name, def, doc) { #name, &conf.name, NULL, 0, 0, doc },
#define CONF_INT(name, def, min, max, doc) \
	{ #name, NULL, &conf.name, min, max, doc },
#include "conf.def"
#undef CONF_STR
#undef CONF_INT
};
#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

static int lines[N_SETTINGS]; /* as conf_line tells them */
static conf_complaint *tell;

/* Settings live for ever, also those that another took the place of: they all
 * lie in one arena. */
static struct arena *
strings(void)
{
	static struct arena *a;

	if (a == NULL)
		a = arena_open(1 << 20);
	return a;
}

static bool fault(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
fault(const char *where, const char *fmt, ...)
{
	char why[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	tell(true, where, why);
	return false;
}

static bool
set(const struct setting *s, struct str value, const char *where, int line)
{
	int64_t v;

	lines[s - settings] = line;
	if (s->text != NULL) {
		*s->text = arena_dup(strings(), value).p;
		return true;
	}
	if (!str_int(value, &v) || v < s->min || v > s->max)
		return fault(where, "%s must be a number from %lld to %lld",
		    s->name, (long long)s->min, (long long)s->max);
	*s->number = v;
	return true;
}

static const struct setting *
find(struct str name)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++)
		if (str_eq(name, str_of(settings[i].name)))
			return &settings[i];
	return NULL;
}

static bool
read_line(struct str text, const char *where, int line)
{
	const struct setting *s;
	struct str name;
	size_t eq;

	text = str_trim(text);
	if (text.n == 0 || text.p[0] == '#')
		return true;
	eq = str_find(text, '=', 0);
	name = str_trim(str_sub(text, 0, eq));
	if (eq == text.n)
		return fault(where, "not of the form `name = value`");
	s = find(name);
	if (s == NULL)
		return fault(where, "there is no setting %.*s", STR_ARG(name));
	if (lines[s - settings] > 0)
		tell(false, where, arena_printf(strings(), "%s is given "
		    "again, after line %d; this one counts", s->name,
		    lines[s - settings]).p);
	return set(s, str_trim(str_sub(text, eq + 1, text.n)), where, line);
}

static bool
read_file(const char *path)
{
	char where[4200], *line = NULL;
	size_t cap = 0;
	bool good = true;
	ssize_t n;
	int number = 0;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return fault(path, "%s", strerror(errno));
	while ((n = getline(&line, &cap, f)) >= 0) {
		snprintf(where, sizeof(where), "%s:%d", path, ++number);
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		good = read_line((struct str){ line, (size_t)n }, where,
		    number) && good;
	}
	if (ferror(f))
		good = fault(path, "%s", strerror(errno));
	free(line);
	fclose(f);
	return good;
}

static const struct setting *
find_variable(struct str name)
{
	char lower[80];
	size_t i;

	if (name.n >= sizeof(lower))
		return NULL;
	for (i = 0; i < name.n; i++) {
		if (islower((unsigned char)name.p[i]))
			return NULL;
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	}
	return find((struct str){ lower, name.n });
}

/* PINWALL_NAME; PINWALL_CONF names the file. */
static bool
read_environment(void)
{
	const struct str prefix = STR("PINWALL_"), file = STR("PINWALL_CONF");
	const struct setting *s;
	struct str one, name;
	bool good = true;
	char **at;

	for (at = environ; at != NULL && *at != NULL; at++) {
		one = str_of(*at);
		name = str_sub(one, 0, str_find(one, '=', 0));
		if (!str_starts(name, prefix) || str_eq(name, file))
			continue;
		s = find_variable(str_sub(name, prefix.n, name.n));
		if (s == NULL)
			tell(false, arena_dup(strings(), name).p,
			    "there is no such setting");
		else
			good = set(s, str_sub(one, name.n + 1, one.n),
			    arena_dup(strings(), name).p, -1) && good;
	}
	return good;
}

/* Paths are taken from the folder of the file. */
static void
make_absolute(const char **path, const char *folder)
{
	if (**path != '/' && **path != '\0')
		*path = arena_printf(strings(), "%s/%s", folder, *path).p;
}

static bool
resolve_paths(const char *file)
{
	const char **paths[] = { &conf.run_dir, &conf.media_dir,
		&conf.spool_dir, &conf.index_dir, &conf.mail_dir,
		&conf.secret_file, &conf.shared_file,
		&conf.smtp_password_file, &conf.s3_key_file,
		&conf.redis_state_password_file,
		&conf.redis_cache_password_file,
		&conf.redis_guard_password_file };
	char *folder = file != NULL ? strdup(file) : realpath(".", NULL);
	char *slash;
	size_t i;

	if (folder == NULL)
		return false;
	slash = file != NULL ? strrchr(folder, '/') : NULL;
	if (slash != NULL)
		*slash = '\0';
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		make_absolute(paths[i], folder);
	free(folder);
	return true;
}

bool
conf_read(const char *path, conf_complaint *complain)
{
	bool good = true;

	tell = complain;
	memset(lines, 0, sizeof(lines));
	if (path != NULL) {
		conf.file = realpath(path, NULL);
		good = conf.file != NULL ? read_file(conf.file) :
		    fault(path, "%s", strerror(errno));
	}
	good = read_environment() && good;
	return resolve_paths(conf.file) && good;
}

static void
print_fault(bool is_fault, const char *where, const char *why)
{
	if (is_fault)
		fprintf(stderr, "%s: %s\n", where, why);
}

bool
conf_load(const char *path)
{
	return conf_read(path, print_fault);
}

int
conf_line(const char *name)
{
	const struct setting *s = find(str_of(name));

	assert(s != NULL);
	return lines[s - settings];
}

void
conf_print(void)
{
	const struct setting *s;
	size_t i;

	for (i = 0; i < N_SETTINGS; i++) {
		s = &settings[i];
		printf("# %s\n", s->doc);
		if (s->text != NULL)
			printf("%s = %s\n\n", s->name, *s->text);
		else
			printf("%s = %lld\n\n", s->name,
			    (long long)*s->number);
	}
}
