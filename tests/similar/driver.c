/*
 * An index under a test's hand: operations on standard input, answers on
 * standard output.
 *
 *	driver FILE tfidf|counts [documents]
 *
 *	N            begin a new file; what is put goes there until U
 *	U            publish it
 *	P id words   put          D id   remove          T word   it is a tag
 *	F            flip         R      close, and open as a writer once more
 *	Q id n min   the n most like id, with min words in common: id:score ...
 *	W n words    the n most like these words
 *	Y id hit     why: word:weight ...
 *	S            documents classes terms blocks
 *
 * An operation that fails is answered "! NAME".
 */
#include "clock.h"
#include "index.h"
#include "index_write.h"
#include "log.h"

#include <inttypes.h>
#include <sys/stat.h>

#define WORDS 1000
#define HITS 1000

static struct index_writer *writer;
static struct index reader;
static enum index_weights weights;
static uint64_t docs = 2000;
static const char *path;

static int
split(char *text, struct str *words)
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
fail_as(const char *what)
{
	printf("! %s\n", what);
}

static void
put_or_remove(char *line)
{
	struct str words[WORDS];
	char *rest;
	int64_t id = strtoll(line + 1, &rest, 10);
	bool ok;

	if (line[0] == 'P')
		ok = index_write_put(writer, id, words, split(rest, words));
	else
		ok = index_write_remove(writer, id);
	if (!ok)
		fail_as("full");
}

static void
show(enum err e, const struct index_hit *hits, int n)
{
	int i;

	if (e != OK) {
		fail_as(err_code(e));
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
	struct str words[WORDS];
	struct index_ask ask = { 0 };
	char *at = line + 1;
	enum err e;
	int n = 0;

	ask.most = (int)strtol(at, &at, 10);
	e = index_query(&reader, words, split(at, words), ask, hits, &n);
	show(e, hits, n);
}

static void
why(char *line)
{
	struct index_reason reasons[INDEX_TERMS];
	char *at = line + 1;
	int64_t id = strtoll(at, &at, 10), hit = strtoll(at, &at, 10);
	int i, n = 0;
	enum err e = index_reasons(&reader, id, NULL, 0, hit, reasons, &n);

	if (e != OK)
		fail_as(err_code(e));
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
		fail_as("stats");
	else
		printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		    s.docs, s.classes, s.terms, (uint64_t)st.st_blocks * 512);
}

static void
reopen(bool anew)
{
	if (writer != NULL)
		index_write_close(writer);
	writer = anew ? index_write_make(path, weights, docs) :
	    index_write_open(path);
	if (writer == NULL)
		fail_as("open");
}

static void
run(char *line)
{
	switch (line[0]) {
	case 'N': reopen(true); break;
	case 'R': reopen(false); break;
	case 'U':
		if (!index_write_publish(writer))
			fail_as("publish");
		break;
	case 'P': case 'D': put_or_remove(line); break;
	case 'T':
		line[strcspn(line, "\n")] = '\0';
		index_write_tag(writer, str_of(line + 2));
		break;
	case 'F': index_write_flip(writer); break;
	case 'Q': query(line); break;
	case 'W': query_words(line); break;
	case 'Y': why(line); break;
	case 'S': stats(); break;
	default: fail_as("what?");
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
	if (writer != NULL)
		index_write_close(writer);
	index_close(&reader);
	return 0;
}
