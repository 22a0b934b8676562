/* Randomness from the kernel. */
#include "rand.h"

#include <stdlib.h>
#include <sys/random.h>

void
rand_bytes(void *p, size_t n)
{
	unsigned char *to = p;
	ssize_t got;

	while (n > 0) {
		got = getrandom(to, n, 0);
		if (got < 0)
			continue; /* EINTR; nothing else can happen */
		to += got;
		n -= (size_t)got;
	}
}

void
rand_text(char *out, size_t n)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i, chars = (n * 4 + 2) / 3;

	/* 6 random bits a character. */
	rand_bytes(out, chars);
	for (i = 0; i < chars; i++)
		out[i] = set[out[i] & 63];
	out[chars] = '\0';
}

int64_t
rand_below(int64_t n)
{
	uint64_t v, most = UINT64_MAX - UINT64_MAX % (uint64_t)n;

	do
		rand_bytes(&v, sizeof(v));
	while (v >= most);
	return (int64_t)(v % (uint64_t)n);
}
