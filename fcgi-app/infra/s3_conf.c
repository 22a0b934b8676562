/* Where the bucket is.  See s3_conf.h. */
#include "s3_conf.h"

#include "conf.h"

#include <errno.h>
#include <stdio.h>

static char access_key[256], secret_key[256];

static bool
read_line(FILE *f, char *to, size_t size)
{
	if (fgets(to, (int)size, f) == NULL)
		return false;
	to[strcspn(to, "\r\n")] = '\0';
	return to[0] != '\0';
}

/* NULL, or why not. */
static const char *
read_keys(void)
{
	FILE *f = fopen(conf.s3_key_file, "re");
	bool good;

	if (f == NULL)
		return strerror(errno);
	good = read_line(f, access_key, sizeof(access_key)) &&
	    read_line(f, secret_key, sizeof(secret_key));
	fclose(f);
	return good ? NULL : "it has not two lines";
}

struct str
s3_conf_host(void)
{
	struct str url = str_of(conf.s3_endpoint);
	size_t from = str_starts(url, STR("https://")) ? 8 : 7;

	return str_sub(url, from, url.n);
}

static bool
is_plain(const char *text, const char *more)
{
	for (; *text != '\0'; text++)
		if (!((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') ||
		    strchr(more, *text) != NULL))
			return false;
	return true;
}

const char *
s3_conf_wrong(const char **setting)
{
	struct str url = str_of(conf.s3_endpoint), host = s3_conf_host();

	*setting = "s3_endpoint";
	if ((!str_starts(url, STR("http://")) &&
	    !str_starts(url, STR("https://"))) || host.n == 0 ||
	    !is_plain(host.p, ".-:[]"))
		return "not http[s]://host[:port]";
	*setting = "s3_bucket";
	if (conf.s3_bucket[0] == '\0' || !is_plain(conf.s3_bucket, ".-"))
		return "not a name of a bucket";
	*setting = "s3_region";
	if (conf.s3_region[0] == '\0' || !is_plain(conf.s3_region, "-"))
		return "not a name of a region";
	*setting = "s3_key_file";
	return read_keys();
}

const char *
s3_conf_access(void)
{
	return access_key;
}

const char *
s3_conf_secret(void)
{
	return secret_key;
}
