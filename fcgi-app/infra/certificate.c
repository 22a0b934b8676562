/* When a certificate ends.  See certificate.h. */
#include "certificate.h"

#include "base64.h"

#include <stdio.h>
#include <time.h>

#define FILE_MOST 65536
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

enum { SEQUENCE = 0x30, VERSION = 0xa0, UTC_TIME = 0x17, LONG_TIME = 0x18 };

/* Takes the next value of DER from *rest; its tag, -1: there is none. */
static int
take(struct str *rest, struct str *value)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t n, head = 2, i;

	if (rest->n < 2)
		return -1;
	n = p[1];
	if (n > 0x80 && n <= 0x83 && rest->n > 2 + (n & 0x7f)) {
		head += n & 0x7f;
		for (n = 0, i = 2; i < head; i++)
			n = n << 8 | p[i];
	} else if (n >= 0x80) {
		return -1;
	}
	if (n > rest->n - head)
		return -1;
	*value = str_sub(*rest, head, head + n);
	*rest = str_sub(*rest, head + n, rest->n);
	return p[0];
}

static bool
enter(struct str *rest, struct str *inside)
{
	return take(rest, inside) == SEQUENCE;
}

/* n digits from `at` on; -1: they are none. */
static int
digits(struct str text, size_t at, size_t n)
{
	int number = 0;
	size_t i;

	for (i = at; i < at + n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		number = number * 10 + (text.p[i] - '0');
	}
	return number;
}

/* "YYMMDDhhmmssZ" (of 1950 to 2049), or with four digits of the year. */
static int64_t
time_of(int tag, struct str text)
{
	size_t year = tag == LONG_TIME ? 4 : 2, i;
	int part[6];
	struct tm tm;

	if ((tag != UTC_TIME && tag != LONG_TIME) || text.n != year + 11)
		return 0;
	for (i = 0; i < 6; i++) {
		part[i] = i == 0 ? digits(text, 0, year) :
		    digits(text, year + 2 * i - 2, 2);
		if (part[i] < 0)
			return 0;
	}
	if (tag == UTC_TIME)
		part[0] += part[0] < 50 ? 2000 : 1900;
	tm = (struct tm){ .tm_year = part[0] - 1900, .tm_mon = part[1] - 1,
		.tm_mday = part[2], .tm_hour = part[3], .tm_min = part[4],
		.tm_sec = part[5] };
	return timegm(&tm);
}

static int64_t
end_of(struct str der)
{
	struct str whole, inside, value;
	int tag, i;

	if (!enter(&der, &whole) || !enter(&whole, &inside))
		return 0;
	tag = take(&inside, &value); /* version, if not the first, or serial */
	for (i = tag == VERSION ? 0 : 1; i < 3; i++)
		if (take(&inside, &value) < 0) /* serial, algorithm, issuer */
			return 0;
	if (!enter(&inside, &value) || take(&value, &whole) < 0)
		return 0;
	tag = take(&value, &whole);
	return time_of(tag, whole);
}

/* The URL's alphabet for the standard one, without padding and lines. */
static char
plain(char c)
{
	return c == '+' ? '-' : c == '/' ? '_' : c;
}

int64_t
certificate_end_of(struct str pem)
{
	static char text[FILE_MOST], der[FILE_MOST];
	const char *at = memmem(pem.p, pem.n, BEGIN, STR(BEGIN).n), *end;
	size_t n = 0;

	if (at == NULL)
		return 0;
	at += STR(BEGIN).n;
	end = memmem(at, (size_t)(pem.p + pem.n - at), END, STR(END).n);
	for (; end != NULL && at < end && n < FILE_MOST; at++)
		if ((unsigned char)*at > ' ' && *at != '=')
			text[n++] = plain(*at);
	if (!base64_url_read((struct str){ text, n }, der, sizeof(der), &n))
		return 0;
	return end_of((struct str){ der, n });
}

int64_t
certificate_end(const char *path)
{
	static char text[FILE_MOST];
	FILE *f = fopen(path, "re");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
	}
	return certificate_end_of((struct str){ text, n });
}
