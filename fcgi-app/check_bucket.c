/* Are pictures in a bucket, and does it let the site in?  See check.h. */
#include "check.h"

#include "arena.h"
#include "conf.h"
#include "s3.h"
#include "s3_conf.h"

#include <string.h>

/* What a service says, and which setting that is about. */
static const struct told {
	const char *code, *setting, *to_do;
} all[] = {
	{ "NoSuchBucket", "s3_bucket", "make it, or name the one there is" },
	{ "InvalidAccessKeyId", "s3_key_file", "the access key and the secret "
	    "key, a line each" },
	{ "SignatureDoesNotMatch", "s3_key_file", "the secret key of that "
	    "access key; s3_region has to be the service's, too" },
	{ "AccessDenied", "s3_key_file", "a key that may list, get, put and "
	    "delete in the bucket" },
	{ "AuthorizationHeaderMalformed", "s3_region", "the region that the "
	    "service names" },
	{ "PermanentRedirect", "s3_region", "the region of the bucket, and "
	    "its endpoint" },
	{ "RequestTimeTooSkewed", "clock", "set it, and run an NTP client" },
	{ NULL, "s3_endpoint", "the address of a service that is up, reached "
	    "from here, and s3_path_style as it wants it" },
};

static void
look_at_service(struct arena *mem)
{
	const char *why = s3_reach(mem);
	const struct told *t = all;

	if (why == NULL) {
		check_ok("s3_endpoint", "%s lets it list %s",
		    conf.s3_endpoint, conf.s3_bucket);
		return;
	}
	while (t->code != NULL && strcmp(t->code, why) != 0)
		t++;
	check_error(t->setting, t->to_do, "the bucket %s at %s: %s",
	    conf.s3_bucket, conf.s3_endpoint, why);
}

void
check_bucket(void)
{
	struct arena *mem;
	const char *setting, *why;

	if (strcmp(conf.media, "files") == 0) {
		check_ok("media", "files");
		return;
	}
	if (strcmp(conf.media, "s3") != 0) {
		check_error("media", "files or s3", "%s is neither",
		    conf.media);
		return;
	}
	if (!check_secret("s3_key_file", conf.s3_key_file, 1))
		return;
	why = s3_conf_wrong(&setting);
	if (why != NULL) {
		check_error(setting, "`pinwall conf` prints its meaning", "%s",
		    why);
		return;
	}
	mem = arena_open(8 << 20);
	if (s3_open())
		look_at_service(mem);
	arena_close(mem);
}
