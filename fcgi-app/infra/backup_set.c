/* Numbers, sorted.  See backup_set.h. */
#include "backup_set.h"

#include <stdio.h>
#include <stdlib.h>

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sorted, and each once. */
void
backup_set_settle(struct backup_set *s)
{
	size_t i, n = 0;

	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof(*s->v), by_value);
	for (i = 0; i < s->n; i++)
		if (n == 0 || s->v[n - 1] != s->v[i])
			s->v[n++] = s->v[i];
	s->n = n;
}

bool
backup_set_add(struct backup_set *s, uint64_t v)
{
	uint64_t *more;

	if (s->n == s->room) {
		backup_set_settle(s);
		s->room = s->n * 2 + 4096;
		more = realloc(s->v, s->room * sizeof(*more));
		if (more == NULL) {
			fprintf(stderr, "no memory\n");
			return false;
		}
		s->v = more;
	}
	s->v[s->n++] = v;
	return true;
}

bool
backup_set_has(const struct backup_set *s, uint64_t v)
{
	return s->n > 0 && bsearch(&v, s->v, s->n, sizeof(v), by_value) !=
	    NULL;
}

void
backup_set_close(struct backup_set *s)
{
	free(s->v);
	*s = (struct backup_set){ .n = 0 };
}
