/*
 * The palette: pixels are gathered in 4,096 bins, the bins are clustered.
 *
 * The first centre is the heaviest bin; each further one is the bin that is
 * worst served, by weight times distance squared, so that the outcome depends
 * on nothing but the pixels.  Six rounds of k-means follow; clusters that look
 * alike are joined.
 */
#include "image_facts.h"

#include <math.h>
#include <string.h>

#define BINS 4096
#define ROUNDS 6
#define ALIKE 0.06 /* distance in Oklab below which two are one colour */

struct bin {
	int weight, sum[3];
	double lab[3];
};

struct cluster {
	double centre[3];
	int weight, heaviest; /* index of a bin */
};

/* https://bottosson.github.io/posts/oklab/, from sRGB 0..255 */
static void
oklab(const double rgb[3], double lab[3])
{
	double c[3], l, m, s, x;
	int i;

	for (i = 0; i < 3; i++) {
		x = rgb[i] / 255;
		c[i] = x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
	}
	l = cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] +
	    0.0514459929 * c[2]);
	m = cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] +
	    0.1073969566 * c[2]);
	s = cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] +
	    0.6299787005 * c[2]);
	lab[0] = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
	lab[1] = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
	lab[2] = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
}

static double
distance2(const double a[3], const double b[3])
{
	return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
	    (a[2] - b[2]) * (a[2] - b[2]);
}

/* The bins in use; how many. */
static int
gather(const unsigned char *rgba, struct bin bins[BINS])
{
	double rgb[3];
	struct bin *b;
	int i, k, n = 0;

	memset(bins, 0, sizeof(*bins) * BINS);
	for (i = 0; i < FACTS_BYTES; i += 4) {
		if (rgba[i + 3] < 128)
			continue;
		b = &bins[(rgba[i] >> 4) << 8 | (rgba[i + 1] >> 4) << 4 |
		    rgba[i + 2] >> 4];
		b->weight++;
		for (k = 0; k < 3; k++)
			b->sum[k] += rgba[i + k];
	}
	for (i = 0; i < BINS; i++) {
		if (bins[i].weight == 0)
			continue;
		for (k = 0; k < 3; k++)
			rgb[k] = (double)bins[i].sum[k] / bins[i].weight;
		bins[n] = bins[i];
		oklab(rgb, bins[n++].lab);
	}
	return n;
}

/* The nearest of n clusters. */
static int
nearest(const double lab[3], const struct cluster *c, int n)
{
	int i, best = 0;

	for (i = 1; i < n; i++)
		if (distance2(lab, c[i].centre) <
		    distance2(lab, c[best].centre))
			best = i;
	return best;
}

/* The first centres; how many. */
static int
start(const struct bin *bins, int nbins, struct cluster *c)
{
	double need, worst, d;
	int i, at, n = 0;

	while (n < FACTS_COLOURS) {
		worst = 0;
		at = 0;
		for (i = 0; i < nbins; i++) {
			d = n == 0 ? 1 : distance2(bins[i].lab,
			    c[nearest(bins[i].lab, c, n)].centre);
			need = bins[i].weight * d;
			if (d >= ALIKE * ALIKE && need > worst) {
				worst = need;
				at = i;
			}
		}
		if (worst == 0)
			break;
		memcpy(c[n++].centre, bins[at].lab, sizeof(c->centre));
	}
	return n;
}

/* Gives each bin to the nearest centre and moves the centres there. */
static void
settle(const struct bin *bins, int nbins, struct cluster *c, int n)
{
	double sum[FACTS_COLOURS][3] = { { 0 } };
	int i, k, at;

	for (i = 0; i < n; i++)
		c[i].weight = 0;
	for (i = 0; i < nbins; i++) {
		at = nearest(bins[i].lab, c, n);
		if (c[at].weight == 0 ||
		    bins[i].weight > bins[c[at].heaviest].weight)
			c[at].heaviest = i;
		c[at].weight += bins[i].weight;
		for (k = 0; k < 3; k++)
			sum[at][k] += bins[i].lab[k] * bins[i].weight;
	}
	for (i = 0; i < n; i++)
		for (k = 0; k < 3 && c[i].weight > 0; k++)
			c[i].centre[k] = sum[i][k] / c[i].weight;
}

/* The lighter one of two that look alike goes into the other. */
static void
join(const struct bin *bins, struct cluster *c, int n)
{
	int i, j;

	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++) {
			if (c[j].weight == 0 || distance2(
			    bins[c[i].heaviest].lab,
			    bins[c[j].heaviest].lab) >= ALIKE * ALIKE)
				continue;
			c[i].weight += c[j].weight;
			c[j].weight = 0;
		}
}

static void
sort(struct cluster *c, int n)
{
	struct cluster x;
	int i, j;

	for (i = 1; i < n; i++) {
		x = c[i];
		for (j = i; j > 0 && c[j - 1].weight < x.weight; j--)
			c[j] = c[j - 1];
		c[j] = x;
	}
}

/* The colour of a bin, rounded. */
static uint32_t
colour(const struct bin *b)
{
	uint32_t v = 0;
	int k;

	for (k = 0; k < 3; k++)
		v = v << 8 | (uint32_t)((b->sum[k] + b->weight / 2) /
		    b->weight);
	return v;
}

int
image_facts_palette(const unsigned char rgba[FACTS_BYTES],
    uint32_t out[FACTS_COLOURS])
{
	struct cluster c[FACTS_COLOURS] = { { .weight = 0 } };
	struct bin bins[BINS];
	int i, n, nbins = gather(rgba, bins), total = 0;

	out[0] = 0xffffff;
	if (nbins == 0)
		return 1;
	n = start(bins, nbins, c);
	for (i = 0; i < ROUNDS; i++)
		settle(bins, nbins, c, n);
	sort(c, n);
	join(bins, c, n);
	sort(c, n);
	for (i = 0; i < n; i++)
		total += c[i].weight;
	for (i = 0; i < n && (i == 0 || c[i].weight * 100 >= total); i++)
		out[i] = colour(&bins[c[i].heaviest]);
	return i;
}
