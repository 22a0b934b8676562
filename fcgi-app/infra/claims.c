/* The reader walks once over the text; where it stands is the struct str that
 * is left. */
#include "claims.h"

static bool
take(struct str *left, char c)
{
	if (left->n == 0 || left->p[0] != c)
		return false;
	left->p++;
	left->n--;
	return true;
}

/* "..." of printable ASCII without quotes and backslashes inside. */
static bool
take_text(struct str *left, struct str *out)
{
	size_t n = 0;

	if (!take(left, '"'))
		return false;
	while (n < left->n && left->p[n] >= 0x20 && left->p[n] < 0x7f &&
	    left->p[n] != '"' && left->p[n] != '\\')
		n++;
	*out = str_sub(*left, 0, n);
	*left = str_sub(*left, n, left->n);
	return take(left, '"');
}

static bool
take_number(struct str *left, int64_t *out)
{
	size_t n = 0;

	while (n < left->n && left->p[n] >= '0' && left->p[n] <= '9')
		n++;
	if (!str_int(str_sub(*left, 0, n), out))
		return false;
	*left = str_sub(*left, n, left->n);
	return true;
}

static bool
take_member(struct str *left, const struct claim *claims, size_t n,
    struct claim_value *values)
{
	struct str name;
	size_t i;

	if (!take_text(left, &name) || !take(left, ':'))
		return false;
	for (i = 0; i < n; i++)
		if (str_eq(name, str_of(claims[i].name)))
			break;
	if (i == n || values[i].given)
		return false;
	values[i].given = true;
	return claims[i].type == CLAIM_TEXT ?
	    take_text(left, &values[i].text) :
	    take_number(left, &values[i].number);
}

bool
claims_read(struct str json, const struct claim *claims, size_t n,
    struct claim_value *values)
{
	size_t i;

	memset(values, 0, n * sizeof(*values));
	if (!take(&json, '{'))
		return false;
	do {
		if (!take_member(&json, claims, n, values))
			return false;
	} while (take(&json, ','));
	if (!take(&json, '}') || json.n != 0)
		return false;
	for (i = 0; i < n; i++)
		if (claims[i].required && !values[i].given)
			return false;
	return true;
}
