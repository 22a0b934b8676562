/* `pinwall words`: the words of titles, as search and similar pins see them. */
#include "commands.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 256
#define BENCH_ROUNDS 200

/* What --bench counts. */
struct bench {
	bool on;
	double seconds;
	int64_t titles;
};

static double
processor_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
print_words(struct str title, struct bench *bench)
{
	struct text_word words[WORDS_MAX];
	size_t n = text_words(title, NULL, words, WORDS_MAX), i;
	double begin;

	for (i = 0; i < n; i++)
		printf("%s%.*s", i == 0 ? "" : " ",
		    STR_ARG(text_word_str(&words[i])));
	printf("\n");
	if (!bench->on)
		return;
	begin = processor_seconds();
	for (i = 0; i < BENCH_ROUNDS; i++)
		text_words(title, NULL, words, WORDS_MAX);
	bench->seconds += (processor_seconds() - begin) / BENCH_ROUNDS;
	bench->titles++;
}

static void
print_lines(struct bench *bench)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		print_words((struct str){ line, (size_t)n }, bench);
	}
	free(line);
}

int
command_words(const struct command_line *line)
{
	struct bench bench = { .on = line->argc > 0 &&
	    strcmp(line->argv[0], "--bench") == 0 };
	int i = bench.on;

	log_open("words", NULL);
	if (!text_open()) {
		log_flush();
		return 1;
	}
	if (i == line->argc)
		print_lines(&bench);
	for (; i < line->argc; i++)
		print_words(str_of(line->argv[i]), &bench);
	if (bench.on && bench.titles > 0)
		fprintf(stderr, "%" PRId64 " titles, %.2f us each\n",
		    bench.titles, bench.seconds * 1e6 / (double)bench.titles);
	text_close();
	return fflush(stdout) == 0 ? 0 : 1;
}
