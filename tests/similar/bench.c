/*
 * How long an index takes: builds one from titles, asks it, changes it.
 *
 *	bench FILE build tfidf|counts < titles    one a line: id words
 *	bench FILE ask N MOST MIN_SHARED          random ids of 1..documents
 *	bench FILE insert BATCH N < titles        N of them, a flip for each BATCH
 *	bench FILE remove BATCH N
 *
 * Prints name=value pairs on one line; times are processor time of this
 * thread: the machine may be busy with something else.
 */
#include "clock.h"
#include "index.h"
#include "index_write.h"
#include "log.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>

#define WORDS 1000
#define HITS 1000

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
show_times(const char *what, double *times, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += times[i];
	qsort(times, (size_t)n, sizeof(*times), compare);
	printf("%s=%.3f p50=%.3f p90=%.3f p99=%.3f most=%.3f\n", what,
	    sum / n, times[n / 2], times[n * 9 / 10], times[n * 99 / 100],
	    times[n - 1]);
}

/* splitmix64: https://prng.di.unimi.it/splitmix64.c */
static uint64_t
draw(void)
{
	static uint64_t state = 7;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int
split(char *text, struct str *words)
{
	int n = 0;

	while (n < WORDS) {
		text += strspn(text, " \n");
		if (*text == '\0')
			break;
		words[n] = (struct str){ text, strcspn(text, " \n") };
		text += words[n++].n;
	}
	return n;
}

/* Puts a line; false: there is none, or no room for it. */
static bool
put_line(struct index_writer *w, char **line, size_t *room)
{
	struct str words[WORDS];
	char *rest;
	int64_t id;

	if (getline(line, room, stdin) <= 0)
		return false;
	id = strtoll(*line, &rest, 10);
	return index_write_put(w, id, words, split(rest, words));
}

static int
build(const char *path, const char *weights)
{
	char *line = NULL;
	size_t room = 0;
	double began = now_us();
	struct index x;
	struct index_stats s;
	struct stat st;
	struct index_writer *w = index_write_make(path,
	    strcmp(weights, "counts") == 0 ? INDEX_COUNTS : INDEX_TFIDF,
	    1100000);

	if (w == NULL)
		return 1;
	while (put_line(w, &line, &room))
		continue;
	if (!index_write_publish(w) || stat(path, &st) != 0)
		return 1;
	index_open(&x, path);
	if (index_stats(&x, &s) != OK)
		return 1;
	printf("seconds=%.3f docs=%" PRIu64 " classes=%" PRIu64 " terms=%"
	    PRIu64 " bytes=%" PRIu64 "\n", (now_us() - began) / 1e6, s.docs,
	    s.classes, s.terms, (uint64_t)st.st_blocks * 512);
	index_close(&x);
	index_write_close(w);
	free(line);
	return 0;
}

static int
ask(const char *path, int n, int most, int min_shared)
{
	struct index_ask how = { .most = most, .min_shared = min_shared };
	struct index_hit hits[HITS];
	struct index_stats s;
	struct index x;
	double *times = calloc((size_t)n, sizeof(*times)), began;
	int i, found;

	index_open(&x, path);
	if (times == NULL || most > HITS || index_stats(&x, &s) != OK)
		return 1;
	/* the first ones meet pages that are not mapped yet */
	for (i = -n / 10 - 100; i < n; i++) {
		began = now_us();
		if (index_similar(&x, (int64_t)(draw() % s.docs) + 1, how,
		    hits, &found) != OK)
			return 1;
		if (i >= 0)
			times[i] = (now_us() - began) / 1e3;
	}
	show_times("mean", times, n);
	free(times);
	index_close(&x);
	return 0;
}

static int
change(const char *path, bool inserts, int batch, int n)
{
	struct index_writer *w = index_write_open(path);
	double *times = calloc((size_t)n, sizeof(*times)), began;
	uint64_t docs;
	char *line = NULL;
	size_t room = 0;
	int i, flips = 0;

	if (w == NULL || times == NULL)
		return 1;
	docs = index_write_file(w)->head->docs;
	/* the first batch maps what is in none of its pages yet */
	began = now_us();
	for (i = 0; i < n; i++) {
		if (!inserts)
			index_write_remove(w, (int64_t)(draw() % docs) + 1);
		else if (!put_line(w, &line, &room))
			return 1;
		if ((i + 1) % batch != 0)
			continue;
		index_write_flip(w);
		times[flips++] = (now_us() - began) / batch;
		began = now_us();
	}
	show_times("mean", times, flips);
	index_write_close(w);
	free(line);
	free(times);
	return 0;
}

int
main(int argc, char **argv)
{
	log_open("bench", NULL);
	if (argc == 4 && strcmp(argv[2], "build") == 0)
		return build(argv[1], argv[3]);
	if (argc == 6 && strcmp(argv[2], "ask") == 0)
		return ask(argv[1], (int)strtol(argv[3], NULL, 10),
		    (int)strtol(argv[4], NULL, 10),
		    (int)strtol(argv[5], NULL, 10));
	if (argc == 5)
		return change(argv[1], strcmp(argv[2], "insert") == 0,
		    (int)strtol(argv[3], NULL, 10),
		    (int)strtol(argv[4], NULL, 10));
	return 2;
}
