/* Bags of terms and their records.  See index_record.h. */
#include "index_record.h"

#define LINE 16 /* words of a cache line */

void
index_record_sort(struct index_term *terms, int n)
{
	struct index_term one;
	int i, j;

	for (i = 1; i < n; i++) {
		one = terms[i];
		for (j = i; j > 0 && terms[j - 1].term > one.term; j--)
			terms[j] = terms[j - 1];
		terms[j] = one;
	}
}

void
index_record_reduce(struct index_term *terms, int n)
{
	uint32_t divisor = 0, a, b, rest;
	int i;

	for (i = 0; i < n && divisor != 1; i++) {
		for (a = divisor, b = terms[i].count; b != 0; b = rest) {
			rest = a % b;
			a = b;
		}
		divisor = a;
	}
	for (i = 0; divisor > 1 && i < n; i++)
		terms[i].count /= divisor;
}

uint32_t
index_record_words(const struct index_term *terms, int n)
{
	uint32_t words = 1 + (uint32_t)n;
	int i;

	for (i = 0; i < n; i++)
		words += terms[i].count > 63;
	return words;
}

uint32_t
index_record_add(struct index_file *f, const struct index_term *terms, int n)
{
	uint32_t words = index_record_words(terms, n);
	uint64_t at = f->head->records_n;
	uint32_t *to;
	int i;

	if (words <= LINE && at % LINE + words > LINE)
		at = (at + LINE - 1) / LINE * LINE;
	to = f->records + at;
	*to++ = (uint32_t)n;
	for (i = 0; i < n; i++) {
		if (terms[i].count > 63) {
			*to++ = terms[i].term * 64 + 63;
			*to++ = terms[i].count;
		} else {
			*to++ = terms[i].term * 64 + terms[i].count - 1;
		}
	}
	f->head->records_n = at + words;
	return (uint32_t)at;
}

int
index_record_read(const struct index_file *f, uint32_t class,
    struct index_term *terms)
{
	const uint32_t *at;
	int i, n;

	at = index_record_of(f, class, &n);
	for (i = 0; i < n; i++)
		terms[i] = index_record_next(&at);
	return n;
}
