/*
 * Pictures out of nothing.  Colour is mixed from four corner colours, with
 * waves and discs laid over it; the file is PNG (RFC 2083) with stored
 * deflate blocks, as the site encodes it anew anyway.
 */
#include "draw.h"

#include <math.h>

static uint32_t
next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u; /* Numerical Recipes */
	return *state >> 8;
}

static void
put4(struct buf *b, uint32_t v)
{
	char p[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8),
		(char)v };

	buf_add(b, p, 4);
}

/* CRC-32 (ISO 3309), a bit at a time. */
static uint32_t
crc(const char *p, size_t n)
{
	uint32_t c = 0xffffffff;
	int k;

	while (n-- > 0) {
		c ^= (unsigned char)*p++;
		for (k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320 : 0);
	}
	return ~c;
}

static void
chunk(struct buf *b, const char *type, const struct buf *data)
{
	size_t from = b->n + 4;

	put4(b, (uint32_t)data->n);
	buf_add(b, type, 4);
	buf_str(b, buf_view(data));
	if (buf_ok(b))
		put4(b, crc(b->p + from, b->n - from));
}

/* zlib (RFC 1950) around stored blocks (RFC 1951 3.2.4). */
static void
stored(struct buf *b, struct str raw)
{
	uint32_t s1 = 1, s2 = 0;
	size_t i, n, at;

	buf_add(b, "\x78\x01", 2);
	for (at = 0; at < raw.n; at += n) {
		n = raw.n - at < 65535 ? raw.n - at : 65535;
		buf_byte(b, at + n == raw.n);
		buf_byte(b, (char)n);
		buf_byte(b, (char)(n >> 8));
		buf_byte(b, (char)~n);
		buf_byte(b, (char)(~n >> 8));
		buf_add(b, raw.p + at, n);
	}
	for (i = 0; i < raw.n; i++) {
		s1 = (s1 + (unsigned char)raw.p[i]) % 65521;
		s2 = (s2 + s1) % 65521;
	}
	put4(b, s2 << 16 | s1);
}

struct scene {
	double corner[4][3], wave[3], disc[5][3], tint[5][3];
};

static void
make_scene(struct scene *s, uint32_t seed)
{
	uint32_t r = seed * 2654435761u + 7;
	double hue = next(&r) % 628 / 100.0;
	int i, k;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 3; k++)
			s->corner[i][k] = 128 + 100 *
			    sin(hue + i * 0.7 + k * 2.1);
	s->wave[0] = 2 + next(&r) % 7;
	s->wave[1] = 2 + next(&r) % 7;
	s->wave[2] = 10 + next(&r) % 25;
	for (i = 0; i < 5; i++) {
		s->disc[i][0] = next(&r) % 1000 / 1000.0;
		s->disc[i][1] = next(&r) % 1000 / 1000.0;
		s->disc[i][2] = 0.03 + next(&r) % 150 / 1000.0;
		for (k = 0; k < 3; k++)
			s->tint[i][k] = next(&r) % 256;
	}
}

static double
shade(const struct scene *s, double x, double y, int k)
{
	double v = (s->corner[0][k] * (1 - x) + s->corner[1][k] * x) * (1 - y) +
	    (s->corner[2][k] * (1 - x) + s->corner[3][k] * x) * y;
	int i;

	v += s->wave[2] * sin(x * s->wave[0] * 3 + y * s->wave[1] * 3 + k);
	for (i = 0; i < 5; i++)
		if (hypot(x - s->disc[i][0], y - s->disc[i][1]) <
		    s->disc[i][2])
			v = v * 0.4 + s->tint[i][k] * 0.6;
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

static void
pixels(struct buf *raw, int width, int height, unsigned seed)
{
	struct scene s;
	int x, y, k;

	make_scene(&s, seed);
	for (y = 0; y < height; y++) {
		buf_byte(raw, 0); /* no filter */
		for (x = 0; x < width; x++)
			for (k = 0; k < 3; k++)
				buf_byte(raw, (char)(int)shade(&s,
				    x / (double)width, y / (double)height, k));
	}
}

void
draw_png(struct buf *b, int width, int height, unsigned seed)
{
	struct buf raw, data;

	buf_open(&raw, 64 << 20);
	buf_open(&data, 64 << 20);
	buf_add(b, "\x89PNG\r\n\x1a\n", 8);
	put4(&data, (uint32_t)width);
	put4(&data, (uint32_t)height);
	buf_add(&data, "\x08\x02\x00\x00\x00", 5);
	chunk(b, "IHDR", &data);
	buf_reset(&data, SIZE_MAX);
	pixels(&raw, width, height, seed);
	stored(&data, buf_view(&raw));
	chunk(b, "IDAT", &data);
	buf_reset(&data, SIZE_MAX);
	chunk(b, "IEND", &data);
	buf_close(&raw);
	buf_close(&data);
}
