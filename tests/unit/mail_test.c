/* Mails: addresses, the form of messages, and the folder.  What a mail reader
 * makes of them, and SMTP, is in tests/api/test_mail.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "mail.h"
#include "mail_text.h"
#include "place.h"
#include "rand.h"

#include <sys/stat.h>

static struct arena *mem;
static struct buf out;

static void
addresses(void **state)
{
	static const char *const fine[] = { "a@b", "kim@example.org",
		"k.i.m@mail.example.co.kr", "kim+pins@example.org",
		"o'brien@example.org", "noreply@localhost", "a-b_c@x-1.y2",
		"1@2.3", "=?utf-8?q?x?=@example.org" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a@b@c",
		"a b@c", "a@b c", " a@b", "a@b ", "a@b\r\nBcc: x@y",
		"a\r\n@b", "a@b\n", "a\r@b", "a@b,c@d", "a@b;c@d",
		"<a@b>", "A <a@b>", "a@<b>", "\"a b\"@c", "a@[127.0.0.1]",
		".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b",
		"a@b-", "a@b_c", "a@b/c", "(x)a@b", "a@b(x)", "a\\@b", "a:b@c",
		"김@example.org", "a@예시.org", "a@b\x7f", "a@b\t",
		"a%0d%0a@b c" };
	char text[300];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (!mail_address_is_good(str_of(fine[i])))
			fail_msg("refused: %s", fine[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (mail_address_is_good(str_of(bad[i])))
			fail_msg("accepted: %s", bad[i]);
	assert_false(mail_address_is_good((struct str){ "a@b\0", 4 }));
	assert_false(mail_address_is_good((struct str){ "a\0@b", 4 }));
	assert_false(mail_address_is_good(STR_NONE));
	memset(text, 'a', sizeof(text));
	text[64] = '@';
	assert_true(mail_address_is_good((struct str){ text, 64 + 1 + 63 }));
	assert_false(mail_address_is_good((struct str){ text, 64 + 1 + 64 }));
	text[128] = text[192] = '.';
	assert_true(mail_address_is_good((struct str){ text, 254 }));
	text[64] = 'a';
	text[65] = '@';
	assert_false(mail_address_is_good((struct str){ text, 120 }));
	/* A local part of 65 characters with a dot in it. */
	memset(text, 'a', sizeof(text));
	text[30] = '.';
	text[64] = '@';
	assert_true(mail_address_is_good((struct str){ text, 70 }));
	text[64] = 'a';
	text[65] = '@';
	assert_false(mail_address_is_good((struct str){ text, 70 }));
	text[30] = 'a';
	text[2] = '@';
	text[65] = text[128] = text[192] = '.';
	assert_false(mail_address_is_good((struct str){ text, 255 }));
}

/* Every byte but those of an address, anywhere in one, makes it bad. */
static void
address_bytes(void **state)
{
	char text[] = "kim@example.org";
	size_t i, n = sizeof(text) - 1;
	int c, good;
	char was;

	(void)state;
	for (i = 0; i < n; i++) {
		was = text[i];
		for (c = good = 0; c < 256; c++) {
			text[i] = (char)c;
			if (!mail_address_is_good((struct str){ text, n }))
				continue;
			good++;
			assert_in_range(c, '!', '~');
			assert_null(strchr("<>()[]\\,;:\" ", c));
		}
		assert_in_range(good, 1, 82);
		text[i] = was;
	}
}

static void
senders(void **state)
{
	(void)state;
	assert_true(str_eq(mail_address_of(STR("Pinwall <no@x.org>")),
	    STR("no@x.org")));
	assert_true(str_eq(mail_address_of(STR("no@x.org")),
	    STR("no@x.org")));
	assert_null(mail_address_of(STR("Pinwall <no@x.org")).p);
	assert_null(mail_address_of(STR("Pinwall no@x.org")).p);
	assert_null(mail_address_of(STR("A <b@c> <d@e>")).p);
	assert_null(mail_address_of(STR("A <b@c\r\n>")).p);
	assert_null(mail_address_of(STR("")).p);
}

