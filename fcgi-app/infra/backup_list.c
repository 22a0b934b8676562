/* Lists of files.  See backup_list.h. */
#include "backup_list.h"

#include "str.h"

#define LINE (BACKUP_HASH + BACKUP_PATH + 60)

bool
backup_list_path_good(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./";

	if (strncmp(path, "media/", 6) != 0 && strncmp(path, "spool/", 6) != 0)
		return false;
	return strlen(path) < 200 && path[strspn(path, allowed)] == '\0' &&
	    strstr(path, "/.") == NULL && strstr(path, "//") == NULL &&
	    path[strlen(path) - 1] != '/';
}

bool
backup_list_write(FILE *to, const struct backup_file *f)
{
	return fprintf(to, "%s %lld %lld %s\n", f->hash, (long long)f->size,
	    (long long)f->media, f->path) > 0;
}

static bool
is_hash(struct str s)
{
	return s.n == BACKUP_HASH - 1 &&
	    strspn(s.p, "0123456789abcdef") == BACKUP_HASH - 1;
}

/* The word up to the next space, which becomes its end. */
static struct str
word(char **line)
{
	char *p = *line;
	size_t n = strcspn(p, " ");

	*line = p + n + (p[n] != '\0');
	p[n] = '\0';
	return (struct str){ p, n };
}

bool
backup_list_next(FILE *from, struct backup_file *f, bool *bad)
{
	char text[LINE], *line = text;
	struct str hash;
	size_t n;

	*bad = false;
	if (fgets(text, sizeof(text), from) == NULL) {
		*bad = ferror(from) != 0;
		return false;
	}
	n = strlen(text);
	*bad = true;
	if (n == 0 || text[n - 1] != '\n')
		return false;
	text[n - 1] = '\0';
	hash = word(&line);
	if (!is_hash(hash) || !str_int(word(&line), &f->size) ||
	    !str_int(word(&line), &f->media) || !backup_list_path_good(line))
		return false;
	memcpy(f->hash, hash.p, BACKUP_HASH);
	memcpy(f->path, line, strlen(line) + 1);
	*bad = false;
	return true;
}
