/*
 * Pictures out of nothing: landscapes of a few colours, rows of hills that pale
 * with distance.  The file is PNG (RFC 2083) with stored deflate blocks, as the
 * site encodes it anew anyway.
 */
#include "draw.h"

#include <assert.h>
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

#define RIDGES 5
#define WIDTH_MAX 2000

/* Colours of one hour and place: above, at the horizon, far and near hills, and
 * what shines. */
static const unsigned char hours[DRAW_HOURS][5][3] = {
	{ { 58, 80, 130 }, { 250, 196, 150 }, { 190, 120, 130 }, { 40, 28, 58 },
	    { 255, 236, 190 } },
	{ { 150, 196, 222 }, { 244, 238, 220 }, { 150, 180, 182 },
	    { 32, 66, 62 }, { 255, 252, 236 } },
	{ { 16, 22, 52 }, { 66, 82, 130 }, { 44, 58, 98 }, { 8, 12, 28 },
	    { 240, 240, 226 } },
	{ { 230, 150, 110 }, { 255, 222, 160 }, { 214, 130, 92 },
	    { 84, 34, 36 }, { 255, 246, 214 } },
	{ { 198, 208, 216 }, { 236, 236, 232 }, { 172, 184, 192 },
	    { 70, 84, 96 }, { 255, 255, 255 } },
	{ { 96, 150, 180 }, { 206, 228, 216 }, { 110, 160, 130 },
	    { 24, 58, 36 }, { 255, 250, 220 } },
	{ { 120, 90, 150 }, { 244, 176, 190 }, { 150, 104, 160 },
	    { 38, 24, 62 }, { 255, 226, 226 } },
	{ { 228, 198, 150 }, { 250, 236, 206 }, { 206, 160, 104 },
	    { 116, 70, 40 }, { 255, 250, 236 } },
};

/* Hills before hills under a sun or a moon, and at times water before them. */
struct scene {
	const unsigned char (*hour)[3];
	double sun[3], ridge[RIDGES][5], water;
	double top[RIDGES][WIDTH_MAX]; /* where each row begins, by column */
};

static void
make_scene(struct scene *s, uint32_t seed)
{
	uint32_t r = seed * 2654435761u + 7;
	int i, k;

	next(&r);
	s->hour = hours[seed % DRAW_HOURS];
	s->sun[0] = 0.2 + next(&r) % 600 / 1000.0;
	s->sun[1] = 0.12 + next(&r) % 260 / 1000.0;
	s->sun[2] = 0.03 + next(&r) % 60 / 1000.0;
	s->water = next(&r) % 3 == 0 ? 0.72 : 2;
	for (i = 0; i < RIDGES; i++)
		for (k = 0; k < 5; k++)
			s->ridge[i][k] = next(&r) % 1000 / 1000.0;
}

/* The height at which the hills of a row begin. */
static double
ridge_at(const struct scene *s, int i, double x)
{
	const double *v = s->ridge[i];
	double high = 0.11 - i * 0.012;

	return 0.4 + i * 0.125 + high * (sin(x * (2 + 3 * v[0]) + 7 * v[1]) +
	    0.45 * sin(x * (7 + 5 * v[2]) + 7 * v[3]) +
	    0.14 * sin(x * (23 + 11 * v[4]) + 7 * v[2]) - 0.4);
}

static double
mix(double a, double b, double part)
{
	part = part < 0 ? 0 : part > 1 ? 1 : part;
	return a + (b - a) * part;
}

/* The row of hills that a point is in, or -1: the sky.  far: from the sun;
 * shine: how much of it is water. */
struct point {
	double up, far, depth, shine;
	int row;
};

static struct point
look(const struct scene *s, int column, double x, double y, double ratio)
{
	struct point p = { .up = y, .row = RIDGES - 1 };

	if (y > s->water) {
		p.up = 2 * s->water - y;
		p.shine = 0.35 + 0.15 * sin(y * 420 + sin(x * 31) * 2);
	}
	while (p.row >= 0 && p.up < s->top[p.row][column])
		p.row--;
	if (p.row >= 0)
		p.depth = p.up - s->top[p.row][column];
	else
		p.far = hypot(x - s->sun[0], (p.up - s->sun[1]) * ratio);
	return p;
}

static double
shade(const struct scene *s, const struct point *p, double glow, int k)
{
	double v;

	if (p->row >= 0) {
		v = mix(s->hour[2][k], s->hour[3][k],
		    p->row / (RIDGES - 1.0));
		v = mix(v, s->hour[1][k], p->depth * 1.6);
	} else {
		v = mix(s->hour[0][k], s->hour[1][k], p->up * 2.1);
		v = mix(v, s->hour[4][k], glow);
		v = mix(s->hour[4][k], v, (p->far - s->sun[2]) * 200);
	}
	return mix(v, s->hour[0][k], p->shine);
}

static void
pixels(struct buf *raw, int width, int height, unsigned seed)
{
	double ratio = height / (double)width, glow;
	struct scene s;
	struct point p;
	int x, y, k;

	make_scene(&s, seed);
	assert(width <= WIDTH_MAX);
	for (x = 0; x < width; x++)
		for (k = 0; k < RIDGES; k++)
			s.top[k][x] = ridge_at(&s, k, x / (double)width);
	for (y = 0; y < height; y++) {
		buf_byte(raw, 0); /* no filter */
		for (x = 0; x < width; x++) {
			p = look(&s, x, x / (double)width, y / (double)height,
			    ratio);
			glow = p.row < 0 ? 0.6 * exp(-p.far * 7) : 0;
			for (k = 0; k < 3; k++)
				buf_byte(raw, (char)(int)shade(&s, &p, glow,
				    k));
		}
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