static void
subjects(void **state)
{
	char text[201];

	(void)state;
	assert_true(mail_subject_is_good(STR("Confirm your address")));
	assert_true(mail_subject_is_good(STR("이메일 주소 확인")));
	assert_true(mail_subject_is_good(STR("")));
	assert_false(mail_subject_is_good(STR("a\r\nBcc: x@y")));
	assert_false(mail_subject_is_good(STR("a\nb")));
	assert_false(mail_subject_is_good(STR("a\tb")));
	assert_false(mail_subject_is_good(STR("a\x7f")));
	assert_false(mail_subject_is_good(STR("a\xc2\x85")));
	assert_false(mail_subject_is_good(STR("\xff")));
	assert_false(mail_subject_is_good((struct str){ "a\0b", 3 }));
	memset(text, 'a', sizeof(text));
	assert_true(mail_subject_is_good((struct str){ text, 200 }));
	assert_false(mail_subject_is_good((struct str){ text, 201 }));
}

static struct str
message(const char *from, struct str subject, struct str text)
{
	buf_reset(&out, 1 << 20);
	mail_text(&out, &(struct mail_message){ .from = str_of(from),
	    .to = STR("kim@example.org"), .subject = subject, .text = text,
	    .now_us = INT64_C(1763769600123456), .id = "ID1" });
	assert_true(buf_ok(&out));
	return buf_view(&out);
}

static void
whole_message(void **state)
{
	struct str got = message("Pinwall <no@x.org>", STR("Hello"),
	    STR("One\r\nTwo\n.\n\nhttp://127.0.0.1/?a=b"));

	(void)state;
	assert_true(str_eq(got, STR(
	    "Date: Sat, 22 Nov 2025 00:00:00 +0000\r\n"
	    "From: \"Pinwall\" <no@x.org>\r\n"
	    "To: kim@example.org\r\n"
	    "Subject: Hello\r\n"
	    "Message-ID: <ID1@x.org>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "\r\n"
	    "One\r\nTwo\r\n.\r\n\r\nhttp://127.0.0.1/?a=b\r\n")));
}

static void
has(struct str m, const char *part)
{
	if (memmem(m.p, m.n, part, strlen(part)) == NULL)
		fail_msg("%s is not in:\n%.*s", part, STR_ARG(m));
}

static void
encodings(void **state)
{
	struct str got;

	(void)state;
	got = message("P\"i\\n <no@x.org>", STR("=?x?="),
	    STR("a \n= 가\nb\t\n c\n"));
	has(got, "From: \"P\\\"i\\\\n\" <no@x.org>\r\n");
	has(got, "Subject: =?UTF-8?B?PT94Pz0=?=\r\n");
	has(got, "\r\n\r\na=20\r\n=3D =EA=B0=80\r\nb=09\r\n c\r\n");
	got = message("\"Pin, wall\" <no@x.org>", STR("확인"), STR(""));
	has(got, "From: \"Pin, wall\" <no@x.org>\r\n");
	has(got, "Subject: =?UTF-8?B?7ZmV7J24?=\r\n");
	got = message("핀 <no@x.org>", STR("s"), STR(""));
	has(got, "From: =?UTF-8?B?7ZWA?= <no@x.org>\r\n");
	got = message("<no@x.org>", STR("s"), STR(""));
	has(got, "From: no@x.org\r\n");
}

/* Whatever the texts are, the message is ASCII in lines of at most 78 that
 * end with CR LF, and has the headers that it should. */
static void
check_form(struct str m, bool quoted)
{
	static const char *const names[] = { "Date: ", "From: ", "To: ",
		"Subject: ", "Message-ID: ", "MIME-Version: ",
		"Content-Type: ", "Content-Transfer-Encoding: ",
		"Auto-Submitted: " };
	size_t header = 0, end;
	bool body = false;
	struct str line;

	while (m.n > 0) {
		end = str_find(m, '\n', 0);
		assert_true(end > 0 && end < m.n && m.p[end - 1] == '\r');
		line = str_sub(m, 0, end - 1);
		m = str_sub(m, end + 1, m.n);
		for (end = 0; end < line.n; end++)
			assert_in_range(line.p[end], ' ', '~');
		if (!body || quoted)
			assert_true(line.n <= (body ? 76 : 78));
		if (body || (line.n > 0 && line.p[0] == ' '))
			continue;
		if (line.n == 0) {
			body = true;
			continue;
		}
		assert_true(header < 9);
		assert_true(str_starts(line, str_of(names[header++])));
	}
	assert_int_equal(header, 9);
	assert_true(body);
}

