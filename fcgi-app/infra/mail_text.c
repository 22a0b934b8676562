/* Messages.  See mail_text.h. */
#include "mail_text.h"

#include "base64.h"
#include "clock.h"
#include "utf8.h"

#include <ctype.h>

#define LINE 76     /* of quoted-printable, RFC 2045 6.7 (5) */
#define PLAIN_LINE 990
#define WORD_BYTES 39 /* in one encoded word: a line of at most 76, 2047 (2) */
#define SUBJECT_PLAIN 66
#define SUBJECT_MOST 200

static bool
is_atext(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Runs of fit characters with single dots between. */
static bool
is_dotted(struct str s, bool (*fit)(char c), size_t longest)
{
	size_t i, run = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && run == 0)
			return false;
		run = s.p[i] == '.' ? 0 : run + 1;
		if (run > longest || (run > 0 && !fit(s.p[i])))
			return false;
	}
	return run > 0;
}

static bool
is_label(char c)
{
	return (unsigned char)c < 0x80 &&
	    (isalnum((unsigned char)c) || c == '-');
}

bool
mail_address_is_good(struct str address)
{
	size_t at = str_find(address, '@', 0);
	struct str local = str_sub(address, 0, at);
	struct str host = str_sub(address, at + 1, address.n);

	return address.n <= 254 && local.n <= 64 && host.n > 0 &&
	    is_dotted(local, is_atext, 64) && is_dotted(host, is_label, 63) &&
	    host.p[0] != '-' && host.p[host.n - 1] != '-';
}

struct str
mail_address_of(struct str from)
{
	size_t open = str_find(from, '<', 0);
	struct str address = from;

	if (open < from.n) {
		if (!str_ends(from, STR(">")))
			return STR_NONE;
		address = str_sub(from, open + 1, from.n - 1);
	}
	return mail_address_is_good(address) ? address : STR_NONE;
}

bool
mail_subject_is_good(struct str subject)
{
	return subject.n <= SUBJECT_MOST && utf8_length(subject) >= 0 &&
	    !utf8_has_control(subject, false);
}

/* Can it stand in a header as it is? */
static bool
is_plain(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' ||
		    (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?'))
			return false;
	return s.n <= SUBJECT_PLAIN;
}

/* Encoded words hold whole characters; each stands on a line of its own. */
static void
add_words(struct buf *b, struct str s)
{
	char out[BASE64_PADDED(WORD_BYTES) + 1];
	size_t from = 0, to = 0, next;

	while (from < s.n) {
		while (to < s.n) {
			next = to;
			if (utf8_next(s, &next) < 0)
				next = s.n; /* cannot be: it was checked */
			if (next - from > WORD_BYTES)
				break;
			to = next;
		}
		if (to == from)
			return;
		base64_padded(out, s.p + from, to - from);
		buf_printf(b, "%s=?UTF-8?B?%s?=", from > 0 ? "\r\n " : "",
		    out);
		from = to;
	}
}

static void
add_text(struct buf *b, struct str s)
{
	if (is_plain(s))
		buf_str(b, s);
	else
		add_words(b, s);
}

/* The name of "Name <address>", quoted or encoded, and the address. */
static void
add_from(struct buf *b, struct str from)
{
	struct str address = mail_address_of(from);
	struct str name = str_trim(str_sub(from, 0, str_find(from, '<', 0)));
	size_t i;

	if (address.n == from.n || name.n == 0) {
		buf_str(b, address);
		return;
	}
	if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_sub(name, 1, name.n - 1);
	if (is_plain(name)) {
		buf_byte(b, '"');
		for (i = 0; i < name.n; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\')
				buf_byte(b, '\\');
			buf_byte(b, name.p[i]);
		}
		buf_byte(b, '"');
	} else {
		add_words(b, name);
	}
	buf_printf(b, " <%.*s>", STR_ARG(address));
}

static void
add_date(struct buf *b, int64_t now_us)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(now_us / SECOND_US);
	struct tm t;

	gmtime_r(&seconds, &t);
	buf_printf(b, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n",
	    days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
	    t.tm_hour, t.tm_min, t.tm_sec);
}

/* The next line of *left without its end; false after the last. */
static bool
next_line(struct str *left, struct str *line)
{
	size_t end;

	if (left->n == 0)
		return false;
	end = str_find(*left, '\n', 0);
	*line = str_sub(*left, 0, end);
	*left = str_sub(*left, end + 1, left->n);
	if (str_ends(*line, STR("\r")))
		line->n--;
	return true;
}

static bool
is_simple(struct str text)
{
	struct str line;
	size_t i;

	while (next_line(&text, &line)) {
		if (line.n > PLAIN_LINE)
			return false;
		for (i = 0; i < line.n; i++)
			if (line.p[i] < ' ' || line.p[i] > '~')
				return false;
	}
	return true;
}

/* One line in quoted-printable; a piece is never split over two lines. */
static void
add_quoted(struct buf *b, struct str line)
{
	char piece[4];
	size_t i, n, column = 0;
	bool last;
	char c;

	for (i = 0; i < line.n; i++) {
		c = line.p[i];
		last = i + 1 == line.n;
		if (c >= ' ' && c <= '~' && c != '=' && !(last && c == ' '))
			n = (size_t)snprintf(piece, sizeof(piece), "%c", c);
		else
			n = (size_t)snprintf(piece, sizeof(piece), "=%02X",
			    (unsigned char)c);
		/* One column is kept for the '=' that breaks the line. */
		if (column + n > LINE - 1) {
			buf_str(b, STR("=\r\n"));
			column = 0;
		}
		buf_add(b, piece, n);
		column += n;
	}
	buf_str(b, STR("\r\n"));
}

static void
add_body(struct buf *b, struct str text, bool simple)
{
	struct str line;

	while (next_line(&text, &line)) {
		if (!simple) {
			add_quoted(b, line);
			continue;
		}
		buf_str(b, line);
		buf_str(b, STR("\r\n"));
	}
}

void
mail_text(struct buf *b, const struct mail_message *m)
{
	struct str address = mail_address_of(m->from);
	size_t at = str_find(address, '@', 0);
	bool simple = is_simple(m->text);

	add_date(b, m->now_us);
	buf_str(b, STR("From: "));
	add_from(b, m->from);
	buf_printf(b, "\r\nTo: %.*s\r\nSubject: ", STR_ARG(m->to));
	add_text(b, m->subject);
	buf_printf(b, "\r\nMessage-ID: <%s%.*s>\r\n", m->id,
	    STR_ARG(str_sub(address, at, address.n)));
	buf_str(b, STR("MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"));
	buf_printf(b, "Content-Transfer-Encoding: %s\r\n",
	    simple ? "7bit" : "quoted-printable");
	buf_str(b, STR("Auto-Submitted: auto-generated\r\n\r\n"));
	add_body(b, m->text, simple);
}
