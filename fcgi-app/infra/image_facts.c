/* Perceptual hash and placeholder. */
#include "image_facts.h"

#include <math.h>
#include <string.h>

#define X_PARTS 4
#define Y_PARTS 3

/* One channel over white. */
static int
over_white(const unsigned char *pixel, int channel)
{
	return 255 - (255 - pixel[channel]) * pixel[3] / 255;
}

/* Brightness of a pixel by Rec. 709, times 10,000. */
static int
grey(const unsigned char *pixel)
{
	return 2126 * over_white(pixel, 0) + 7152 * over_white(pixel, 1) +
	    722 * over_white(pixel, 2);
}

uint64_t
image_facts_dhash(const unsigned char rgba[FACTS_BYTES])
{
	int64_t fields[8][9] = { { 0 } };
	uint64_t hash = 0;
	int x, y;

	for (y = 0; y < FACTS_H; y++)
		for (x = 0; x < FACTS_W; x++)
			fields[y * 8 / FACTS_H][x * 9 / FACTS_W] +=
			    grey(rgba + 4 * (y * FACTS_W + x));
	for (y = 0; y < 8; y++)
		for (x = 0; x < 8; x++)
			hash = hash << 1 |
			    (fields[y][x] < fields[y][x + 1]);
	return hash;
}

static double
to_linear(int v)
{
	double x = v / 255.0;

	return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static int
from_linear(double v)
{
	v = fmin(1, fmax(0, v));
	v = v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055;
	return (int)(v * 255 + 0.5);
}

static char *
base83(char *out, int value, int digits)
{
	static const char alphabet[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "#$%*+,-.:;=?@[]^_{|}~";
	int i;

	for (i = digits - 1; i >= 0; i--) {
		out[i] = alphabet[value % 83];
		value /= 83;
	}
	return out + digits;
}

/* 0..18 for -most..most, finer near zero. */
static int
quantize(double v, double most)
{
	double r = copysign(sqrt(fabs(v / most)), v);

	return (int)fmin(18, fmax(0, floor(r * 9 + 9.5)));
}

/* cos(pi i x / n) for i < parts, x < n. */
static void
cosines(double *out, int parts, int n)
{
	int i, x;

	for (i = 0; i < parts; i++)
		for (x = 0; x < n; x++)
			out[i * n + x] = cos(M_PI * i * x / n);
}

/* The cosine transform of the picture in linear light: part[j][i] is how much
 * of cos(pi i x / w) cos(pi j y / h) is in it. */
static void
transform(const unsigned char *rgba, double part[Y_PARTS * X_PARTS][3])
{
	double across[X_PARTS * FACTS_W], down[Y_PARTS * FACTS_H], linear[256];
	const unsigned char *p;
	double c;
	int x, y, i, k;

	cosines(across, X_PARTS, FACTS_W);
	cosines(down, Y_PARTS, FACTS_H);
	for (i = 0; i < 256; i++)
		linear[i] = to_linear(i);
	memset(part, 0, sizeof(double) * Y_PARTS * X_PARTS * 3);
	for (i = 0; i < X_PARTS * Y_PARTS * FACTS_W * FACTS_H; i++) {
		x = i % FACTS_W;
		y = i / FACTS_W % FACTS_H;
		k = i / (FACTS_W * FACTS_H);
		c = across[k % X_PARTS * FACTS_W + x] *
		    down[k / X_PARTS * FACTS_H + y] *
		    (k == 0 ? 1 : 2) / (FACTS_W * FACTS_H);
		p = rgba + 4 * (y * FACTS_W + x);
		part[k][0] += c * linear[over_white(p, 0)];
		part[k][1] += c * linear[over_white(p, 1)];
		part[k][2] += c * linear[over_white(p, 2)];
	}
}

void
image_facts_blurhash(const unsigned char rgba[FACTS_BYTES],
    char out[FACTS_BLURHASH + 1])
{
	double part[Y_PARTS * X_PARTS][3], most = 0;
	char *p = out;
	int i, k, level;

	transform(rgba, part);
	for (i = 1; i < X_PARTS * Y_PARTS; i++)
		for (k = 0; k < 3; k++)
			most = fmax(most, fabs(part[i][k]));
	level = (int)fmax(0, fmin(82, floor(most * 166 - 0.5)));
	most = (level + 1) / 166.0;
	p = base83(p, X_PARTS - 1 + (Y_PARTS - 1) * 9, 1);
	p = base83(p, level, 1);
	p = base83(p, from_linear(part[0][0]) << 16 |
	    from_linear(part[0][1]) << 8 | from_linear(part[0][2]), 4);
	for (i = 1; i < X_PARTS * Y_PARTS; i++)
		p = base83(p, quantize(part[i][0], most) * 361 +
		    quantize(part[i][1], most) * 19 +
		    quantize(part[i][2], most), 2);
	*p = '\0';
}