static void
any_text(void **state)
{
	static const char *const subjects_[] = { "이메일 주소를 확인해 주세요",
		"=?UTF-8?B?WA==?=", "a", "",
		"가나다라마바사아자차카타파하가나다라마바사아자차카타파하"
		"가나다라마바사아자차카타파하",
		"a very long subject that goes on and on and on and on and on "
		"and on until it has to be folded" };
	static const char *const senders_[] = { "Pinwall <no@x.org>",
		"no@x.org", "핀월 <no@x.org>", "\"Pin, wall\" <no@x.org>",
		"P\"i\\n <no@x.org>", "<no@x.org>" };
	char text[3000];
	size_t i, j, n;

	(void)state;
	for (i = 0; i < 2000; i++) {
		n = (size_t)rand_below(sizeof(text));
		rand_bytes(text, n);
		for (j = 0; j < n; j++) {
			if (i % 3 == 1) /* mostly plain */
				text[j] = (char)(' ' + (text[j] & 63));
			if (i % 5 == 0 && (text[j] & 15) == 3)
				text[j] = '\n';
			if (i % 7 == 0 && (text[j] & 15) == 5)
				text[j] = "= \t."[text[j] >> 4 & 3];
		}
		message(senders_[i % 6], str_of(subjects_[i / 6 % 6]),
		    (struct str){ text, n });
		check_form(buf_view(&out), memmem(out.p, out.n,
		    "quoted-printable", 16) != NULL);
	}
}

static void
into_folder(void **state)
{
	char folder[64], path[400], text[4000];
	struct dirent *entry;
	struct stat st;
	size_t n;
	DIR *d;
	FILE *f;
	int files = 0;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/mail", place);
	conf.mail_dir = folder;
	assert_int_equal(mail_send(mem, STR("kim@example.org"), "확인",
	    STR("링크: http://x/?token=abc\n")), OK);
	assert_int_equal(mail_send(mem, STR("kim@example.org"), "two",
	    STR("2\n")), OK);
	assert_int_equal(mail_send(mem, STR("kim@example.org\r\nX: y"), "s",
	    STR("t")), ERR_INPUT);
	assert_int_equal(mail_send(mem, STR("kim@example.org"), "s\r\nX: y",
	    STR("t")), ERR_INPUT);
	d = opendir(folder);
	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.') {
			assert_true(strcmp(entry->d_name, ".") == 0 ||
			    strcmp(entry->d_name, "..") == 0);
			continue;
		}
		files++;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		assert_true(str_ends(str_of(path), STR(".eml")));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		f = fopen(path, "r");
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
		check_form((struct str){ text, n }, true);
		unlink(path);
	}
	closedir(d);
	assert_int_equal(files, 2);
	assert_int_equal(rmdir(folder), 0);
	conf.mail_dir = "/proc/no/such/place";
	assert_int_equal(mail_send(mem, STR("kim@example.org"), "s",
	    STR("t")), ERR_STORAGE);
	conf.mail_dir = folder;
}

static void
settings(void **state)
{
	const char *from = conf.mail_from;

	(void)state;
	assert_true(mail_open());
	conf.mail_from = "Pinwall";
	assert_false(mail_open());
	conf.mail_from = "Pin\r\nwall <a@b>";
	assert_false(mail_open());
	conf.mail_from = from;
	conf.smtp_url = "http://127.0.0.1:25";
	assert_false(mail_open());
	conf.smtp_url = "smtp://kim:secret@127.0.0.1:25";
	assert_false(mail_open());
	conf.smtp_url = "smtps://mail.example.org:465";
	assert_true(mail_open());
	conf.smtp_password_file = "/no/such/file";
	assert_false(mail_open());
	conf.smtp_password_file = conf.smtp_url = "";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(address_bytes),
		cmocka_unit_test(senders),
		cmocka_unit_test(subjects),
		cmocka_unit_test(whole_message),
		cmocka_unit_test(encodings),
		cmocka_unit_test(any_text),
		cmocka_unit_test(into_folder),
		cmocka_unit_test(settings),
	};

	place_make();
	mem = arena_open(1024 * 1024);
	buf_open(&out, 1 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
