/* Where a request's page is from.  See origin.h. */
#include "origin.h"

#include "conf.h"

/* An address's scheme, host and port, without the port that its scheme has
 * anyway: so browsers write an origin. */
static struct str
origin_of(struct str address)
{
	size_t host = str_find(address, ':', 0) + 3;
	struct str found = str_sub(address, 0, str_find(address, '/', host));

	if (str_starts(found, STR("https://")) && str_ends(found, STR(":443")))
		found.n -= 4;
	else if (str_starts(found, STR("http://")) &&
	    str_ends(found, STR(":80")))
		found.n -= 3;
	return found;
}

/* Hosts are the same in either case; browsers write them small. */
static bool
is_ours(struct str origin)
{
	return str_eq_nocase(origin, origin_of(str_of(conf.public_url)));
}

bool
origin_is_own_page(const struct req *rq)
{
	if (!str_eq(rq->requested_with, STR("pinwall")))
		return false;
	if (rq->origin.n > 0 && !is_ours(rq->origin))
		return false;
	return rq->fetch_site.n == 0 ||
	    str_eq(rq->fetch_site, STR("same-origin")) ||
	    str_eq(rq->fetch_site, STR("none"));
}
