/* Settings.  A table made of conf.def says where each is kept. */
#include "conf.h"

#include "arena.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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

static bool
set(const struct setting *s, struct str value, const char *where)
{
	int64_t v;

	if (s->text != NULL) {
		*s->text = arena_dup(strings(), value).p;
		return true;
	}
	if (!str_int(value, &v) || v < s->min || v > s->max) {
		fprintf(stderr, "%s: %s must be a number from %lld to %lld\n",
		    where, s->name, (long long)s->min, (long long)s->max);
		return false;
	}
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
read_line(struct str line, const char *where)
{
	const struct setting *s;
	struct str name;
	size_t eq;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return true;
	eq = str_find(line, '=', 0);
	name = str_trim(str_sub(line, 0, eq));
	if (eq == line.n) {
		fprintf(stderr, "%s: not of the form `name = value`\n", where);
		return false;
	}
	s = find(name);
	if (s == NULL) {
		fprintf(stderr, "%s: there is no setting %.*s\n", where,
		    STR_ARG(name));
		return false;
	}
	return set(s, str_trim(str_sub(line, eq + 1, line.n)), where);
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

	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	while (good && (n = getline(&line, &cap, f)) >= 0) {
		snprintf(where, sizeof(where), "%s:%d", path, ++number);
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		good = read_line((struct str){ line, (size_t)n }, where);
	}
	if (ferror(f)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		good = false;
	}
	free(line);
	fclose(f);
	return good;
}

static bool
read_environment(void)
{
	char name[80];
	const char *value;
	size_t i, j;

	for (i = 0; i < N_SETTINGS; i++) {
		snprintf(name, sizeof(name), "PINWALL_%s", settings[i].name);
		for (j = 0; name[j] != '\0'; j++)
			name[j] = (char)toupper((unsigned char)name[j]);
		value = getenv(name);
		if (value != NULL && !set(&settings[i], str_of(value), name))
			return false;
	}
	return true;
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
		&conf.smtp_password_file,
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
conf_load(const char *path)
{
	if (path != NULL) {
		conf.file = realpath(path, NULL);
		if (conf.file == NULL) {
			fprintf(stderr, "%s: %s\n", path, strerror(errno));
			return false;
		}
		if (!read_file(conf.file))
			return false;
	}
	return read_environment() && resolve_paths(conf.file);
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
