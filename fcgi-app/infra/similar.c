/* The pins most like a pin.  See similar.h. */
#include "similar.h"

#include "clock.h"
#include "index_proc.h"
#include "index_words.h"
#include "json.h"

#define NAP 500 /* microseconds between two looks */

static struct index pins;
static struct index_words words; /* of a pin that is not in the index */

void
similar_open(void)
{
	char path[256];

	index_proc_path(path);
	index_open(&pins, path);
}

void
similar_close(void)
{
	index_close(&pins);
}

uint64_t
similar_state(void)
{
	struct index_stats stats;

	return index_stats(&pins, &stats) == OK ?
	    stats.generation + stats.flips : 0;
}

bool
similar_stats(struct index_stats *stats)
{
	return index_stats(&pins, stats) == OK;
}

void
similar_wait(uint64_t state, int64_t until)
{
	while (similar_state() == state && clock_mono() < until)
		usleep(NAP);
}

enum err
similar_find(const struct similar *s, int most, struct index_hit *hits, int *n,
    bool *enough)
{
	struct index_ask ask = { .but = s->pin, .most = most };
	enum err e;

	*n = 0;
	e = index_similar(&pins, s->pin, ask, hits, n);
	*enough = *n == most;
	if ((e != OK && e != ERR_NOT_FOUND) || *enough)
		return e;
	index_words_make(&words, s->title, s->tags, NULL);
	*enough = words.titled;
	return e == OK ? OK :
	    index_query(&pins, words.words, words.n, ask, hits, n);
}

static void
add_reasons(struct buf *b, const struct similar *s, int64_t hit)
{
	struct index_reason reasons[INDEX_TERMS];
	int i, n = 0;
	struct index_asked by_id = { .id = s->pin };
	struct index_asked by_words = { 0, words.words, words.n };
	enum err e = index_reasons(&pins, by_id, hit, reasons, &n);

	if (e == ERR_NOT_FOUND)
		e = index_reasons(&pins, by_words, hit, reasons, &n);
	json_key(b, "why");
	buf_byte(b, '[');
	for (i = 0; e == OK && i < n; i++) {
		if (i > 0)
			buf_byte(b, ',');
		buf_byte(b, '{');
		json_key(b, "word");
		json_str(b, reasons[i].word);
		json_key(b, "weight");
		buf_printf(b, "%.12g}", reasons[i].weight);
	}
	buf_byte(b, ']');
}

void
similar_json(struct buf *b, const struct similar *s,
    const struct index_hit *hit, bool why)
{
	buf_byte(b, '{');
	json_key(b, "score");
	buf_printf(b, "%.17g", hit->score);
	if (why)
		add_reasons(b, s, hit->id);
	buf_byte(b, '}');
}
