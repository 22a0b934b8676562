/*
 * An index under a test's hand: operations on standard input, one answer each
 * on standard output.
 *
 *	driver FILE tfidf|counts [documents]
 *
 *	N            begin a new file; what is put goes there until U
 *	U            publish it
 *	P id words   put          D id   remove          T word   it is a tag
 *	F            flip         R      close, and open as a writer once more
 *	C            close
 *	Q id n min         the n most like id, with min words in common
 *	W n min words      the n most like these words: id:score ...
 *	Y id hit           why: word:weight ...
 *	H id               1 if it is in there
 *	S                  documents classes terms bytes-on-disk generation flips
 *
 * What gives nothing is answered ".", what fails "! NAME".
 */
#include "clock.h"
#include "index.h"
#include "index_write.h"
#include "log.h"

#include <inttypes.h>
#include <sys/stat.h>

#define WORDS 200000
#define HITS 1000

static struct index_writer *writer;
static struct index reader;
static enum index_weights weights;
static uint64_t docs = 2000;
static const char *path;
static struct str words[WORDS];

static int
split(char *text)
{
	char *at = text;
	int n = 0;

	while (*at != '\0' && n < WORDS) {
		at += strspn(at, " \n");
		words[n] = (struct str){ at, strcspn(at, " \n") };
		at += words[n].n;
		n += words[n].n > 0;
	}
	return n;
}

static void
answer(bool ok, const char *what)
{
	if (ok)
		puts(".");
	else
		printf("! %s\n", what);
}

static void
put_or_remove(char *line)
{
	char *rest;
	int64_t id = strtoll(line + 1, &rest, 10);
	bool ok = true;

	if (line[0] == 'P')
		ok = index_write_put(writer, id, words, split(rest));
	else
		index_write_remove(writer, id);
	answer(ok, "full");
}

static void
show(enum err e, const struct index_hit *hits, int n)
{
	int i;

	if (e != OK) {
		answer(false, err_code(e));
		return;
	}
	for (i = 0; i < n; i++)
		printf("%s%" PRId64 ":%.17g", i > 0 ? " " : "", hits[i].id,
		    hits[i].score);
	putchar('\n');
}

static void
query(char *line)
{
	struct index_hit hits[HITS];
	struct index_ask ask = { 0 };
	char *at = line + 1;
	int64_t id = strtoll(at, &at, 10);
	enum err e;
	int n = 0;

	ask.most = (int)strtol(at, &at, 10);
	ask.min_shared = (int)strtol(at, &at, 10);
	e = index_similar(&reader, id, ask, hits, &n);
	show(e, hits, n);
}

static void
query_words(char *line)
{
	struct index_hit hits[HITS];
	struct index_ask ask = { 0 };
	char *at = line + 1;
	enum err e;
	int n = 0;

	ask.most = (int)strtol(at, &at, 10);
	ask.min_shared = (int)strtol(at, &at, 10);
	e = index_query(&reader, words, split(at), ask, hits, &n);
	show(e, hits, n);
}

static void
why(char *line)
{
	struct index_reason reasons[INDEX_TERMS];
	char *at = line + 1;
	int64_t id = strtoll(at, &at, 10), hit = strtoll(at, &at, 10);
	int i, n = 0;
	enum err e = index_reasons(&reader,
	    (struct index_asked){ .id = id }, hit, reasons, &n);

	if (e != OK)
		answer(false, err_code(e));
	for (i = 0; i < n; i++)
		printf("%s%.*s:%.17g", i > 0 ? " " : "",
		    STR_ARG(reasons[i].word), reasons[i].weight);
	if (e == OK)
		putchar('\n');
}

static void
stats(void)
{
	struct index_stats s;
	struct stat st = { 0 };

	if (index_stats(&reader, &s) != OK || stat(path, &st) != 0)
		answer(false, "stats");
	else
		printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		    " %" PRIu64 " %" PRIu64 "\n", s.docs, s.classes, s.terms,
		    (uint64_t)st.st_blocks * 512, s.generation, s.flips);
}

static void
end(void)
{
	if (writer != NULL)
		index_write_close(writer);
	writer = NULL;
}

static void
tag(char *line)
{
	line[strcspn(line, "\n")] = '\0';
	answer(index_write_tag(writer, str_of(line + 2)), "full");
}

static void
write_or_end(char *line)
{
	switch (line[0]) {
	case 'N':
		end();
		writer = index_write_make(path, weights, docs);
		answer(writer != NULL, "open");
		break;
	case 'R':
		end();
		writer = index_write_open(path);
		answer(writer != NULL, "open");
		break;
	case 'U': answer(index_write_publish(writer), "publish"); break;
	case 'T': tag(line); break;
	case 'F': index_write_flip(writer); answer(true, NULL); break;
	case 'C': end(); answer(true, NULL); break;
	default: put_or_remove(line);
	}
}

static void
has(const char *line)
{
	struct index_ask ask = { .most = 1 };
	struct index_hit hit;
	int n;

	printf("%d\n", index_similar(&reader, strtoll(line + 1, NULL, 10), ask,
	    &hit, &n) == OK);
}

static void
run(char *line)
{
	switch (line[0]) {
	case 'Q': query(line); break;
	case 'W': query_words(line); break;
	case 'Y': why(line); break;
	case 'S': stats(); break;
	case 'H':
		has(line);
		break;
	case 'R': case 'N': case 'C': write_or_end(line); break;
	default:
		if (writer == NULL)
			answer(false, "no writer");
		else
			write_or_end(line);
	}
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;

	if (argc < 3)
		return 2;
	log_open("driver", NULL);
	path = argv[1];
	weights = strcmp(argv[2], "counts") == 0 ? INDEX_COUNTS : INDEX_TFIDF;
	docs = argc > 3 ? strtoull(argv[3], NULL, 10) : docs;
	index_open(&reader, path);
	while (getline(&line, &room, stdin) > 0) {
		run(line);
		fflush(stdout);
	}
	free(line);
	end();
	index_close(&reader);
	return 0;
}
