/* FastCGI records of an answer (FastCGI specification 1.0, sections 3.3, 5.3
 * and 5.5). */
#include "record.h"

#include <assert.h>
#include <errno.h>
#include <fastcgi.h>
#include <stdio.h>
#include <sys/socket.h>

/* The largest content that needs no padding to end on eight bytes. */
#define CONTENT_MAX ((size_t)65528)
#define RECORDS_MAX ((RECORD_BODY_MAX + RECORD_HEAD_MAX) / CONTENT_MAX + 2)

/* What is sent: headers of records and pieces of text, alternating. */
struct plan {
	int id;
	size_t left; /* bytes of the answer that are not planned yet */
	size_t room; /* bytes that the last record still lacks */
	size_t records, n;
	FCGI_Header header[RECORDS_MAX];
	struct iovec part[2 * RECORDS_MAX + 4];
};

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" },
	{ 304, "Not Modified" }, { 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" }, { 400, "Bad Request" },
	{ 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
	{ 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
	{ 412, "Precondition Failed" }, { 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" }, { 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" }, { 500, "Internal Server Error" },
	{ 501, "Not Implemented" }, { 502, "Bad Gateway" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	{ 507, "Insufficient Storage" },
};

static const char *
reason_of(int status)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Other";
}

/* Is there a line with this name in a block of header lines? */
static bool
has_line(struct str block, struct str name)
{
	size_t from = 0;

	while (from < block.n) {
		if (str_eq_nocase(str_sub(block, from, from + name.n), name))
			return true;
		from = str_find(block, '\n', from) + 1;
	}
	return false;
}

static FCGI_Header
header_of(int type, int id, size_t n)
{
	return (FCGI_Header){ .version = FCGI_VERSION_1,
		.type = (unsigned char)type,
		.requestIdB1 = (unsigned char)(id >> 8),
		.requestIdB0 = (unsigned char)id,
		.contentLengthB1 = (unsigned char)(n >> 8),
		.contentLengthB0 = (unsigned char)n };
}

static void
plan_part(struct plan *plan, const void *p, size_t n)
{
	assert(plan->n < sizeof(plan->part) / sizeof(plan->part[0]));
	plan->part[plan->n++] = (struct iovec){ (void *)(uintptr_t)p, n };
}

/* Plans text, in the last record as far as it has room. */
static void
plan_text(struct plan *plan, struct str text)
{
	FCGI_Header *header;
	size_t n;

	while (text.n > 0) {
		if (plan->room == 0) {
			assert(plan->records < RECORDS_MAX);
			plan->room = plan->left < CONTENT_MAX ? plan->left :
			    CONTENT_MAX;
			header = &plan->header[plan->records++];
			*header = header_of(FCGI_STDOUT, plan->id, plan->room);
			plan_part(plan, header, sizeof(*header));
		}
		n = text.n < plan->room ? text.n : plan->room;
		plan_part(plan, text.p, n);
		text = str_sub(text, n, text.n);
		plan->room -= n;
		plan->left -= n;
	}
}

static bool
send_all(int fd, struct iovec *part, size_t n)
{
	struct msghdr message = { .msg_iov = part, .msg_iovlen = n };
	ssize_t put;

	while (message.msg_iovlen > 0) {
		put = sendmsg(fd, &message, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		while (message.msg_iovlen > 0 &&
		    (size_t)put >= message.msg_iov->iov_len) {
			put -= (ssize_t)message.msg_iov->iov_len;
			message.msg_iov++;
			message.msg_iovlen--;
		}
		if (message.msg_iovlen > 0) {
			message.msg_iov->iov_base =
			    (char *)message.msg_iov->iov_base + put;
			message.msg_iov->iov_len -= (size_t)put;
		}
	}
	return true;
}

bool
record_send(int fd, int id, const struct req *rq)
{
	bool bare = rq->status == 204 || rq->status == 205 ||
	    rq->status == 304;
	struct str body = bare ? STR_NONE : buf_view(rq->out);
	struct str head = buf_view(rq->head);
	char first[256];
	struct plan plan;
	struct {
		FCGI_Header end_of_stdout;
		FCGI_EndRequestRecord end;
	} last = { .end_of_stdout = header_of(FCGI_STDOUT, id, 0),
		.end.header = header_of(FCGI_END_REQUEST, id,
		    sizeof(FCGI_EndRequestBody)) };
	int n;

	n = snprintf(first, sizeof(first), "Status: %d %s\r\n", rq->status,
	    reason_of(rq->status));
	if (!bare)
		n += snprintf(first + n, sizeof(first) - (size_t)n,
		    "Content-Length: %zu\r\n%s", body.n,
		    body.n > 0 && !has_line(head, STR("Content-Type:")) ?
		    "Content-Type: application/json; charset=utf-8\r\n" : "");
	plan.id = id;
	plan.left = (size_t)n + head.n + 2 + body.n;
	plan.room = plan.records = plan.n = 0;
	plan_text(&plan, (struct str){ first, (size_t)n });
	plan_text(&plan, head);
	plan_text(&plan, STR("\r\n"));
	plan_text(&plan, body);
	plan_part(&plan, &last, sizeof(last));
	return send_all(fd, plan.part, plan.n);
}
