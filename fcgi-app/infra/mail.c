/* Mail: the two ways out.  The message itself is mail_text.c's. */
#include "mail.h"

#include "clock.h"
#include "conf.h"
#include "fd.h"
#include "log.h"
#include "mail_text.h"
#include "rand.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define MESSAGE_MOST (1024 * 1024)
#define SEND_S 30L
#define CONNECT_S 10L
/* For one answer; libcurl waits so long once more for the answer to its QUIT,
 * after its other limits have passed. */
#define ANSWER_S 15L

static char password[256];

static bool
read_password(void)
{
	const char *path = conf.smtp_password_file;
	FILE *f;
	bool good;

	password[0] = '\0';
	if (path[0] == '\0')
		return true;
	f = fopen(path, "re");
	good = f != NULL && fgets(password, sizeof(password), f) != NULL;
	if (!good)
		log_error("mail.bad file=%s reason=%s", path,
		    f == NULL ? strerror(errno) : "it is empty");
	if (f != NULL)
		fclose(f);
	password[strcspn(password, "\r\n")] = '\0';
	return good;
}

bool
mail_open(void)
{
	struct str from = str_of(conf.mail_from);
	struct str url = str_of(conf.smtp_url);

	if (mail_address_of(from).n == 0 || !mail_subject_is_good(from)) {
		log_error("mail.bad setting=mail_from");
		return false;
	}
	if (url.n == 0)
		return true;
	/* The address is logged, so no password may stand in it. */
	if ((!str_starts(url, STR("smtp://")) &&
	    !str_starts(url, STR("smtps://"))) ||
	    str_find(url, '@', 0) < url.n) {
		log_error("mail.bad setting=smtp_url");
		return false;
	}
	return read_password() && curl_global_init(CURL_GLOBAL_DEFAULT) == 0;
}

static void
close_buf(void *arg)
{
	buf_close(arg);
}

static bool
write_file(const char *path, struct str s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return false;
	good = fd_write(fd, s) && fsync(fd) == 0;
	return close(fd) == 0 && good;
}

/* Under a name that readers pass over, then renamed: never seen half. */
static enum err
put_file(struct arena *a, const char *id, struct str message)
{
	struct str final = arena_printf(a, "%s/%s.eml", conf.mail_dir, id);
	struct str draft = arena_printf(a, "%s/.%s.new", conf.mail_dir, id);

	if (mkdir(conf.mail_dir, 0700) != 0 && errno != EEXIST) {
		log_error("mail.write folder=%s reason=%s", conf.mail_dir,
		    strerror(errno));
		return ERR_STORAGE;
	}
	if (!write_file(draft.p, message) || rename(draft.p, final.p) != 0) {
		log_error("mail.write file=%s reason=%s", final.p,
		    strerror(errno));
		unlink(draft.p);
		return ERR_STORAGE;
	}
	log_info("mail.written file=%s", final.p);
	return OK;
}

static size_t
give(char *to, size_t size, size_t n, void *arg)
{
	struct str *left = arg;
	size_t most = size * n < left->n ? size * n : left->n;

	memcpy(to, left->p, most);
	*left = str_sub(*left, most, left->n);
	return most;
}

static bool
is_local(const char *url)
{
	static const char *const hosts[] = { "smtp://127.0.0.1",
		"smtp://localhost", "smtp://[::1]" };
	struct str u = str_of(url), h;
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		h = str_of(hosts[i]);
		if (str_starts(u, h) &&
		    (u.n == h.n || u.p[h.n] == ':' || u.p[h.n] == '/'))
			return true;
	}
	return false;
}

static long
tls_wanted(void)
{
	if (strncmp(conf.smtp_url, "smtps://", 8) == 0)
		return CURLUSESSL_ALL;
	return conf.smtp_user[0] != '\0' && !is_local(conf.smtp_url) ?
	    CURLUSESSL_ALL : CURLUSESSL_TRY;
}

static void
set_server(CURL *c)
{
	curl_easy_setopt(c, CURLOPT_URL, conf.smtp_url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_USE_SSL, tls_wanted());
	if (conf.smtp_user[0] != '\0') {
		curl_easy_setopt(c, CURLOPT_USERNAME, conf.smtp_user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, password);
	}
	curl_easy_setopt(c, CURLOPT_TIMEOUT, SEND_S);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, ANSWER_S);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
}

static void
set_message(CURL *c, const char *from, struct curl_slist *to, struct str *left)
{
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, left);
}

const char *
mail_reach(void)
{
	CURL *c = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (c != NULL) {
		set_server(c);
		curl_easy_setopt(c, CURLOPT_TIMEOUT, CONNECT_S);
		curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
		code = curl_easy_perform(c);
	}
	curl_easy_cleanup(c);
	return code == CURLE_OK ? NULL : curl_easy_strerror(code);
}

static enum err
post(struct arena *a, struct str to, struct str message)
{
	struct str from = arena_dup(a, mail_address_of(
	    str_of(conf.mail_from)));
	struct str receiver = arena_dup(a, to);
	struct curl_slist *list = curl_slist_append(NULL, receiver.p);
	CURL *c = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long answer = 0;

	if (c != NULL && list != NULL) {
		set_server(c);
		set_message(c, from.p, list, &message);
		code = curl_easy_perform(c);
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
	}
	curl_slist_free_all(list);
	curl_easy_cleanup(c);
	if (code != CURLE_OK) {
		log_error("mail.send url=%s answer=%ld reason=%s",
		    conf.smtp_url, answer, curl_easy_strerror(code));
		return ERR_UPSTREAM;
	}
	log_info("mail.sent answer=%ld", answer);
	return OK;
}

enum err
mail_send(struct arena *a, struct str to, const char *subject_utf8,
    struct str text)
{
	struct buf *b = arena_zalloc(a, sizeof(*b));
	char mark[17];
	struct str id;

	if (!mail_address_is_good(to) ||
	    !mail_subject_is_good(str_of(subject_utf8))) {
		log_warn("mail.refused reason=address or subject");
		return ERR_INPUT;
	}
	rand_text(mark, 12);
	id = arena_printf(a, "%lld-%s", (long long)clock_now(), mark);
	buf_open(b, MESSAGE_MOST);
	arena_defer(a, close_buf, b);
	mail_text(b, &(struct mail_message){ .from = str_of(conf.mail_from),
	    .to = to, .subject = str_of(subject_utf8), .text = text,
	    .now_us = clock_now(), .id = id.p });
	if (!buf_ok(b)) {
		log_error("mail.refused reason=too long");
		return ERR_TOO_LARGE;
	}
	return conf.smtp_url[0] == '\0' ? put_file(a, id.p, buf_view(b)) :
	    post(a, to, buf_view(b));
}
