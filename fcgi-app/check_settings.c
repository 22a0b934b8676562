/* Settings that can be wrong by themselves.  See check.h. */
#include "check.h"

#include "conf.h"
#include "fetch_gate.h"
#include "mail.h"
#include "mail_text.h"
#include "str.h"

#include <unistd.h>

#define REDIS_HANGS_MS 2300 /* as long may a write take; see cache.h */

/* http://host or https://host[:port], nothing after it. */
static bool
is_origin(struct str s)
{
	struct str http = STR("http://"), https = STR("https://");
	struct str rest = str_starts(s, https) ? str_sub(s, https.n, s.n) :
	    str_starts(s, http) ? str_sub(s, http.n, s.n) : STR_NONE;
	size_t i;

	for (i = 0; i < rest.n; i++)
		if (strchr("/?#@ \t,\"'<>", rest.p[i]) != NULL)
			return false;
	return rest.n > 0;
}

static bool
is_of_this_machine(struct str url)
{
	return str_starts(url, STR("http://127.")) ||
	    str_starts(url, STR("http://localhost")) ||
	    str_starts(url, STR("http://[::1]"));
}

static void
look_at_addresses(void)
{
	struct str url = str_of(conf.public_url);
	struct str media = str_of(conf.media_url);

	if (!is_origin(url))
		check_error("public_url", "https://HOST, without a slash at "
		    "its end", "%s is no address of a site", conf.public_url);
	else if (str_starts(url, STR("http://")) && !is_of_this_machine(url))
		check_warning("public_url", "use https", "browsers keep the "
		    "cookies of a login for https alone");
	else
		check_ok("public_url", "%s", conf.public_url);
	if (media.n == 0 || media.p[media.n - 1] == '/' ||
	    (media.p[0] != '/' && !str_starts(media, STR("http://")) &&
	    !str_starts(media, STR("https://"))))
		check_error("media_url", "/media, or https://HOST/PATH, "
		    "without a slash at its end", "%s is neither a path nor "
		    "an address", conf.media_url);
	else
		check_ok("media_url", "%s", conf.media_url);
}

static void
look_at_origins(void)
{
	struct str all = str_of(conf.cors_origins), one;
	size_t from, to;

	if (all.n == 0)
		return;
	for (from = 0; from <= all.n; from = to + 1) {
		to = str_find(all, ',', from);
		one = str_trim(str_sub(all, from, to));
		if (is_origin(one))
			check_ok("cors_origins", "%.*s", STR_ARG(one));
		else
			check_error("cors_origins", "https://HOST,... without "
			    "paths", "'%.*s' is no origin", STR_ARG(one));
	}
}

static void
look_at_words(void)
{
	if (strcmp(conf.language, "en") != 0 &&
	    strcmp(conf.language, "ko") != 0)
		check_error("language", "en or ko", "there are no words in %s",
		    conf.language);
	else
		check_ok("language", "%s", conf.language);
	if (!fetch_gate_allow_ok(conf.fetch_allow))
		check_error("fetch_allow", "host:port,...", "%s cannot be "
		    "read", conf.fetch_allow);
	else if (conf.fetch_allow[0] != '\0')
		check_warning("fetch_allow", "name none that people may not "
		    "reach", "what they want fetched may come from %s",
		    conf.fetch_allow);
}

/* Numbers that are within their bounds, and yet do not go together. */
static void
look_at_numbers(void)
{
	int64_t memory = (int64_t)sysconf(_SC_PHYS_PAGES) *
	    sysconf(_SC_PAGESIZE) / (1 << 20);

	if (conf.limit_scale > 1)
		check_warning("limit_scale", "1", "rate limits are %lld times "
		    "what they should be", (long long)conf.limit_scale);
	if (conf.hash_ops < 2 || conf.hash_kb < 19456)
		check_warning("hash_kb", "hash_ops 2 and hash_kb 19456 or "
		    "more", "stolen password hashes are cheap to try");
	if (conf.refresh_s <= conf.access_s)
		check_error("refresh_s", "days, where access_s is minutes",
		    "a login ends before its first access token");
	if (conf.statement_ms * 9 / 10 < REDIS_HANGS_MS && conf.cache)
		check_warning("statement_ms", "2600 or more", "writes fail "
		    "that wait for one that waits for Redis");
	if (conf.statement_ms >= conf.request_s * 1000)
		check_warning("statement_ms", "less than request_s", "a "
		    "worker is replaced before its statement is given up");
	if (conf.upload_max > 20971520)
		check_warning("upload_max", "raise client_max_body_size in "
		    "nginx/snippets/pinwall-site.conf.in too", "Nginx refuses "
		    "pictures over 20 MB");
	if (conf.image_mb * conf.image_children > memory)
		check_warning("image_mb", "lower it, or image_children",
		    "%lld pictures of %lld MiB at once are more than the "
		    "memory here (%lld MiB)", (long long)conf.image_children,
		    (long long)conf.image_mb, (long long)memory);
	if (conf.cache == 0)
		check_warning("cache", "1", "every answer is made anew");
}

void
check_settings(void)
{
	look_at_addresses();
	look_at_origins();
	look_at_words();
	look_at_numbers();
}

void
check_mail(void)
{
	bool server = conf.smtp_url[0] != '\0';
	const char *why;

	if (mail_address_of(str_of(conf.mail_from)).n == 0)
		check_error("mail_from", "Name <address@host>", "%s has no "
		    "address", conf.mail_from);
	else if (server && strstr(conf.mail_from, "@localhost") != NULL)
		check_warning("mail_from", "an address of yours", "%s: other "
		    "servers refuse it", conf.mail_from);
	else
		check_ok("mail_from", "%s", conf.mail_from);
	if (!server) {
		if (is_of_this_machine(str_of(conf.public_url)))
			check_ok("smtp_url", "none: mails become files in %s",
			    conf.mail_dir);
		else
			check_warning("smtp_url", "smtp://HOST:PORT or smtps:"
			    "//HOST:PORT", "nobody gets mails: they become "
			    "files in %s", conf.mail_dir);
		return;
	}
	if (conf.smtp_user[0] != '\0' && conf.smtp_password_file[0] == '\0')
		check_error("smtp_password_file", "the file with the password",
		    "smtp_user has no password");
	why = mail_open() ? mail_reach() : "it cannot be used as it stands";
	if (why != NULL)
		check_error("smtp_url", "smtp://HOST:PORT or smtps://HOST:PORT"
		    " of a server that is up, and its login in smtp_user and "
		    "smtp_password_file", "%s: %s", conf.smtp_url, why);
	else
		check_ok("smtp_url", "%s answers%s", conf.smtp_url,
		    conf.smtp_user[0] != '\0' ? " and knows the login" : "");
}
